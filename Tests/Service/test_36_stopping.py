"""The service is told to end (SIGTERM) in each phase of its work: nothing that was acknowledged is lost, nothing half-made
stays, jobs go back to the queue and are done after the next start."""

import errno
import signal
import socket
import subprocess
import threading
import time

import pytest
import requests

import faults
from service import SEAM, Server, environment, seam
from test_31_faults import PIECE, TUS
from test_31_faults import archive as made
from test_44_notices import SECRET, SMALL, Receiver


@pytest.fixture
def machine(tmp_path):
    """A server that can be ended and started again, and what steers its files."""
    class Machine:
        def __init__(self):
            self.data = tmp_path / "data"
            self.faults = faults.Faults(tmp_path / "control", self.data)
            self.start()

        def start(self, **more):
            self.server = Server(self.data, env={**self.faults.environment, "SEAM_SHUTDOWN_GRACE_S": "3", **more})
            self.api = self.server.client()

        def tell(self):
            """Tells it to end, and returns at once."""
            self.server.process.send_signal(signal.SIGTERM)

        def ended(self):
            # A second signal would end it at once.
            assert self.server.process.wait(timeout=30) == 0, self.server.errors()
            done = seam("check", "--data-dir", self.data)
            assert done.returncode == 0, done.stdout + done.stderr

        def again(self, **more):
            """Ends it and starts it anew."""
            self.tell()
            self.ended()
            self.start(**more)

    machine = Machine()
    yield machine
    machine.faults.go_on()
    machine.faults.release()
    machine.server.kill()


def large(size=48):
    return made(7, size)


def running(api, job):
    end = time.monotonic() + 60
    while (document := api.get(f"/v1/jobs/{job}").json())["state"] == "queued":
        assert time.monotonic() < end, document
        time.sleep(0.01)
    return document


def test_queued_jobs_stay_in_their_order(machine):
    dataset = machine.api.upload(large()).json()["id"]
    first = machine.api.submit(dataset, "view", {"epochs": 2000})["id"]
    jobs = [machine.api.submit(dataset, "view", {"epochs": 2, "seed": seed})["id"] for seed in range(1, 30)]
    running(machine.api, first)
    machine.again(SEAM_JOBS_WORKERS="1")
    listed = [j["id"] for j in machine.api.get("/v1/jobs?limit=500").json()["items"]]
    assert listed == [*reversed(jobs), first]
    done = [machine.api.wait(job) for job in jobs]
    assert all(document["state"] == "succeeded" for document in done)
    starts = [document["started_at"] for document in done if document["interruptions"] == 0]
    assert starts == sorted(starts), "in the order in which they were made"


@pytest.mark.parametrize("kind, parameters", [
    ("view", {"epochs": 2000}), ("segmentation", {"method": "published"}), ("representation", {"epochs": 400}),
    ("clustering", {"method": "simlr"}), ("embedding", {"epochs": 2000}), ("diff", {}), ("analysis", {})])
def test_a_stage_that_runs_goes_back_to_the_queue(machine, archive, kind, parameters):
    """Each kind is stopped while its thread stands in the middle of its work."""
    api = machine.api
    dataset = api.upload(archive).json()["id"]
    for part in {"clustering": ["representation"], "embedding": ["clustering"], "diff": ["clustering"]}.get(kind, []):
        api.run(dataset, part)
    job = api.submit(dataset, kind, parameters, expect=202)["id"]
    stands = None if kind == "analysis" else job
    if stands:
        running(api, stands)
    machine.faults.stand_still()
    machine.faults.wait_still()
    before = api.get(f"/v1/jobs/{job}").json()
    machine.tell()
    time.sleep(0.3)
    machine.faults.go_on()
    machine.ended()
    machine.start()
    document = machine.api.wait(job)
    assert document["state"] == "succeeded", document
    if stands and before["state"] == "running":
        # It was told to end, or it was done before it looked.
        assert document["interruptions"] == 1 or document["finished_at"] is not None
        assert document["attempts"] == 1
    machine.api.get(f"/v1/jobs/{job}/result")


def test_a_result_that_is_being_stored_is_stored_or_made_again(machine):
    api = machine.api
    dataset = api.upload(large()).json()["id"]
    job = api.submit(dataset, "view", {"epochs": 400})["id"]
    running(api, job)
    # Of the job's threads the next sync is that of its result.
    machine.faults.hold(1, faults.SYNC, of_jobs=True)
    machine.faults.wait_held()
    machine.tell()
    time.sleep(0.5)
    machine.faults.release()
    machine.ended()
    machine.start()
    document = machine.api.wait(job)
    assert document["state"] == "succeeded" and document["interruptions"] == 0
    machine.api.result(job, "npy")


def test_a_result_whose_sync_fails_while_stopping_is_made_again(machine):
    api = machine.api
    dataset = api.upload(large()).json()["id"]
    job = api.submit(dataset, "view", {"epochs": 400})["id"]
    running(api, job)
    machine.faults.arm(1, errno.EIO, kinds=faults.SYNC, lasting=True)
    machine.faults.control.of_jobs = 1
    machine.faults.wait(lambda: machine.faults.fired, 60, "the result was not stored")
    machine.tell()
    time.sleep(0.5)
    machine.faults.disarm()
    machine.ended()
    machine.start()
    assert machine.api.wait(job)["state"] == "succeeded"
    machine.api.result(job, "npy")


def test_an_upload_on_its_way_is_refused_or_stored(machine):
    """One client sends slowly while the service is told to end; another one's resumable upload keeps what came."""
    body = made(3)
    path = machine.api.post("/v1/uploads", 201, headers={**TUS, "Upload-Length": str(len(body))}).headers["Location"]
    machine.api.patch(path, 204, data=body[:200], headers={**PIECE, "Upload-Offset": "0"})
    whole = large(120)
    with socket.create_connection((machine.server.host, machine.server.port)) as connection:
        connection.sendall(b"POST /v1/datasets HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/zip\r\n"
                           b"Content-Length: %d\r\n\r\n" % len(whole) + whole[:-10])
        time.sleep(0.3)
        machine.tell()
        connection.settimeout(30)
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 503 "), answer[:100]
    machine.ended()
    machine.start()
    assert machine.api.datasets() == []
    assert machine.api.head(path, 200, headers=TUS).headers["Upload-Offset"] == "200"
    machine.api.patch(path, 204, data=body[200:], headers={**PIECE, "Upload-Offset": "200"})
    machine.api.post("/v1/datasets?upload=" + path.rsplit("/", 1)[1], 201)


def test_an_import_that_waits_for_the_disk_is_answered_or_undone(machine):
    body, answers = made(5), []

    def send():
        try:
            answers.append(requests.post(machine.server.url + "/v1/datasets", data=body, timeout=60).status_code)
        except requests.ConnectionError:
            answers.append(None)

    machine.faults.hold(1, faults.SYNC)
    sender = threading.Thread(target=send)
    sender.start()
    machine.faults.wait_held()
    machine.tell()
    time.sleep(0.5)
    machine.faults.release()
    sender.join()
    machine.ended()
    machine.start()
    there = len(machine.api.datasets())
    assert answers == [201] and there == 1 or answers[0] in (None, 503) and there in (0, 1)


@pytest.mark.parametrize("operation", [1, 2, 4])
def test_an_import_of_its_own_goes_on_after_the_restart(machine, operation):
    body = large()
    machine.faults.hold(operation, faults.READ, of_jobs=True)
    job = machine.api.post("/v1/datasets", 202, data=body, headers={"Prefer": "respond-async"}).json()
    assert job["kind"] == "import" and job["dataset"] is None
    machine.faults.wait_held()
    machine.tell()
    time.sleep(0.3)
    machine.faults.release()
    machine.ended()
    machine.start()
    document = machine.api.wait(job["id"])
    assert document["state"] == "succeeded" and document["dataset"], document
    assert [d["id"] for d in machine.api.datasets()] == [document["dataset"]]
    assert list((machine.data / "imports").iterdir()) == []


def test_a_notice_that_is_being_sent_is_sent_again(tmp_path):
    """The receiver has the notice, but its answer does not come before the end."""
    slow = threading.Event()
    receiver = Receiver()
    original = receiver.server.RequestHandlerClass.do_POST

    def late(handler):
        if not slow.is_set():
            slow.set()
            handler.rfile.read(int(handler.headers["Content-Length"]))
            time.sleep(2)
            handler.close_connection = True
            return
        original(handler)

    receiver.server.RequestHandlerClass.do_POST = late
    env = {"SEAM_WEBHOOKS_ALLOWED": receiver.place, "SEAM_WEBHOOKS_SECRET": SECRET, "SEAM_SHUTDOWN_GRACE_S": "3"}
    server = Server(tmp_path / "data", env=env)
    try:
        api = server.client()
        dataset = api.upload(SMALL).json()["id"]
        job = api.post("/v1/jobs", 202, json={
            "dataset": dataset, "kind": "segmentation", "notify": f"http://{receiver.place}/x"}).json()["id"]
        api.wait(job)
        assert slow.wait(30)
        assert server.stop(timeout=30) == 0, server.errors()
        server = Server(tmp_path / "data", env=env)
        path, _, body = receiver.next()
        assert path == "/x" and job in body.decode()
    finally:
        server.kill()
        receiver.close()


def test_a_backup_survives_the_end_of_the_service_and_leaves_nothing_at_its_own(machine, tmp_path):
    for seed in range(3):
        machine.api.upload(made(seed))
    copies = tmp_path / "copies"
    copies.mkdir()
    steering = faults.Faults(tmp_path / "control2", "/copies/")

    def backup(name):
        steering.hold(2, faults.WRITE)
        process = subprocess.Popen([SEAM, "backup", copies / name, "--data-dir", machine.data], text=True,
                                   stderr=subprocess.PIPE, env=environment(**steering.environment))
        steering.wait_held()
        return process

    # The service ends in the middle of it.
    process = backup("a.sqlite")
    machine.tell()
    time.sleep(0.5)
    steering.release()
    assert process.wait(timeout=60) == 0, process.stderr.read()
    machine.ended()
    whole = seam("check", copies / "a.sqlite")
    assert whole.returncode == 0, whole.stdout
    # It is ended itself.
    machine.start()
    process = backup("b.sqlite")
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=60)
    steering.release()
    assert not (copies / "b.sqlite").exists()
    assert machine.api.get("/readyz").status_code == 200
    again = seam("backup", copies / "b.sqlite", "--data-dir", machine.data)
    assert again.returncode == 0, again.stderr
    assert len(machine.api.datasets()) == 3
