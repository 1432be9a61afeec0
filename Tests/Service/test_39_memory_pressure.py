"""Memory is short: jobs that can never fit say so at once, what cannot be had ends the process and not the job, and a
limit of the process is a limit of its jobs."""

import io
import re
import resource
import subprocess
import threading
import time

import numpy as np
import pytest

from service import SEAM, Server

MEGABYTE = 1_000_000


def section(side, ions=4):
    """A section of so many pixels, as `.npz`."""
    random = np.random.default_rng(1)
    out = io.BytesIO()
    np.savez_compressed(out, cube=random.integers(0, 9, (ions, side, side), dtype=np.uint8),
                        mz=np.linspace(134.05, 200, ions))
    return out.getvalue()


def limited(data, bytes_, tmp_path, monkeypatch):
    """A server that is started with a limit on its data (`ulimit -d`)."""
    script = tmp_path / "seam"
    script.write_text(f"#!/bin/sh\nulimit -S -d {bytes_ // 1024}\nexec {SEAM} \"$@\"\n")
    script.chmod(0o755)
    monkeypatch.setattr("service.SEAM", str(script))
    try:
        return Server(data)
    finally:
        monkeypatch.setattr("service.SEAM", SEAM)


def test_a_limit_of_the_process_is_a_limit_of_its_jobs(tmp_path, monkeypatch):
    server = limited(tmp_path / "data", 600 * MEGABYTE, tmp_path, monkeypatch)
    try:
        api = server.client()
        large = api.upload(section(1000), file="large.npz").json()["id"]
        small = api.upload(section(40), file="small.npz").json()["id"]
        document = api.wait(api.submit(large, "view")["id"])
        assert document["state"] == "failed" and document["attempts"] == 0, document
        error = document["error"]
        assert error["type"] == "/errors/too-much-memory"
        assert error["memory_bytes"] > error["budget_bytes"] and 0 < error["budget_bytes"] < 600 * MEGABYTE
        assert re.search(r"needs [\d,]+ MB of memory", error["detail"])
        assert api.run(small, "view", {"epochs": 5})["memory_bytes"] < error["budget_bytes"]
        assert api.get("/readyz").status_code == 200
    finally:
        server.stop()


def test_memory_that_cannot_be_had_interrupts_the_job_and_loses_nothing(tmp_path):
    """The kernel gives no more in the middle of a job: the process ends, and the next start goes on."""
    server = Server(tmp_path / "data")
    api = server.client()
    dataset = api.upload(section(300), file="a.npz").json()["id"]
    before = api.run(dataset, "segmentation")
    used = int(re.search(r"VmData:\s+(\d+)", open(f"/proc/{server.process.pid}/status").read()).group(1)) * 1024
    resource.prlimit(server.process.pid, resource.RLIMIT_DATA, (used + 2 * MEGABYTE, resource.RLIM_INFINITY))
    job = api.submit(dataset, "view", {"epochs": 5})["id"]
    try:
        server.process.wait(timeout=60)
        ended = True
    except subprocess.TimeoutExpired:
        ended = False
        server.kill()
    assert ended and server.process.returncode != 0, "the allocation failed"
    server = Server(tmp_path / "data")
    try:
        api = server.client()
        document = api.wait(job)
        assert document["state"] == "succeeded" and document["interruptions"] == 1 and document["attempts"] == 1
        assert api.get(f"/v1/jobs/{before['id']}").json()["state"] == "succeeded"
        api.result(before["id"], "npy")
    finally:
        server.stop()


@pytest.mark.parametrize("file_limit", [40])
def test_descriptors_that_run_out_refuse_connections_and_lose_nothing(tmp_path, monkeypatch, file_limit):
    script = tmp_path / "seam"
    script.write_text(f"#!/bin/sh\nulimit -S -n {file_limit}\nulimit -H -n {file_limit}\nexec {SEAM} \"$@\"\n")
    script.chmod(0o755)
    monkeypatch.setattr("service.SEAM", str(script))
    server = Server(tmp_path / "data")
    try:
        import socket
        api = server.client()
        dataset = api.upload(section(30), file="a.npz").json()["id"]
        held = []
        for _ in range(80):
            try:
                held.append(socket.create_connection((server.host, server.port), timeout=5))
            except OSError:
                break
        asked = threading.Thread(target=lambda: api.session.get(server.url + f"/v1/datasets/{dataset}", timeout=60))
        asked.start()
        time.sleep(0.5)
        for connection in held:
            connection.close()
        asked.join(timeout=60)
        assert not asked.is_alive()
        assert server.client().get(f"/v1/datasets/{dataset}").json()["id"] == dataset
        assert server.process.poll() is None
    finally:
        server.stop()
