#!/bin/sh
# The code compiled for wide vectors must not export a symbol that other code could be linked to: the
# linker keeps one copy of a weak symbol, and a processor without wide vectors would then stop.
# Usage: .ci/check-wide-symbols.sh [build folder, default .build/release]
set -eu
folder="${1:-.build/release}/KernelsAVX2.build"
[ -d "$folder" ] || { echo "check-wide-symbols: no $folder (not x86-64, or not built)"; exit 0; }
leaks=$(nm "$folder"/*.o | awk '$2 ~ /^[WVu]$/ { $1 = ""; $2 = ""; print }' |
    grep -v -e '__swift_' -e '11KernelsAVX2' || true)
if [ -n "$leaks" ]; then
    echo "check-wide-symbols: weak symbols in KernelsAVX2:"
    echo "$leaks"
    exit 1
fi
