#!/usr/bin/env bash
# Copies the store of a running service, and forgets the oldest copies.
# Usage: backup.sh DATA_DIR BACKUP_DIR [KEEP]     (KEEP copies stay, 14 unless given)
set -euo pipefail
data=${1:?the folder of the store}
folder=${2:?the folder of the copies}
keep=${3:-14}
case $keep in '' | *[!0-9]* | 0) echo "backup: KEEP: expected a whole number from 1, found \"$keep\"" >&2; exit 2 ;; esac
seam=${SEAM:-seam}
command -v "$seam" >/dev/null || seam=/usr/local/bin/seam

mkdir -p "$folder"
name=$folder/seam-$(date -u +%Y%m%dT%H%M%SZ).sqlite
"$seam" backup "$name" --data-dir "$data"

# The names sort by time: all but the last KEEP go.
shopt -s nullglob
copies=("$folder"/seam-*Z.sqlite)
for ((index = 0; index < ${#copies[@]} - keep; index++)); do rm -f -- "${copies[index]}"; done
echo "backup: $name"
