"""Who runs when: memory, shares, priorities, limits, deadlines."""

import time

import pytest

from service import ion_text, make_zip, simulate

LONG = {"epochs": 2000}


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A section whose view holds a worker until it is cancelled."""
    archive, _ = simulate(
        tmp_path_factory.mktemp("large"), "--preset", "tiny", "--seed", "4", "--size", "224")
    return archive.read_bytes()


def running(client, job, timeout=60):
    end = time.monotonic() + timeout
    while client.get(f"/v1/jobs/{job}").json()["state"] == "queued":
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_job_that_never_fits_fails_at_once_with_the_figure(start, large):
    server = start(env={"SEAM_JOBS_MEMORY_BYTES": "20000000"})
    api = server.client()
    dataset = api.upload(large).json()["id"]
    job = api.submit(dataset, "view")
    assert job["state"] == "failed", job
    error = job["error"]
    assert error["type"] == "/errors/too-much-memory"
    assert error["memory_bytes"] > error["budget_bytes"] == 17_500_000
    assert job["started_at"] is None and job["attempts"] == 0
    # An analysis of such parts says so, and what fits still runs.
    analysis = api.wait(api.submit(dataset, "analysis")["id"])
    assert analysis["state"] == "failed"
    tiny = api.upload(make_zip({"s - 134.05 u.txt": ion_text([[1, 2], [3, 4]])})).json()["id"]
    assert api.wait(api.submit(tiny, "segmentation")["id"])["state"] == "succeeded"


def test_an_owner_with_too_many_queued_jobs_is_told_when_to_come_back(start, large):
    server = start(env={"SEAM_JOBS_MAX_QUEUED_PER_OWNER": "8", "SEAM_JOBS_WORKERS": "1"})
    ada, bob = server.token("ada"), server.token("bob")
    dataset = ada.upload(large).json()["id"]
    held = ada.submit(dataset, "view", LONG)["id"]
    running(ada, held)
    for seed in range(8):
        ada.submit(dataset, "view", {**LONG, "seed": seed + 1}, expect=202)
    body = {"dataset": dataset, "kind": "view", "parameters": {**LONG, "seed": 99}}
    response = ada.post("/v1/jobs", 429, json=body)
    assert response.json()["type"] == "/errors/queue-full" and "8" in response.json()["detail"]
    assert int(response.headers["Retry-After"]) >= 1
    # One that is there is found all the same, and others are not held up.
    ada.submit(dataset, "view", {**LONG, "seed": 1}, expect=200)
    bob.submit(dataset, "view", {**LONG, "seed": 100}, expect=202)
    text = server.token("root", "admin").get("/metrics").text
    assert "seam_jobs_refused_total 1" in text
    for item in ada.get("/v1/jobs?state=queued").json()["items"]:
        if item["owner"] == "ada":
            ada.post(f"/v1/jobs/{item['id']}/cancel", 200)
    assert ada.post("/v1/jobs", 202, json=body).json()["state"] == "queued"


def test_another_owners_first_job_comes_next_and_priorities_hold_inside_a_share(start, large, archive):
    server = start(env={"SEAM_JOBS_WORKERS": "1"})
    ada, bob = server.token("ada"), server.token("bob")
    held = ada.submit(ada.upload(large).json()["id"], "view", LONG)["id"]
    dataset = ada.upload(archive).json()["id"]
    running(ada, held)
    fast = {"epochs": 10}

    def submit(client, seed, **more):
        body = {"dataset": dataset, "kind": "view", "parameters": {**fast, "seed": seed}, **more}
        return client.post("/v1/jobs", 202, json=body).json()

    many = [submit(ada, seed) for seed in range(10, 16)]
    urgent = submit(ada, 30, priority=7)
    assert urgent["priority"] == 7 and many[0]["priority"] == 0
    first = submit(bob, 40)
    ada.post(f"/v1/jobs/{held}/cancel", 200)
    ended = {j["id"]: ada.wait(j["id"]) for j in [*many, urgent, first]}
    order = sorted(ended, key=lambda j: ended[j]["started_at"])
    assert order[0] == first["id"] and order[1] == urgent["id"]
    assert order[2:] == [j["id"] for j in many]
    for wrong in (101, 1.5, "high", None):
        body = {"dataset": dataset, "kind": "view", "priority": wrong}
        problem = ada.problem("POST", "/v1/jobs", 422, "invalid-body", json=body)
        assert problem["errors"][0]["pointer"] == "/priority"


def test_a_small_job_does_not_wait_for_a_large_one(start, large, archive):
    server = start(env={"SEAM_JOBS_WORKERS": "1"})
    api = server.client()
    big, dataset = (api.upload(a).json()["id"] for a in (large, archive))
    cells = api.run(dataset, "representation", {"method": "mean"})["id"]
    held = api.submit(big, "view", LONG)["id"]
    running(api, held)
    waiting = api.submit(big, "view", {**LONG, "seed": 1})["id"]
    done = api.run(dataset, "clustering", {"method": "kmeans", "n_clusters": 2},
                   {"representation": cells})
    assert api.get(f"/v1/jobs/{held}").json()["state"] == "running"
    assert api.get(f"/v1/jobs/{waiting}").json()["state"] == "queued"
    assert done["memory_bytes"] > 0


def test_a_job_that_runs_too_long_fails_for_good(start, large):
    server = start(env={"SEAM_JOBS_DEADLINE_H_VIEW": "0.0005"})
    api = server.client()
    dataset = api.upload(large).json()["id"]
    job = api.wait(api.submit(dataset, "view", LONG)["id"])
    assert job["state"] == "failed" and job["attempts"] == 1
    assert job["error"]["type"] == "/errors/deadline" and "2 s" in job["error"]["detail"]
    assert api.wait(api.submit(dataset, "segmentation")["id"])["state"] == "succeeded"


def test_queued_jobs_go_on_after_a_restart(start, large, archive, tmp_path):
    first = start(tmp_path / "d", env={"SEAM_JOBS_WORKERS": "1"})
    api = first.client()
    big, dataset = (api.upload(a).json()["id"] for a in (large, archive))
    held = api.submit(big, "view", LONG)["id"]
    running(api, held)
    analysis = api.submit(dataset, "analysis", {"view": {"epochs": 10}})["id"]
    first.kill()
    second = start(tmp_path / "d")
    api = second.client()
    api.post(f"/v1/jobs/{held}/cancel", 200)
    assert api.wait(analysis)["state"] == "succeeded"


def test_a_deep_queue_does_not_slow_its_users(start, large):
    """Not a measurement: work for each request must not grow with the queue."""
    server = start(env={"SEAM_JOBS_WORKERS": "1"})
    owners = [server.token(f"owner{n}") for n in range(5)]
    dataset = owners[0].upload(large).json()["id"]
    held = owners[0].submit(dataset, "view", LONG)["id"]
    running(owners[0], held)
    for seed in range(1, 400):
        owners[seed % 5].submit(dataset, "view", {**LONG, "seed": seed}, expect=202)
    status = server.token("root", "admin").get("/v1/admin/status").json()
    assert status["queue"]["queued"] == 399 == status["queue"]["ready"]
    assert [o["queued"] for o in status["queue"]["owners"]] == [79, 80, 80, 80, 80]
    assert status["running"][0]["job"] == held and status["running"][0]["memory_bytes"] > 0
