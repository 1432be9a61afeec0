#!/usr/bin/env bash
# Builds SEAM server with the Swift runtime linked in and installs it.
# Usage: deploy/install.sh [PREFIX]    (default /usr/local; with systemd also a unit, not started)
set -euo pipefail
cd "$(dirname "$0")/.."
prefix=${1:-/usr/local}

deploy/prerequisites.sh
seam=$(SEAM_STATIC=1 deploy/build.sh)
install -D -m 755 "$seam" "$prefix/bin/seam"
install -D -m 644 openapi.yaml "$prefix/share/seam/openapi.yaml"
install -D -m 644 Config/seam.json "$prefix/share/seam/seam.json"
if [ -d /etc/systemd/system ] && [ "$(id -u)" -eq 0 ] && [ "$prefix" = /usr/local ]; then
    install -D -m 644 deploy/seam.service /etc/systemd/system/seam.service
    echo "start it with: systemctl enable --now seam"
fi
echo "installed $prefix/bin/seam"
