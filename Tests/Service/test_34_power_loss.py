"""A power cut at any moment: what was acknowledged is on the disk whatever the disk forgot of the rest."""

import hashlib
import os
import random

import numpy as np
import pytest

import faults
from faults.power_loss import Disk, records
from service import Server, ion_text, make_zip, seam

TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {**TUS, "Content-Type": "application/offset+octet-stream"}
CUTS = int(os.environ.get("POWER_CUTS", "25"))


def section(seed):
    cube = np.random.default_rng(seed).poisson(40, (2, 12, 12))
    return make_zip({f"p{seed} - {m}.05 u.txt": ion_text(cube[i].tolist())
                     for i, m in enumerate((60, 134))}), cube


class History:
    """What was acknowledged, each with the length of the log of operations at that moment."""

    def __init__(self, folder):
        self.data = folder / "data"
        self.log = folder / "log"
        self.acknowledged = []
        steering = faults.Faults(folder / "control", self.data)
        self.server = Server(self.data, log=folder / "server.log", env={
            **steering.environment, "FAULTS_LOG": str(self.log)})
        self.api = self.server.client()

    def note(self, kind, *values):
        self.acknowledged.append((os.path.getsize(self.log), kind, *values))

    def work(self):
        chance = random.Random(3)
        for number in range(12):
            body, cube = section(number)
            id_ = self.api.upload(body).json()["id"]
            self.note("dataset", id_, cube)
            job = self.api.submit(id_, "view", {"epochs": 300})["id"]
            self.note("job", job)
            if number % 3 == 0:
                self.api.post(f"/v1/jobs/{job}/cancel", (200, 409))
                self.note("ended", job, self.api.get(f"/v1/jobs/{job}").json()["state"])
            elif number % 3 == 1:
                state = self.api.wait(job)["state"]
                content = self.api.result(job, "npy").content
                self.note("ended", job, state)
                self.note("result", job, hashlib.sha256(content).hexdigest())
            if number % 4 == 1:
                self.api.patch(f"/v1/datasets/{id_}", 200, json={"name": f"n{number}"})
                self.note("name", id_, f"n{number}")
            if number % 4 == 3:
                self.api.delete(f"/v1/datasets/{id_}?cancel=true", 204)
                self.note("gone", id_)
            piece = chance.randbytes(chance.randrange(1, 5000))
            path = self.api.post("/v1/uploads", 201, headers={
                **TUS, "Upload-Length": str(2 * len(piece))}).headers["Location"]
            self.note("offset", path, 0)
            self.api.patch(path, 204, data=piece, headers={**PIECE, "Upload-Offset": "0"})
            self.note("offset", path, len(piece))

    def verify(self, api, end):
        """Everything acknowledged before the log had this length holds."""
        known = [entry for entry in self.acknowledged if entry[0] <= end]
        # What is deleted, or was being deleted when the power went, is not looked for.
        gone = {e[2] for e in self.acknowledged if e[1] == "gone"}
        of = {e[2]: d[2] for d, e in zip(self.acknowledged, self.acknowledged[1:])
              if d[1] == "dataset" and e[1] == "job"}
        names = {e[2]: e[3] for e in known if e[1] == "name"}
        offsets = {e[2]: e[3] for e in known if e[1] == "offset"}
        stored = {d["id"]: d for d in api.datasets()}
        for _, kind, id_, *values in known:
            if id_ in gone or of.get(id_) in gone:
                continue
            if kind == "dataset":
                assert np.array_equal(api.cube(id_), values[0]), id_
            elif kind == "job":
                api.get(f"/v1/jobs/{id_}")
            elif kind == "ended":
                assert api.get(f"/v1/jobs/{id_}").json()["state"] == values[0]
            elif kind == "result":
                content = api.result(id_, "npy").content
                assert hashlib.sha256(content).hexdigest() == values[0]
        for id_ in [e[2] for e in known if e[1] == "gone"]:
            assert id_ not in stored, "what was deleted stays so"
        for id_, name in names.items():
            assert id_ in gone or stored[id_]["name"] == name
        for path, offset in offsets.items():
            answer = api.head(path, 200, headers=TUS)
            assert int(answer.headers["Upload-Offset"]) >= offset


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    history = History(tmp_path_factory.mktemp("power"))
    try:
        history.work()
    finally:
        history.server.kill()
    return history


def test_the_log_of_operations_tells_all(history, tmp_path):
    """Without a cut, the rebuilt files are those of the folder."""
    disk = Disk()
    for record in records(history.log):
        disk.take(record)
    for path, inode in disk.now.items():
        if path.endswith(("-shm", "seam.reserve")):  # not on disk; holds nothing
            continue
        inode.sync()
        with open(path, "rb") as file:
            assert file.read() == bytes(inode.durable), path


def test_nothing_acknowledged_is_lost_to_a_power_cut(history, tmp_path):
    chance = random.Random(11)
    all_ = records(history.log)
    # The store itself is made in the first operations; then at any moment.
    cuts = sorted([chance.randrange(1, len(all_)) for _ in range(CUTS)] + [len(all_)])
    disk, done = Disk(), 0
    for number, cut in enumerate(cuts):
        while done < cut:
            disk.take(all_[done])
            done += 1
        data = tmp_path / str(number)
        disk.cut(history.data, data, chance)
        if all_[cut - 1].end >= history.acknowledged[0][0]:  # else there may be no store yet
            checked = seam("check", "--data-dir", data)
            assert checked.returncode == 0, checked.stdout + checked.stderr
        server = Server(data)
        try:
            history.verify(server.client(), all_[cut - 1].end)
        finally:
            server.stop()
        checked = seam("check", "--data-dir", data)
        assert checked.returncode == 0, checked.stdout + checked.stderr
