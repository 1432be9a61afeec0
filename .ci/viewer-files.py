#!/usr/bin/env python3
"""Writes Sources/CViewer/viewer.c, the list of the viewer's files in the executable.

    .ci/viewer-files.py           write it (after a file was added to or removed from Sources/CViewer/pages)
    .ci/viewer-files.py --check   fail where it is not what it should be
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent / "Sources/CViewer"
HEAD = """// The files of the viewer in the executable; written by .ci/viewer-files.py.
#include "viewer.h"
"""
TAIL = """
const struct seam_viewer_file *seam_viewer_files(void) { return files; }

size_t seam_viewer_count(void) { return sizeof files / sizeof *files; }
"""


def text():
    names = sorted(path.name for path in (ROOT / "pages").iterdir())
    parts, rows = [HEAD], []
    for name in names:
        symbol = "file_" + re.sub(r"\W", "_", name)
        parts.append(f'\nstatic const unsigned char {symbol}[] = {{\n#embed "pages/{name}"\n}};\n')
        rows.append(f'    {{"{name}", {symbol}, sizeof {symbol}}},\n')
    parts.append("\nstatic const struct seam_viewer_file files[] = {\n" + "".join(rows) + "};\n")
    return "".join(parts) + TAIL


def main():
    path = ROOT / "viewer.c"
    if "--check" in sys.argv[1:]:
        if path.read_text() != text():
            sys.exit("Sources/CViewer/viewer.c does not list the files of pages: run .ci/viewer-files.py")
    else:
        path.write_text(text())


if __name__ == "__main__":
    main()
