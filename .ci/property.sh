#!/usr/bin/env bash
# Property-based testing of the running service from openapi.yaml, for a bounded number of cases.
# Usage: .ci/property.sh [options of Tests/Property/run.py]; SEAM names the binary.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=.venv-property
if [ ! -x "$venv/bin/schemathesis" ] || ! cmp -s Tests/Property/requirements.txt "$venv/requirements.txt"; then
    python3 -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check \
        -r Tests/Property/requirements.txt -r Tests/Service/requirements.txt
    cp Tests/Property/requirements.txt "$venv/requirements.txt"
fi
SEAM="${SEAM:-$(deploy/build.sh)}" "$venv/bin/python" Tests/Property/run.py "$@"
