"""What an administrator sees: metrics, health, status, usage, the log."""

import json
import os
import re
import resource
import shutil
import socket
import subprocess
import time

import pytest
from prometheus_client.parser import text_string_to_metric_families

from service import ROOT, ion_text, make_zip, simulate

SMALL = make_zip({"s - 134.05 u.txt": ion_text([[9, 2], [3, 5]])})


def families(client):
    text = client.get("/metrics").text
    return {family.name: family for family in text_string_to_metric_families(text)}


def value(client, name, **labels):
    """The one sample of a metric with these labels; 0 where it is not there yet."""
    base = re.sub(r"_(total|bucket|sum|count)$", "", name)
    found = families(client)
    samples = [s for s in (found.get(base) or found[name]).samples
               if s.name == name and labels.items() <= s.labels.items()]
    return sum(s.value for s in samples)


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    from service import Server
    server = Server(tmp_path_factory.mktemp("seen") / "data")
    yield server
    assert server.stop() == 0, server.errors()


def test_the_metrics_are_what_prometheus_reads(seen):
    api = seen.client()
    dataset = api.upload(SMALL).json()["id"]
    job = api.submit(dataset, "segmentation")["id"]
    api.wait(job)
    api.get("/v1/nothing", 404)
    response = api.get("/metrics")
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    found = families(api)
    for name in ["seam_http_requests", "seam_http_request_duration_seconds", "seam_queue_ready",
                 "seam_queue_oldest_seconds", "seam_job_duration_seconds", "seam_job_wait_seconds",
                 "process_resident_memory_bytes", "seam_store_bytes", "seam_store_wal_bytes",
                 "seam_answer_cache_hits", "seam_http_connections", "seam_disk_free_bytes", "seam_ready"]:
        family = found[name]
        assert family.documentation and family.type in ("counter", "gauge", "histogram"), name
        assert family.samples, name
    # Each name is explained once.
    lines = response.text.splitlines()
    helps = [line.split()[2] for line in lines if line.startswith("# HELP")]
    assert len(helps) == len(set(helps)) and all(line for line in lines)
    if shutil.which("promtool"):
        done = subprocess.run(["promtool", "check", "metrics"], input=response.text,
                              capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_metrics_are_true(seen):
    api = seen.client()
    before = value(api, "seam_http_requests_total", route="/v1/datasets/{id}", status="404")
    for _ in range(3):
        api.get("/v1/datasets/ds_nothing", 404)
    counted = value(api, "seam_http_requests_total", route="/v1/datasets/{id}", status="404")
    assert counted == before + 3
    timed = value(api, "seam_http_request_duration_seconds_count", route="/v1/datasets/{id}")
    assert timed == value(api, "seam_http_requests_total", route="/v1/datasets/{id}")
    # A path that is no route adds no name.
    api.get("/v1/whatever/x/y/z", 404)
    assert value(api, "seam_http_requests_total", route="other", status="404") >= 1
    # A picture is drawn once.
    dataset = api.datasets()[0]["id"]
    hits = value(api, "seam_answer_cache_hits_total")
    for _ in range(2):
        api.get(f"/v1/datasets/{dataset}/ions/134.png?zoom=2")
    assert value(api, "seam_answer_cache_hits_total") == hits + 1
    status = api.get("/v1/admin/status").json()
    assert value(api, "seam_datasets") == status["store"]["datasets"] == len(api.datasets())
    assert value(api, "seam_jobs", state="succeeded") == status["jobs"]["succeeded"] >= 1
    assert value(api, "seam_job_duration_seconds_count", kind="segmentation", stage="run") >= 1
    assert value(api, "seam_jobs_ended_total", kind="segmentation", outcome="succeeded") >= 1
    with open(f"/proc/{seen.process.pid}/statm") as file:
        resident = int(file.read().split()[1]) * resource.getpagesize()
    assert value(api, "process_resident_memory_bytes") == pytest.approx(resident, rel=0.3)
    started = value(api, "process_start_time_seconds")
    assert abs(started - os.stat(f"/proc/{seen.process.pid}").st_ctime) < 30
    with socket.create_connection((seen.host, seen.port)) as idle:
        idle.send(b"GET")
        time.sleep(0.2)
        assert value(api, "seam_http_connections") >= 2


def test_waiting_is_not_counted_as_work(seen, tmp_path):
    api = seen.client()
    archive, _ = simulate(tmp_path, "--preset", "tiny", "--seed", "4", "--size", "224")
    dataset = api.upload(archive.read_bytes()).json()["id"]
    job = api.submit(dataset, "view", {"epochs": 2000, "seed": 5})
    while api.get(f"/v1/jobs/{job['id']}").json()["state"] == "queued":
        time.sleep(0.02)
    route = {"route": "/v1/jobs/{id}"}
    before = value(api, "seam_http_request_duration_seconds_sum", **route)
    begun = time.monotonic()
    document = api.get(f"/v1/jobs/{job['id']}?wait=2").json()
    waited = time.monotonic() - begun
    spent = value(api, "seam_http_request_duration_seconds_sum", **route) - before
    assert spent < max(waited / 2, 0.2), document["state"]
    api.request("POST", f"/v1/jobs/{job['id']}/cancel", (200, 409))


def test_metrics_need_a_token_unless_they_are_open(start, tmp_path):
    closed = start()
    reader = closed.token("prometheus", "reader")
    reader.get("/metrics")
    closed.client().get("/metrics", 401)
    open_ = start(tmp_path / "open", env={"SEAM_SERVER_OPEN_METRICS": "true"})
    open_.token("ada")
    assert "seam_build_info" in open_.client().get("/metrics").text
    open_.client().get("/v1", 401)


def test_status_is_for_admins_and_usage_for_everybody(start):
    server = start()
    ada, eve, root = (server.token(*who) for who in [
        ("ada", "member"), ("eve", "reader"), ("root", "admin")])
    dataset = ada.upload(SMALL).json()
    ada.wait(ada.submit(dataset["id"], "segmentation")["id"])
    for client in (ada, eve):
        client.get("/v1/admin/status", 403)
    assert root.get("/v1/admin/status").json()["store"]["datasets"] == 1
    own = ada.get("/v1/usage").json()["items"]
    assert [o["owner"] for o in own] == ["ada"]
    assert own[0]["datasets"] == 1 and own[0]["dataset_bytes"] == dataset["bytes"]
    assert own[0]["jobs"]["succeeded"] == 1 and own[0]["result_bytes"] > 0
    assert own[0]["limits"]["queued_jobs"] == 5000
    assert eve.get("/v1/usage").json()["items"][0]["datasets"] == 0
    eve.get("/v1/usage?owner=ada", 403)
    assert root.get("/v1/usage?owner=ada").json()["items"] == own
    assert [o["owner"] for o in root.get("/v1/usage").json()["items"]] == ["ada"]


def test_readiness_is_true_of_the_disk(start, tmp_path):
    full = start(tmp_path / "full", env={"SEAM_UPLOADS_FREE_BYTES": str(1 << 44)})
    problem = full.client().problem("GET", "/readyz", 503, "not-ready")
    assert "free bytes" in problem["detail"]
    full.client().get("/healthz")
    assert value(full.client(), "seam_ready") == 0
    status = full.client().get("/v1/admin/status").json()
    assert not status["ready"] and status["not_ready_reason"] == problem["detail"]


def test_the_log_as_json_names_request_job_and_owner_and_no_secret(start):
    server = start(None, "--log-format", "json")
    token = server.token_text("ada")
    ada = server.client(token)
    dataset = ada.upload(SMALL).json()["id"]
    job = ada.submit(dataset, "segmentation")["id"]
    ada.wait(job)
    seen_id = ada.get(f"/v1/jobs/{job}?wait=0").headers["X-Request-Id"]
    ada.get("/healthz")
    ada.get(f"/v1/datasets/{token}", 404)
    ada.get("/v1/datasets/a%0Ab%22", 404)
    assert server.stop() == 0
    text = server.log.read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    for line in lines:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
        assert line["level"] in ("info", "warning", "error") and line["message"]
    request = next(line for line in lines if line.get("request") == seen_id)
    assert request["status"] == 200 and request["owner"] == "ada"
    assert request["path"] == f"/v1/jobs/{job}" and request["method"] == "GET"
    started = next(line for line in lines if line.get("job") == job and line["message"] == "started")
    assert started["owner"] == "ada" and started["kind"] == "segmentation"
    assert any(line.get("job") == job and line["message"] == "succeeded" for line in lines)
    assert not any(line.get("path") == "/healthz" for line in lines)
    assert token not in text and token[-43:] not in text


def test_the_alerts_speak_of_metrics_that_are_there_and_have_runbooks(seen):
    api = seen.client()
    rules = (ROOT / "deploy/prometheus/alerts.yml").read_text()
    names = set(re.findall(r"\b((?:seam|process)_[a-z_]+)\b", rules))
    found = families(api)
    known = set(found) | {s.name for f in found.values() for s in f.samples}
    known |= {f"{n}_total" for n, f in found.items() if f.type == "counter"}
    assert names - known == set()
    runbook = (ROOT / "docs/operations.md").read_text()
    alerts = re.findall(r"alert: (\w+)", rules)
    headings = re.findall(r"^### (\w+)$", runbook, re.M)
    assert len(alerts) > 8 and set(alerts) <= set(headings)
    if shutil.which("promtool"):
        done = subprocess.run(["promtool", "check", "rules", ROOT / "deploy/prometheus/alerts.yml"],
                              capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
