#!/usr/bin/env bash
# The viewer in a real browser: Debian's chromium over the DevTools protocol.
# Usage: Tests/Browser/run.sh [options of pytest]; SEAM names the binary, CHROMIUM the browser.
set -euo pipefail
cd "$(dirname "$0")/../.."
venv=.venv-browser
if [ ! -x "$venv/bin/pytest" ] || ! cmp -s Tests/Browser/requirements.txt "$venv/requirements.txt"; then
    python3 -m venv --clear "$venv"
    # The audit's package is there for its axe.min.js (MPL-2.0): the browser driver it names is not wanted.
    "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps -r Tests/Browser/requirements.txt
    cp Tests/Browser/requirements.txt "$venv/requirements.txt"
fi
SEAM="${SEAM:-$(deploy/build.sh)}" "$venv/bin/pytest" -q -p no:cacheprovider "$@" Tests/Browser
