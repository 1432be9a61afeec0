#!/usr/bin/env bash
# Builds the release executable and prints its path on standard output.
# SEAM_STATIC=1 links the Swift runtime into it, so that it runs where no toolchain is.
set -euo pipefail
cd "$(dirname "$0")/.."

flags=(-c release --product seam)
[ "${SEAM_STATIC:-0}" = 1 ] && flags+=(--static-swift-stdlib --scratch-path .build/static)
swift build "${flags[@]}" >&2
echo "$(swift build "${flags[@]}" --show-bin-path)/seam"
