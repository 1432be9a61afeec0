"""A job that stands still is found and ended; what others have is theirs again, and what it does later counts for nothing."""

import json
import time

import pytest

import faults
from service import Server, simulate

SETTINGS = {"SEAM_JOBS_STALL_S": "2", "SEAM_JOBS_ABANDON_S": "2", "SEAM_JOBS_WORKERS": "1",
            "SEAM_SHUTDOWN_GRACE_S": "3"}


@pytest.fixture
def machine(tmp_path):
    steering = faults.Faults(tmp_path / "control", tmp_path / "data")
    server = Server(tmp_path / "data", env={**SETTINGS, **steering.environment})
    yield server, steering
    steering.go_on()
    steering.release()
    server.kill()


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """A section whose `view` takes seconds."""
    path, _ = simulate(tmp_path_factory.mktemp("large"), "--preset", "tiny", "--seed", "1", "--size", "96")
    return path.read_bytes()


def hang(api, steering, dataset, **parameters):
    """A job whose thread stands in the middle of its computing."""
    job = api.submit(dataset, "view", {"epochs": 400, **parameters})["id"]
    while api.get(f"/v1/jobs/{job}").json()["state"] == "queued":
        time.sleep(0.01)
    steering.stand_still()
    steering.wait_still()
    return job


def metric(api, name):
    lines = [line for line in api.get("/metrics").text.splitlines() if line.startswith(name)]
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines)


def test_a_job_that_hangs_is_given_up_and_tried_again(machine, archive):
    server, steering = machine
    api = server.client()
    dataset = api.upload(archive).json()["id"]
    job = hang(api, steering, dataset)
    # With the one worker taken, another's job still runs once the hanging one is given up.
    other = api.submit(dataset, "view", {"epochs": 2, "seed": 9})["id"]
    assert api.wait(other, timeout=60)["state"] == "succeeded"
    status = api.get("/v1/admin/status").json()
    assert '"abandoned": 1' in json.dumps(status), status
    assert metric(api, "seam_jobs_abandoned") == 1
    log = server.log.read_text()
    assert f"job={job} is told to end: no progress" in log and f"job={job} did not end and is given up" in log
    again = api.wait(job, timeout=90)
    assert again["state"] == "succeeded" and again["attempts"] == 2, again
    result = api.result(job, "npy").content
    # What hung goes on at last, and changes nothing.
    steering.go_on()
    time.sleep(1)
    assert api.get(f"/v1/jobs/{job}").json() == again
    assert api.result(job, "npy").content == result
    fresh = api.run(dataset, "view", {"epochs": 400, "seed": 4})
    assert fresh["attempts"] == 1
    assert server.stop() == 0


def test_a_job_that_hangs_each_time_fails_with_the_reason(machine, archive):
    server, steering = machine
    api = server.client()
    dataset = api.upload(archive).json()["id"]
    job, attempts = hang(api, steering, dataset), 1
    end = time.monotonic() + 120
    while (document := api.get(f"/v1/jobs/{job}").json())["state"] in ("queued", "running"):
        assert time.monotonic() < end, document
        if document["state"] == "running" and document["attempts"] > attempts:
            # The next attempt hangs as well; the thread of the one before goes on, and counts for nothing.
            attempts = document["attempts"]
            steering.go_on()
            time.sleep(0.3)
            steering.stand_still()
        time.sleep(0.02)
    assert document["state"] == "failed" and document["attempts"] == 3, document
    assert document["error"]["type"] == "/errors/stalled"
    steering.go_on()
    assert api.run(dataset, "view", {"epochs": 2, "seed": 5})["state"] == "succeeded"


def test_a_hanging_job_does_not_keep_the_service_from_ending(machine, archive):
    server, steering = machine
    api = server.client()
    dataset = api.upload(archive).json()["id"]
    job = hang(api, steering, dataset)
    server.process.terminate()
    assert server.process.wait(timeout=60) == 0, server.errors()
    steering.go_on()
    server = Server(server.data)
    try:
        document = server.client().wait(job)
        assert document["state"] == "succeeded" and document["interruptions"] == 1
    finally:
        server.stop()
