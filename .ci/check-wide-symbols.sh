#!/bin/sh
# The code compiled for wide vectors must not export a function that other code could be linked
# to: the linker keeps one copy of a weak function, and a processor without wide vectors would then stop.
# And the code for every processor must not use wide registers, nor the wide code forgo them.
# Usage: .ci/check-wide-symbols.sh [build folder, default .build/release]
set -eu
[ "$(uname -m)" = x86_64 ] || { echo "check-wide-symbols: nothing to check on $(uname -m)"; exit 0; }
build="${1:-.build/release}"
for target in KernelsBase KernelsAVX2; do
    set -- "$build/$target.build"/*.o
    [ -e "$1" ] || { echo "check-wide-symbols: no objects of $target in $build" >&2; exit 1; }
done

# A file of the sources that has no object, or whose functions nm does not show, would hide everything.
functions=$(nm "$build/KernelsAVX2.build"/*.o | awk '$2 == "T"' | grep -c 11KernelsAVX2 || true)
[ "$functions" -gt 0 ] || { echo "check-wide-symbols: no function in KernelsAVX2" >&2; exit 1; }

leaks=$(nm "$build/KernelsAVX2.build"/*.o | awk '$2 ~ /^[Wu]$/ { $1 = ""; $2 = ""; print }' |
    grep -v -e 11KernelsAVX2 || true)
if [ -n "$leaks" ]; then
    echo "check-wide-symbols: weak functions in KernelsAVX2:" >&2
    echo "$leaks" >&2
    exit 1
fi
wide() { objdump -d --no-show-raw-insn "$build/$1.build"/*.o | grep -c -e '%ymm' -e '%zmm' || true; }
[ "$(wide KernelsBase)" -eq 0 ] || { echo "check-wide-symbols: KernelsBase uses wide registers" >&2; exit 1; }
[ "$(wide KernelsAVX2)" -gt 100 ] || { echo "check-wide-symbols: KernelsAVX2 does not use wide registers" >&2; exit 1; }
echo "check-wide-symbols: $functions functions, none shared"
