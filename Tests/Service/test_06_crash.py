"""Killed at any moment and started again: what was acknowledged is whole, what was accepted ends."""

import hashlib
import http.client
import json
import os
import signal
import sqlite3
import subprocess
import threading
import time

import numpy as np
import pytest
import requests

from service import SEAM, Server, environment, ion_text, make_zip, npy, simulate, spool

ENDED = ("succeeded", "failed", "cancelled")


@pytest.fixture(scope="module")
def slow(tmp_path_factory):
    """A section whose analysis takes some seconds."""
    archive, arrays = simulate(
        tmp_path_factory.mktemp("slow"), "--preset", "tiny", "--size", "128", "--ions", "16")
    return archive.read_bytes(), arrays["cube"]


def states(api, job):
    """The states of an analysis and of its parts."""
    document = api.get(f"/v1/jobs/{job}").json()
    return {"analysis": document["state"],
            **{k: api.get(f"/v1/jobs/{i}").json()["state"] for k, i in document["inputs"].items()}}


def test_acknowledged_uploads_survive_any_moment(start, tmp_path):
    """Uploads go on while the process is killed again and again; no 201 is ever taken back."""
    random = np.random.default_rng(4)
    acknowledged = {}
    number = 0
    for round_ in range(5):
        server = start(tmp_path / "data")
        stop = threading.Event()

        def upload(server=server, stop=stop):
            nonlocal number
            while not stop.is_set():
                number += 1
                images = {f"u{number} - {m}.00 u.txt": random.poisson(300, (90, 90))
                          for m in range(50, 54)}
                body = make_zip({n: ion_text(v.tolist()) for n, v in images.items()})
                try:
                    response = requests.post(
                        server.url + "/v1/datasets", data=body, timeout=30)
                except requests.RequestException:
                    return
                assert response.status_code == 201, response.text
                acknowledged[response.json()["id"]] = (body, np.stack(list(images.values())))

        before = len(acknowledged)
        thread = threading.Thread(target=upload)
        thread.start()
        end = time.monotonic() + 20
        while len(acknowledged) < before + 2 and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(random.uniform(0, 0.12))
        server.kill()
        stop.set()
        thread.join()
    server = start(tmp_path / "data")
    api = server.client()
    assert spool(server.data) == [], "the spool is emptied at the start"
    stored = {d["id"]: d for d in api.datasets()}
    assert len(acknowledged) >= 10 and set(stored) >= set(acknowledged)
    # One upload a round may have become durable without its answer having arrived.
    assert len(stored) <= len(acknowledged) + 5
    for id_, (body, cube) in acknowledged.items():
        assert stored[id_]["sha256"] == hashlib.sha256(body).hexdigest()
        assert np.array_equal(api.cube(id_), cube), "byte for byte"
    for id_ in set(stored) - set(acknowledged):
        assert api.cube(id_).shape == (4, 90, 90), "whole or not there"
    assert server.stop() == 0
    base = sqlite3.connect(tmp_path / "data/seam.sqlite")
    assert base.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    base.close()


def test_a_kill_in_the_middle_of_a_body_leaves_nothing(start, tmp_path, archive):
    server = start(tmp_path / "data")
    connection = http.client.HTTPConnection(server.host, server.port, timeout=20)
    connection.putrequest("POST", "/v1/datasets")
    connection.putheader("Content-Length", str(len(archive)))
    connection.endheaders()
    connection.send(archive[:len(archive) // 2])
    end = time.monotonic() + 10
    while not spool(server.data) and time.monotonic() < end:
        time.sleep(0.02)
    assert spool(server.data), "the body is spooled while it arrives"
    server.kill()
    connection.close()
    server = start(tmp_path / "data")
    assert spool(server.data) == [] and server.client().datasets() == []


@pytest.mark.parametrize("moments", [(0.05, 0.4, 1.0), (2.0, 0.0, 0.7)])
def test_every_accepted_job_ends(start, tmp_path, slow, moments):
    body, cube = slow
    server = start(tmp_path / "data")
    api = server.client()
    dataset = api.upload(body).json()["id"]
    job = api.submit(
        dataset, "analysis", {"view": {"epochs": 60}, "representation": {"epochs": 30}})["id"]
    interrupted = 0
    for moment in moments:
        time.sleep(moment)
        before = states(api, job)
        server.kill()
        server = start(tmp_path / "data")
        api = server.client()
        for kind, state in states(api, job).items():
            # One that ended after it was looked at was not interrupted.
            interrupted += kind != "analysis" and before[kind] == "running" and state not in ENDED
            if before[kind] in ENDED:
                assert state == before[kind], "what has ended stays"
    document = api.wait(job)
    assert document["state"] == "succeeded", document
    parts = {k: api.get(f"/v1/jobs/{i}").json() for k, i in document["inputs"].items()}
    assert {p["state"] for p in parts.values()} == {"succeeded"}
    assert document["interruptions"] == 0, "an analysis does no work of its own"
    if interrupted:
        assert sum(p["interruptions"] for p in parts.values()) >= 1
    for part in parts.values():
        assert part["attempts"] == 1, "an interruption is not an attempt"
        assert part["interruptions"] <= len(moments)
    assert np.array_equal(api.cube(dataset), cube)
    labels = npy(api.result(document["inputs"]["segmentation"], "npy").content)
    assert labels.shape == cube.shape[1:]


def test_interruptions_do_not_change_the_result(start, tmp_path, slow):
    results = []
    for name, kill in (("a", False), ("b", True)):
        server = start(tmp_path / name)
        api = server.client()
        dataset = api.upload(slow[0]).json()["id"]
        job = api.submit(dataset, "view", {"epochs": 60})["id"]
        if kill:
            end = time.monotonic() + 20
            while api.get(f"/v1/jobs/{job}").json()["state"] == "queued" and time.monotonic() < end:
                time.sleep(0.01)
            time.sleep(0.3)
            server.kill()
            server = start(tmp_path / name)
            api = server.client()
        document = api.wait(job)
        assert document["state"] == "succeeded"
        assert document["interruptions"] == (1 if kill else 0)
        results.append(api.result(job, "npy").content)
        server.stop()
    assert results[0] == results[1]


def test_a_job_that_always_kills_the_process_is_given_up(start, tmp_path, slow):
    settings = tmp_path / "seam.json"
    settings.write_text(json.dumps({"jobs": {"max_interruptions": 2}}))
    server = start(tmp_path / "data", "--config", settings)
    api = server.client()
    dataset = api.upload(slow[0]).json()["id"]
    job = api.submit(dataset, "view", {"epochs": 2000})["id"]
    for _ in range(3):
        end = time.monotonic() + 30
        while api.get(f"/v1/jobs/{job}").json()["state"] == "queued" and time.monotonic() < end:
            time.sleep(0.02)
        server.kill()
        server = start(tmp_path / "data", "--config", settings)
        api = server.client()
    document = api.get(f"/v1/jobs/{job}").json()
    assert document["state"] == "failed" and document["interruptions"] == 3
    assert document["error"]["type"] == "/errors/suspected-crash"


def test_sigterm_ends_quickly_and_jobs_go_on_after_the_restart(start, tmp_path, slow):
    server = start(tmp_path / "data")
    api = server.client()
    dataset = api.upload(slow[0]).json()["id"]
    job = api.submit(dataset, "view", {"epochs": 120})["id"]
    queued = api.submit(dataset, "view", {"epochs": 20, "seed": 2})["id"]
    analysis = api.submit(dataset, "segmentation")["id"]
    end = time.monotonic() + 20
    while api.get(f"/v1/jobs/{job}").json()["state"] == "queued" and time.monotonic() < end:
        time.sleep(0.02)
    waiting = []
    thread = threading.Thread(target=lambda: waiting.append(
        requests.get(f"{server.url}/v1/jobs/{job}?wait=60", timeout=60)))
    thread.start()
    time.sleep(0.3)
    begin = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - begin < 10, "running jobs go back to the queue at once"
    thread.join()
    assert waiting and waiting[0].status_code == 200, "who waits gets an answer"
    assert server.output == f"listening on {server.url}\n"
    with pytest.raises(requests.ConnectionError):
        requests.get(server.url + "/healthz", timeout=5)
    api = start(tmp_path / "data").client()
    for id_ in (job, queued, analysis):
        assert api.wait(id_)["state"] == "succeeded"
    assert api.get(f"/v1/jobs/{job}").json()["attempts"] == 1


def test_sigint_ends_like_sigterm(start, tmp_path):
    server = start(tmp_path / "data")
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(timeout=20) == 0


def test_a_second_server_on_the_same_folder_refuses(start, tmp_path):
    server = start(tmp_path / "data")
    done = subprocess.run(
        [SEAM, "serve", "--port", "0", "--data-dir", str(tmp_path / "data")],
        capture_output=True, text=True, timeout=30, env=environment(SEAM_STORE_LOCK_WAIT_S="0.2"))
    assert done.returncode == 1 and done.stdout == ""
    assert "data" in done.stderr and len(done.stderr.splitlines()) <= 3, done.stderr
    assert server.client().get("/healthz")
    server.kill()
    # The lock does not outlive the process, and one that is dying is waited for.
    start(tmp_path / "data")


def test_a_port_in_use_is_told(start, tmp_path):
    server = start(tmp_path / "a")
    done = subprocess.run(
        [SEAM, "serve", "--port", str(server.port), "--data-dir", str(tmp_path / "b")],
        capture_output=True, text=True, timeout=30, env=environment())
    assert done.returncode == 1 and done.stdout == "" and str(server.port) in done.stderr


def test_the_store_is_for_its_owner_only(start, tmp_path):
    server = start(tmp_path / "new" / "deep" / "data", log=tmp_path / "log")
    server.client().upload(make_zip({"a - 60.00 u.txt": ion_text([[1, 2]])}))
    for path in [server.data, *server.data.rglob("*")]:
        assert os.stat(path).st_mode & 0o077 == 0, path


def test_reuse_survives_a_restart(start, tmp_path, archive):
    server = start(tmp_path / "data")
    api = server.client()
    dataset = api.upload(archive).json()["id"]
    job = api.run(dataset, "segmentation")
    tag = api.get(f"/v1/jobs/{job['id']}/result.npy").headers["ETag"]
    server.stop()
    server = Server(tmp_path / "data")
    try:
        api = server.client()
        assert api.upload(archive, expect=200).json()["id"] == dataset
        again = api.submit(dataset, "segmentation", expect=200)
        assert again["id"] == job["id"] and again["cached"] is True
        api.get(f"/v1/jobs/{job['id']}/result.npy", 304, headers={"If-None-Match": tag})
    finally:
        server.stop()
