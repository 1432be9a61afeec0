#!/usr/bin/env bash
# Format, import arrows and shell syntax.
set -euo pipefail
cd "$(dirname "$0")/.."
for path in Sources Tests Package.swift; do
    [ -e "$path" ] || { echo "lint: $path is missing" >&2; exit 1; }
done
swift format lint --strict -p -r Sources Tests Package.swift
python3 .ci/check-arrows.py
python3 .ci/viewer-files.py --check
for script in deploy/*.sh .ci/*.sh .ci/run Tests/Benchmarks/peers/*.sh Tests/*/run.sh; do bash -n "$script"; done
echo "lint: clean"
