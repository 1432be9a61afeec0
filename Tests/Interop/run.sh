#!/usr/bin/env bash
# Runs the tests of this folder against $SEAM (default: the release build), with the field's own libraries.
#
# Every requirements-NAME.txt is an environment of pinned versions, cached in .venv-interop/NAME and
# made again when the file changes. In it run test_NAME_*.py; an environment NAME-old (older versions
# of the same libraries) runs those of them called test_NAME_old_*.py. Arguments go to pytest; a first
# argument that is the NAME of an environment runs that one only.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
cache=${INTEROP_CACHE:-$root/.venv-interop}
export SEAM=${SEAM:-$root/.build/release/seam}
[ -x "$SEAM" ] || { echo "interop: $SEAM is not there; build it, or set SEAM" >&2; exit 1; }
SEAM=$(realpath "$SEAM")

only=
if [ $# -gt 0 ] && [ -e "requirements-$1.txt" ]; then only=$1; shift; fi
failed=0
for list in requirements-*.txt; do
    name=${list#requirements-}
    name=${name%.txt}
    [ -z "$only" ] || [ "$only" = "$name" ] || continue
    case $name in
        *-old) tests=(test_"${name%-old}"_old_*.py) ;;
        *) tests=(test_"$name"_*.py) ;;
    esac
    [ -e "${tests[0]}" ] || { echo "interop: no ${tests[0]}" >&2; failed=1; continue; }
    venv=$cache/$name
    # With the lists that the list names, so that a change of those counts too.
    wanted=$(cat "$list" $(sed -n 's/^-r //p' "$list"))
    if [ "$wanted" != "$(cat "$venv/requirements.txt" 2>/dev/null)" ]; then
        python3 -m venv --clear "$venv"
        "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$list"
        echo "$wanted" > "$venv/requirements.txt"
    fi
    echo "interop: $name"
    "$venv/bin/python" -m pytest -q -p no:cacheprovider "$@" "${tests[@]}" || failed=1
done
exit $failed
