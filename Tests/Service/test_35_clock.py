"""The system's clock jumps while the service runs: what lets somebody in ends, nothing is lost, nothing is stuck. How long a
clock must stand by a new time until it is believed is in WorkbenchTests (ServiceClockTests), by clocks of its own."""

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


def test_a_jump_forward_ends_tokens_and_removes_nothing(machine):
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
    assert api.head(path, 200, headers=TUS).headers["Upload-Offset"] == "100", "a clock that jumps ends no upload"
    # Another upload begins, which looks for expired ones.
    begin(api, archive(5))
    assert api.wait(running["id"])["state"] == "succeeded"
    api.result(job["id"], "npy")
    late = api.run(dataset, "view", {"seed": 2, "epochs": 2})
    assert late["submitted_at"] > job["submitted_at"]
    begin(api, archive(6))
    api.get("/readyz")
    # It jumps back: what was made meanwhile can be used, and the token is one again.
    steering.control.clock = 0
    short.get("/v1/datasets")
    api.patch(path, 204, data=body[100:], headers={**PIECE, "Upload-Offset": "100"})
    api.post("/v1/datasets?upload=" + path.rsplit("/", 1)[1], 201)


def test_a_restart_with_a_wrong_clock_removes_nothing(tmp_path):
    """A machine comes up with its clock a year ahead: uploads and keys are kept until that has been so for an hour."""
    steering = faults.Faults(tmp_path / "control", tmp_path / "data")
    server = Server(tmp_path / "data", env=steering.environment)
    try:
        api = server.token("ada")
        body = archive(2)
        path = begin(api, body)
        key = {"Idempotency-Key": "one"}
        first = api.post("/v1/datasets", 201, data=archive(3), headers=key).json()
        server.kill()
        steering.control.clock = 365 * DAY
        server = Server(tmp_path / "data", env=steering.environment)
        api = server.token("ada")
        assert api.head(path, 200, headers=TUS).headers["Upload-Offset"] == "100"
        begin(api, archive(4))
        assert api.post("/v1/datasets", 200, data=archive(3), headers=key).json()["id"] == first["id"]
        steering.control.clock = 0
        api.patch(path, 204, data=body[100:], headers={**PIECE, "Upload-Offset": "100"})
    finally:
        server.kill()


def test_uploads_expire_when_the_time_has_come(tmp_path):
    """The honest expiry: the clock goes on as it should, also over a restart."""
    env = {"SEAM_UPLOADS_UNFINISHED_HOURS": "0.001"}
    server = Server(tmp_path / "data", env=env)
    try:
        api = server.client()
        path = begin(api, archive(2))
        time.sleep(4.5)
        api.head(path, 404, headers=TUS)
        path = begin(api, archive(3))
        server.kill()
        time.sleep(4.5)
        server = Server(tmp_path / "data", env=env)
        time.sleep(0.2)
        server.client().head(path, 404, headers=TUS)
    finally:
        server.kill()


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
