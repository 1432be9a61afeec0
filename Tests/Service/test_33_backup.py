"""`seam backup` while clients work, and the restored store: whole, served, with the same results."""

import os
import shutil
import threading

import numpy as np
import pytest

from crash_client import TUS
from service import Server, seam
from test_31_faults import archive


def restore(backup, data):
    """As docs/operations.md says: the file alone, under its name, in an empty folder."""
    data.mkdir(mode=0o700)
    shutil.copy(backup, data / "seam.sqlite")
    os.chmod(data / "seam.sqlite", 0o600)


def check(*arguments):
    done = seam("check", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all is well" in done.stdout
    return done.stdout


def test_a_backup_under_load_restores_to_the_same_results(start, tmp_path):
    server = start(tmp_path / "data")
    ada, ben = server.token("ada"), server.token("ben")
    dataset = ada.upload(archive(1, 40)).json()["id"]
    job = ada.run(dataset, "view", {"epochs": 5})
    ada.patch(f"/v1/jobs/{job['id']}/annotations", 200, json={"notes": "kept"})
    picture = ada.result(job["id"], "png").content
    result = ada.result(job["id"], "npy")
    cube = ada.cube(dataset)
    upload = ada.post("/v1/uploads", 201, headers={**TUS, "Upload-Length": "9"})
    done, acknowledged, before = threading.Event(), [], []

    def work():
        number = 100
        while not done.is_set():
            number += 1
            id_ = ben.upload(archive(number, 20)).json()["id"]
            acknowledged.append(id_)
            ben.submit(id_, "view", {"epochs": 2})
            if number % 3 == 0:
                ben.delete(f"/v1/datasets/{id_}?cancel=true", 204)
                acknowledged.remove(id_)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        for number in range(5):
            while len(acknowledged) < 2 * number + 2:
                assert thread.is_alive()
            before = list(acknowledged)
            made = seam("backup", tmp_path / f"{number}.sqlite", "--data-dir", server.data)
            assert made.returncode == 0, made.stderr
            assert "1 unfinished uploads are left out" in made.stdout
            check(tmp_path / f"{number}.sqlite")
    finally:
        done.set()
        thread.join()
    last = tmp_path / "4.sqlite"
    assert sorted(p.name for p in tmp_path.glob("*.sqlite*")) == [f"{n}.sqlite" for n in range(5)]
    assert last.stat().st_mode & 0o777 == 0o600
    refused = seam("backup", last, "--data-dir", server.data)
    assert refused.returncode == 1 and "there already" in refused.stderr
    check("--data-dir", server.data)
    ada.head(upload.headers["Location"], 200, headers=TUS)

    restore(last, tmp_path / "restored")
    check("--data-dir", tmp_path / "restored")
    again = start(tmp_path / "restored")
    # The same tokens, datasets, results: byte for byte, with the same tags.
    ada2, ben2 = (again.client(c.session.headers["Authorization"].split()[1]) for c in (ada, ben))
    assert np.array_equal(ada2.cube(dataset), cube)
    kept = ada2.get(f"/v1/jobs/{job['id']}").json()
    assert kept["state"] == "succeeded" and kept["provenance"] == job["provenance"]
    assert ada2.result(job["id"], "png").content == picture
    same = ada2.result(job["id"], "npy")
    assert same.content == result.content and same.headers["ETag"] == result.headers["ETag"]
    ada2.head(upload.headers["Location"], 404, headers=TUS)
    stored = {d["id"] for d in ben2.datasets()}
    # What was acknowledged before the backup and not deleted since is there.
    assert {i for i in before if i in acknowledged} <= stored
    assert ada2.submit(dataset, "view", {"epochs": 5}, expect=200)["id"] == job["id"]
    for entry in ben2.get("/v1/jobs?limit=500").json()["items"]:
        # Cancelled: the backup fell between a cancellation and the deletion that it was for.
        assert ben2.wait(entry["id"])["state"] in ("succeeded", "cancelled"), "they go on"
    check("--data-dir", again.data)


def test_a_stopped_store_is_backed_up_and_replaced_only_when_asked(start, tmp_path):
    server = start(tmp_path / "data")
    server.client().upload(archive(1))
    server.kill()
    file = tmp_path / "b.sqlite"
    file.write_text("precious")
    assert seam("backup", file, "--data-dir", server.data).returncode == 1
    assert file.read_text() == "precious"
    done = seam("backup", file, "--replace", "--data-dir", server.data)
    assert done.returncode == 0 and f"{file}: 1 datasets, 0 jobs" in done.stdout
    check(file)
    check("--data-dir", server.data)


@pytest.mark.parametrize("arguments, code, text", [
    (("backup",), 2, "FILE"), (("backup", "a", "b"), 2, "unexpected argument b"),
    (("backup", "a", "--data-dir", "nowhere"), 1, "no store in the folder nowhere"),
    (("check", "--data-dir", "nowhere"), 1, "no store in the folder nowhere"),
    (("check", "nothing.sqlite"), 1, "no file nothing.sqlite"),
    (("check", "a", "b"), 2, "unexpected argument b"), (("check", "--data"), 2, "unknown option --data"),
])
def test_what_cannot_be_done_is_told(tmp_path, arguments, code, text):
    done = seam(*arguments, cwd=tmp_path)
    assert done.returncode == code and done.stdout == "" and text in done.stderr, done
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_store_is_told(start, tmp_path):
    (tmp_path / "text.sqlite").write_text("not a database " * 100)
    done = seam("check", tmp_path / "text.sqlite")
    assert done.returncode == 1 and "not a database" in done.stderr
    server = start(tmp_path / "data")
    server.stop()
    with open(server.data / "seam.sqlite", "r+b") as file:
        file.seek(60)
        file.write(bytes([0, 0, 0, 99]))
    for command in (("check",), ("backup", tmp_path / "b"), ("token", "list"),
                    ("serve", "--port", "0")):
        done = seam(*command, "--data-dir", server.data)
        assert done.returncode == 1 and "schema version 99" in done.stderr, done
    assert not (tmp_path / "b").exists()
