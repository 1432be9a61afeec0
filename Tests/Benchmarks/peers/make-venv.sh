#!/usr/bin/env bash
# Makes the virtual environment of the peers, or leaves it where it is as requirements.txt says.
# Usage: make-venv.sh FOLDER
set -euo pipefail
venv=${1:?usage: make-venv.sh FOLDER}
here=$(cd "$(dirname "$0")" && pwd)
if [ -x "$venv/bin/python" ] && cmp -s "$here/requirements.txt" "$venv/requirements.txt"; then
    exit 0
fi
echo "making the peers' environment in $venv (a few minutes)" >&2
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
# Python 2 code with a setup.py of its time; cluster.py loads it by hand.
"$venv/bin/pip" install --quiet --disable-pip-version-check --no-build-isolation --no-deps SIMLR==0.1.3
cp "$here/requirements.txt" "$venv/requirements.txt"
