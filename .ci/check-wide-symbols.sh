#!/bin/sh
# The code compiled for wide vectors must not export a function that other code could be linked
# to: the linker keeps one copy of a weak function, and a processor without wide vectors would then stop.
# Usage: .ci/check-wide-symbols.sh [build folder, default .build/release]
set -eu
folder="${1:-.build/release}/KernelsAVX2.build"
[ -d "$folder" ] || { echo "check-wide-symbols: no $folder (not x86-64, or not built)"; exit 0; }
leaks=$(nm "$folder"/*.o | awk '$2 ~ /^[Wu]$/ { $1 = ""; $2 = ""; print }' |
    grep -v -e '11KernelsAVX2' || true)
if [ -n "$leaks" ]; then
    echo "check-wide-symbols: weak functions in KernelsAVX2:"
    echo "$leaks"
    exit 1
fi
