#!/usr/bin/env bash
# Builds and starts the service for use, with its data in ./data unless told otherwise.
# Usage: deploy/serve.sh [options of `seam serve`]
set -euo pipefail
cd "$(dirname "$0")/.."
deploy/prerequisites.sh
seam=$(deploy/build.sh)
exec "$seam" serve "$@"
