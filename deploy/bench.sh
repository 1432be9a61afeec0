#!/usr/bin/env bash
# Measures everything beside the tools people use today, and writes the tables of docs/performance.md.
# Usage: deploy/bench.sh [options of seam bench for the first part, such as --input FILE --truth NPZ]
# SEAM_BENCH_DIR (bench) keeps the results as JSON; SEAM_BENCH_SIZES (128,256,512,1024) are the sides of --scale.
set -euo pipefail
cd "$(dirname "$0")/.."
deploy/prerequisites.sh python3 python3-venv
seam=$(deploy/build.sh)
out=${SEAM_BENCH_DIR:-bench}
mkdir -p "$out"
status=0
"$seam" bench --against peers --json "$out/bench.json" "$@" || status=$?
"$seam" bench --scale --sizes "${SEAM_BENCH_SIZES:-128,256,512,1024}" --json "$out/scale.json" || status=$?
"$seam" bench --markdown "$out/bench.json" "$out/scale.json" --update docs/performance.md
exit "$status"
