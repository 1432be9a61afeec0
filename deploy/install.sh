#!/usr/bin/env bash
# Builds SEAM server with the Swift runtime linked in and installs it, or a newer version over it.
# Usage: deploy/install.sh [PREFIX]    (default /usr/local; as root with systemd also the units, not started)
#
# Safe to run again: what an administrator changes (/etc/seam) is never overwritten, the executable is
# replaced in one step, and a service that runs goes on with the old one until it is restarted.
# INSTALL_BINARY=FILE installs that executable instead of building one; INSTALL_ETC (/etc) and INSTALL_UNITS
# (/etc/systemd/system) say where the rest goes.
set -euo pipefail
cd "$(dirname "$0")/.."
prefix=${1:-/usr/local}
etc=${INSTALL_ETC:-/etc}
units=${INSTALL_UNITS:-/etc/systemd/system}

if [ -n "${INSTALL_BINARY:-}" ]; then
    seam=$INSTALL_BINARY
else
    deploy/prerequisites.sh
    seam=$(SEAM_STATIC=1 deploy/build.sh)
fi
"$seam" version >/dev/null

# Under its name at once, whole: a service that starts meanwhile finds the old or the new one.
mkdir -p "$prefix/bin" "$prefix/share/seam"
install -m 755 "$seam" "$prefix/bin/.seam.new"
mv -f "$prefix/bin/.seam.new" "$prefix/bin/seam"
install -m 755 deploy/backup.sh "$prefix/share/seam/backup.sh"
for file in openapi.yaml Config/seam.json docs/operations.md docs/security.md deploy/nginx/seam.conf \
    deploy/prometheus/alerts.yml deploy/prometheus/scrape.yml; do
    install -m 644 "$file" "$prefix/share/seam/$(basename "$file")"
done

if [ -d "$units" ] && [ "$(id -u)" -eq 0 ] && { [ "$prefix" = /usr/local ] || [ -n "${INSTALL_UNITS:-}" ]; }; then
    if [ "$units" = /etc/systemd/system ] && ! id -u seam >/dev/null 2>&1; then
        useradd --system --home-dir /var/lib/seam --no-create-home --shell /usr/sbin/nologin seam
    fi
    mkdir -p "$etc/seam"
    [ -e "$etc/seam/seam.json" ] || install -m 640 Config/seam.json "$etc/seam/seam.json"
    [ -e "$etc/seam/seam.env" ] || install -m 600 /dev/null "$etc/seam/seam.env"
    if [ "$units" = /etc/systemd/system ]; then chgrp seam "$etc/seam" "$etc/seam/seam.json"; fi
    # A configuration of an earlier version must suit this one before the service is restarted.
    "$prefix/bin/seam" serve --check-config --config "$etc/seam/seam.json" >/dev/null
    for unit in deploy/systemd/*; do install -m 644 "$unit" "$units/$(basename "$unit")"; done
    if [ -d /run/systemd/system ] && [ "$units" = /etc/systemd/system ]; then
        systemctl daemon-reload
        if systemctl is-active --quiet seam; then
            echo "the service runs the earlier version; go over with: systemctl restart seam"
        else
            echo "start it with: systemctl enable --now seam seam-backup.timer"
        fi
    fi
fi
echo "installed $prefix/bin/seam"
