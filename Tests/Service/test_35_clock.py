"""The system's clock jumps while the service runs: what has a time limit ends, nothing is stuck."""

import errno
import time

import pytest

import faults
from service import Server
from test_31_faults import archive

DAY = 86_400
TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {**TUS, "Content-Type": "application/offset+octet-stream"}


@pytest.fixture
def machine(tmp_path):
    """A server and what steers its clock and its files."""
    steering = faults.Faults(tmp_path / "control", tmp_path / "data")
    server = Server(tmp_path / "data", env=steering.environment)
    yield server, steering
    server.kill()


def begin(api, body):
    path = api.post("/v1/uploads", 201, headers={
        **TUS, "Upload-Length": str(len(body))}).headers["Location"]
    api.patch(path, 204, data=body[:100], headers={**PIECE, "Upload-Offset": "0"})
    return path


def test_a_jump_forward_ends_what_has_a_limit_and_nothing_else(machine):
    server, steering = machine
    api, short = server.token("ada"), server.client(server.token_text("ada", "member", "--days", "2"))
    dataset = api.upload(archive(1)).json()["id"]
    job = api.run(dataset, "view", {"epochs": 2})
    body = archive(2)
    path = begin(api, body)
    short.get("/v1/datasets")
    running = api.submit(dataset, "view", {"seed": 1, "epochs": 2})
    steering.control.clock = 30 * DAY
    short.get("/v1/datasets", 401)
    api.head(path, 404, headers=TUS)
    assert api.wait(running["id"])["state"] == "succeeded"
    api.result(job["id"], "npy")
    late = api.run(dataset, "view", {"seed": 2, "epochs": 2})
    assert late["submitted_at"] > job["submitted_at"]
    begin(api, body)
    api.get("/readyz")


def test_a_jump_back_leaves_everything_usable(machine):
    server, steering = machine
    api = server.token("ada")
    dataset = api.upload(archive(1)).json()["id"]
    body = archive(2)
    path = begin(api, body)
    job = api.submit(dataset, "view", {"epochs": 50})
    steering.control.clock = -30 * DAY
    assert api.wait(job["id"])["state"] == "succeeded"
    api.patch(path, 204, data=body[100:], headers={**PIECE, "Upload-Offset": "100"})
    later = api.post("/v1/datasets?upload=" + path.rsplit("/", 1)[1], 201).json()["id"]
    newest = api.get("/v1/datasets").json()["items"][0]["id"]
    assert newest == later, "lists go by the order in which things were made"
    assert api.run(dataset, "view", {"seed": 3, "epochs": 2})["progress"]["fraction"] == 1
    server.token("ben").get("/v1/datasets")


def test_a_retry_does_not_wait_for_the_old_time(machine):
    """A job that is to be tried again in some seconds is, though the clock has gone back a day."""
    server, steering = machine
    api = server.client()
    dataset = api.upload(archive(1, 60)).json()["id"]
    # The result finds no room: the job fails by no fault of its own and is queued again.
    job = api.submit(dataset, "view", {"epochs": 400})["id"]
    end = time.monotonic() + 60
    while api.get(f"/v1/jobs/{job}").json()["state"] == "queued" and time.monotonic() < end:
        time.sleep(0.01)
    steering.arm(2, errno.ENOSPC, kinds=faults.WRITE)
    while api.get(f"/v1/jobs/{job}").json()["state"] == "running" and time.monotonic() < end:
        time.sleep(0.01)
    document = api.get(f"/v1/jobs/{job}").json()
    steering.disarm()
    if document["state"] == "queued":
        steering.control.clock = -DAY
    assert api.wait(job, timeout=60)["state"] == "succeeded"
    assert document["state"] == "queued" and document["attempts"] == 1
