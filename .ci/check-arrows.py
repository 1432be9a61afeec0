#!/usr/bin/env python3
"""Checks that every import follows an arrow declared in Package.swift.

The compiler lets a file import a target it reaches only through another one; this does not. It also
holds the two rules the manifest cannot say: only Store touches SQLite, only Bytes touches zlib.
"""

import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
IMPORT = re.compile(r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:public |package |internal |private )?import (?:\w+ )?(\w+)")
SYSTEM = {
    "Foundation", "FoundationNetworking", "FoundationEssentials", "Dispatch", "Synchronization",
    "Glibc", "Musl", "Darwin", "Testing",
}


def main() -> int:
    dump = subprocess.run(
        ["swift", "package", "dump-package"], cwd=ROOT, check=True, capture_output=True, text=True)
    targets = json.loads(dump.stdout)["targets"]
    faults = []
    for target in targets:
        if target["type"] == "system":
            continue
        name = target["name"]
        allowed = {next(iter(d.values()))[0] for d in target["dependencies"]} | SYSTEM | {name}
        folder = ROOT / ("Tests" if target["type"] == "test" else "Sources") / name
        folder = ROOT / target["path"] if target.get("path") else folder
        files = sorted(folder.rglob("*.swift"))
        if not files and any(folder.rglob("*.c")):
            continue
        if not files:
            faults.append(f"{folder.relative_to(ROOT)}: no Swift file")
        for file in files:
            for number, line in enumerate(file.read_text().splitlines(), 1):
                match = IMPORT.match(line)
                if match and match.group(1) not in allowed:
                    where = file.relative_to(ROOT)
                    faults.append(f"{where}:{number}: {name} may not import {match.group(1)}")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
