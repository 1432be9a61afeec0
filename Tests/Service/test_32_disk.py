"""A full disk, a read-only one, and damage on it: told, undone, and over when it is over."""

import contextlib
import io
import os
import pathlib
import sqlite3
import subprocess

import numpy as np
import pytest

from service import SEAM, Server, environment, seam

# An upload is refused by its own size, not by the room it would leave.
SMALL = {"SEAM_UPLOADS_FREE_BYTES": "0"}


def noise(seed, size=250, ions=6):
    """A section that does not compress: a third of a megabyte in the store."""
    file = io.BytesIO()
    cube = np.random.default_rng(seed).integers(0, 250, (ions, size, size), dtype=np.uint8)
    np.savez(file, cube=cube, mz=60.05 + np.arange(ions))
    return file.getvalue()


@contextlib.contextmanager
def disk(folder, megabytes):
    """A real file system of this size."""
    folder = pathlib.Path(folder)
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "none",
                           str(folder)], capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip("a file system of limited size cannot be mounted here: "
                    + done.stderr.strip())
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder):
    """Takes every free byte of the disk."""
    with open(folder / "filler", "ab", buffering=0) as file:
        for size in (1 << 20, 4096):
            with contextlib.suppress(OSError):
                while True:
                    file.write(bytes(size))
    assert os.statvfs(folder).f_bavail == 0


def check(data):
    done = seam("check", "--data-dir", data)
    assert done.returncode == 0, done.stdout + done.stderr


def test_uploads_until_the_disk_is_full_then_room_is_made(start, tmp_path):
    with disk(tmp_path / "disk", 24) as folder:
        server = start(folder / "data", env=SMALL, log=tmp_path / "log")
        api = server.client()
        stored, refused = [], 0
        for number in range(200):
            answer = api.upload(noise(number), expect=(201, 507))
            if answer.status_code == 201:
                stored.append(answer.json()["id"])
            else:
                assert answer.json()["type"] == "/errors/no-room"
                refused += 1
                if refused == 3:
                    break
        assert len(stored) > 5 and refused == 3
        assert {d["id"] for d in api.datasets()} == set(stored), "what was refused is not there"
        check(server.data)
        for id_ in stored[:4]:
            api.delete(f"/v1/datasets/{id_}", 204)
        api.upload(noise(1000), expect=201)
        job = api.run(stored[-1], "view", {"epochs": 2})
        api.result(job["id"], "png")
        assert server.stop() == 0
        check(server.data)


def test_on_a_completely_full_disk_things_can_be_ended_and_deleted(start, tmp_path):
    with disk(tmp_path / "disk", 40) as folder:
        server = start(folder / "data", env=SMALL, log=tmp_path / "log")
        api = server.client()
        stored = [api.upload(noise(n)).json()["id"] for n in range(4)]
        job = api.run(stored[0], "view", {"epochs": 2})
        server.stop()
        # Nothing of an earlier log is left that a change could use.
        server = start(server.data, env=SMALL, log=tmp_path / "log")
        api = server.client()
        fill(folder)
        answer = api.upload(noise(9), expect=507)
        assert answer.json()["type"] == "/errors/no-room"
        api.problem("POST", "/v1/jobs", 507, "no-room", json={
            "dataset": stored[1], "kind": "view", "parameters": {"epochs": 3}})
        api.problem("PATCH", f"/v1/datasets/{stored[1]}", 507, "no-room", json={"name": "n"})
        api.get(f"/v1/jobs/{job['id']}/result.npy")
        api.delete(f"/v1/jobs/{job['id']}", 204)
        for id_ in stored[:3]:
            api.delete(f"/v1/datasets/{id_}", 204)
        assert [d["id"] for d in api.datasets()] == [stored[3]]
        check(server.data)
        # Usable once there is room, and the disk can be filled and relieved again.
        (folder / "filler").unlink()
        again = api.upload(noise(10), expect=201).json()["id"]
        fill(folder)
        api.delete(f"/v1/datasets/{again}", 204)
        assert server.stop() == 0
        check(server.data)


def test_a_server_starts_on_a_full_disk(start, tmp_path):
    with disk(tmp_path / "disk", 40) as folder:
        server = start(folder / "data", env=SMALL, log=tmp_path / "log")
        id_ = server.client().upload(noise(1)).json()["id"]
        server.kill()
        fill(folder)
        server = start(server.data, env=SMALL, log=tmp_path / "log")
        api = server.client()
        api.upload(noise(2), expect=507)
        (folder / "filler").unlink()
        api.upload(noise(2), expect=201)
        api.delete(f"/v1/datasets/{id_}", 204)
        check(server.data)


def test_a_backup_to_a_full_disk_fails_and_leaves_nothing(start, tmp_path):
    server = start(tmp_path / "data")
    for number in range(4):
        server.client().upload(noise(number))
    with disk(tmp_path / "disk", 1) as folder:
        done = seam("backup", folder / "b.sqlite", "--data-dir", server.data)
        assert done.returncode == 1 and "no room" in done.stderr
        assert list(folder.iterdir()) == []


def test_a_read_only_disk_is_told_at_the_start(start, tmp_path):
    with disk(tmp_path / "disk", 40) as folder:
        server = start(folder / "data", env=SMALL, log=tmp_path / "log")
        server.client().upload(noise(1))
        server.stop()
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        done = subprocess.run([SEAM, "serve", "--port", "0", "--data-dir", server.data],
                              capture_output=True, text=True, timeout=60, env=environment())
        assert done.returncode == 1 and done.stdout == ""
        assert "cannot be written" in done.stderr and "Read-only file system" in done.stderr
        # What can be done without writing can be done.
        check(server.data)
        done = seam("backup", tmp_path / "b.sqlite", "--data-dir", server.data)
        assert done.returncode == 0, done.stderr
        assert seam("check", tmp_path / "b.sqlite").returncode == 0


def spoil(data, sql):
    """Changes one byte of what is stored in a blob."""
    base = sqlite3.connect(data / "seam.sqlite")
    table, row = base.execute(sql).fetchone()
    with base.blobopen(table, "data", row) as blob:
        byte = blob[20]
        blob.seek(20)
        blob.write(bytes([byte ^ 1]))
    base.commit()
    base.close()


@pytest.mark.skipif(not hasattr(sqlite3, "Blob"), reason="needs Python 3.11's sqlite3")
def test_damage_is_named_and_the_rest_serves(start, tmp_path):
    server = start(tmp_path / "data")
    api = server.client()
    bad, good = (api.upload(noise(n, 90)).json()["id"] for n in (1, 2))
    job = api.run(good, "view", {"epochs": 2})["id"]
    other = api.run(good, "view", {"epochs": 3})["id"]
    spoil(server.data, "SELECT 'images', m.row FROM images m JOIN datasets d ON d.row = m.dataset"
          f" WHERE d.id = '{bad}' AND m.ion = 2")
    spoil(server.data, "SELECT 'artifact_parts', p.row FROM artifact_parts p"
          " JOIN artifacts a ON a.row = p.artifact JOIN jobs j ON j.row = a.job"
          f" WHERE j.id = '{job}' AND a.name = 'rgb.npy'")
    told = api.problem("GET", f"/v1/datasets/{bad}/ions/62.05.npy", 500, "damaged-data")
    assert f"ion 2 of dataset {bad}" in told["detail"]
    api.get(f"/v1/datasets/{bad}/ions/61.05.npy")
    api.get(f"/v1/datasets/{good}/ions/62.05.npy")
    told = api.problem("GET", f"/v1/jobs/{job}/result.npy", 500, "damaged-data")
    assert f"of job {job}" in told["detail"]
    api.result(other, "npy")
    failed = api.wait(api.submit(bad, "view", {"epochs": 2})["id"])
    assert failed["state"] == "failed" and failed["attempts"] == 1
    assert failed["error"]["type"] == "/errors/damaged-data"
    assert f"ion 2 of dataset {bad}" in failed["error"]["detail"]
    for _ in range(2):  # served, then stopped
        done = seam("check", "--data-dir", server.data)
        wrong = [line for line in done.stdout.splitlines() if line.startswith("wrong: ")]
        assert done.returncode == 1 and len(wrong) == 2
        assert f"ion 2 of dataset {bad}" in wrong[0] and f"of job {job}" in wrong[1]
        assert "2 things are wrong" in done.stderr
        server.stop()
    # A backup is the store as it is, and its check says the same.
    done = seam("backup", tmp_path / "b.sqlite", "--data-dir", server.data)
    assert done.returncode == 0 and seam("check", tmp_path / "b.sqlite").returncode == 1
    # What is damaged can be deleted.
    api = start(server.data).client()
    api.delete(f"/v1/datasets/{bad}", 204)
    api.delete(f"/v1/jobs/{job}", 204)
    check(server.data)
