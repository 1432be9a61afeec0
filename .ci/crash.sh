#!/usr/bin/env bash
# The long crash test: random work of several clients, killed at random moments, against a model.
# Usage: .ci/crash.sh [--rounds N] [--seed N]; SEAM names the binary.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=.venv
if [ ! -x "$venv/bin/pytest" ] || ! cmp -s Tests/Service/requirements.txt "$venv/requirements.txt"; then
    python3 -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r Tests/Service/requirements.txt
    cp Tests/Service/requirements.txt "$venv/requirements.txt"
fi
SEAM="${SEAM:-$(deploy/build.sh)}" exec nice -n 10 "$venv/bin/python" Tests/Service/crash.py "$@"
