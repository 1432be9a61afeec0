#!/usr/bin/env bash
# Everything tests need, and all tests: lint, unit tests, installation, demo, service scenarios, the field's tools, the browser.
set -euo pipefail
cd "$(dirname "$0")/.."
deploy/prerequisites.sh python3 python3-venv binutils valgrind chromium

.ci/lint.sh
.ci/test-unit.sh
seam=$(deploy/build.sh)

# Speed, by instructions: seconds are noise where tests run.
[ "$(uname -m)" != x86_64 ] || .ci/check-instructions.py "$seam"

# What the Dockerfile calls, into a folder of its own; and the demo, as a newcomer runs it.
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT
deploy/install.sh "$prefix"
"$prefix/bin/seam" version
deploy/demo.sh

venv=.venv
if [ ! -x "$venv/bin/pytest" ] || ! cmp -s Tests/Service/requirements.txt "$venv/requirements.txt"; then
    python3 -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r Tests/Service/requirements.txt
    cp Tests/Service/requirements.txt "$venv/requirements.txt"
fi
SEAM="$seam" "$venv/bin/pytest" -q -p no:cacheprovider Tests/Service

# What comes in and goes out, with the field's own libraries; the viewer, in a browser.
SEAM="$seam" Tests/Interop/run.sh
SEAM="$seam" Tests/Browser/run.sh
