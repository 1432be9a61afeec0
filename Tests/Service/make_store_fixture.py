"""Makes the store of Tests/Fixtures/version{N}.sqlite.gz with the executable that $SEAM names.

Run it once for a released schema version, before a later one takes its place:
    SEAM=<binary> .venv/bin/python Tests/Service/make_store_fixture.py
"""

import gzip
import json
import pathlib
import sqlite3
import sys
import tempfile
import time

from service import ROOT, Server, ion_text, make_zip, seam

PIECE = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}


def section(seed, masses=(60, 134), width=6, height=5):
    return make_zip({f"s - {m}.05 u.txt": ion_text([[(seed * 7 + m * (x + 3 * y) ** 2) % 251
                                                     for x in range(width)] for y in range(height)])
                     for m in masses})


def fill(server):
    """A bit of everything: datasets, jobs in every state, results, regions, tokens, an upload."""
    ada, ben = server.token("ada"), server.token("ben")
    ended = "tok_" + server.token_text("ben").split("_")[1]
    assert seam("token", "revoke", ended, "--data-dir", server.data).returncode == 0
    first = ada.upload(section(1), name="first").json()["id"]
    ben.upload(section(2), name="second", visibility="private")
    ada.run(first, "segmentation")
    view = ada.run(first, "view", {"epochs": 5})
    ada.patch(f"/v1/jobs/{view['id']}/annotations", 200, json={"notes": "of the fixture"})
    failed = ada.submit(first, "diff")
    ada.wait(failed["id"])
    upload = ada.post("/v1/uploads", 201, headers={"Tus-Resumable": "1.0.0", "Upload-Length": "10"})
    ada.patch(upload.headers["Location"], 204, headers={**PIECE, "Upload-Offset": "0"}, data=b"abc")
    big = ben.upload(section(3, range(50, 53), 90, 90), name="third").json()["id"]
    cancelled = ben.submit(big, "view", {"seed": 9, "epochs": 2000})
    ben.post(f"/v1/jobs/{cancelled['id']}/cancel", 200)
    for seed in range(3):
        ben.submit(big, "view", {"seed": seed, "epochs": 2000}, headers={"Idempotency-Key": f"k{seed}"})
    time.sleep(0.05)


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server(pathlib.Path(folder) / "data")
        try:
            fill(server)
        finally:
            server.kill()
        database = server.data / "seam.sqlite"
        base = sqlite3.connect(database)
        version = base.execute("PRAGMA user_version").fetchone()[0]
        states = dict(base.execute("SELECT state, count(*) FROM jobs GROUP BY state"))
        base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        base.close()
        packed = gzip.compress(database.read_bytes(), 9, mtime=0)
    path = ROOT / f"Tests/Fixtures/version{version}.sqlite.gz"
    if path.exists() and "--replace" not in sys.argv:
        sys.exit(f"{path} is there already; a fixture of a released version is kept")
    path.write_bytes(packed)
    print(path, len(packed), json.dumps(states))


if __name__ == "__main__":
    main()
