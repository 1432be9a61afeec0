#!/usr/bin/env bash
# Installs the system packages the build needs and the machine lacks (Debian and its relatives).
# Usage: deploy/prerequisites.sh [further packages ...]
set -euo pipefail

wanted=(libsqlite3-dev zlib1g-dev curl "$@")
missing=()
for package in "${wanted[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' ||
        missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

echo "installing ${missing[*]}" >&2
run() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }
export DEBIAN_FRONTEND=noninteractive
run apt-get update -qq >&2
run apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
