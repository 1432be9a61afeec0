"""What goes after a time, and what an owner may have."""

import json
import os
import sqlite3

import pytest

from service import ion_text, make_zip, seam


def small(number):
    return make_zip({f"{number} - 134.05 u.txt": ion_text([[number, 2], [3, 4]])})


def age(data, days, jobs):
    """Moves the ends of jobs into the past, as if the time had passed."""
    with sqlite3.connect(data / "seam.sqlite") as db:
        for job in jobs:
            db.execute(
                "UPDATE jobs SET finished_at = strftime('%Y-%m-%dT%H:%M:%f', 'now', ?) || '000Z'"
                " WHERE id = ?", (f"-{days} days", job))
            db.execute("DELETE FROM job_uses WHERE job = (SELECT row FROM jobs WHERE id = ?)", (job,))
    db.close()


def listed(data, *arguments):
    done = seam("clean", "--dry-run", "--json", "--data-dir", data, *arguments)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_what_nobody_asks_for_goes_the_longest_unused_first(start, archive):
    server = start(env={"SEAM_RETENTION_RESULTS_DAYS": "1000"})
    api = server.client()
    dataset = api.upload(archive).json()["id"]
    first = api.run(dataset, "segmentation")["id"]
    second = api.run(dataset, "segmentation", {"seed": 1})["id"]
    used = api.run(dataset, "segmentation", {"seed": 2})["id"]
    built = api.run(dataset, "representation", {"method": "mean"}, {"segmentation": used})["id"]
    read = api.run(dataset, "segmentation", {"seed": 3})["id"]
    new = api.run(dataset, "segmentation", {"seed": 4})["id"]
    tiny = api.upload(small(7)).json()["id"]
    failed = api.wait(api.submit(tiny, "clustering")["id"])
    assert failed["state"] == "failed"
    age(server.data, 100, [first])
    age(server.data, 200, [second, failed["id"]])
    age(server.data, 300, [used, read])
    # Reading a result counts as a use; building on one that stays keeps it.
    api.result(read, "json")
    tries = 50  # the use is noted behind the answer
    while read in [j["job"] for j in listed(server.data, "--results-days", "90")] and tries:
        tries -= 1
    assert [j["job"] for j in listed(server.data, "--results-days", "90")] == [second, first]
    assert [j["job"] for j in listed(server.data, "--results-days", "150")] == [second]
    assert [j["job"] for j in listed(server.data, "--failed-days", "150", "--results-days", "0")] == [failed["id"]]
    assert listed(server.data) == []
    entry = listed(server.data, "--results-days", "90")[0]
    assert entry["kind"] == "segmentation" and entry["owner"] == "local" and entry["bytes"] > 0
    assert len(api.get("/v1/jobs?limit=500").json()["items"]) > 5, "nothing went so far"
    done = seam("clean", "--results-days", "90", "--data-dir", server.data)
    assert done.returncode == 0 and "removed 2 jobs" in done.stdout, done.stderr
    for job in (first, second):
        api.get(f"/v1/jobs/{job}", 404)
    for job in (used, built, read, new):
        assert api.get(f"/v1/jobs/{job}").json()["state"] == "succeeded"
    # Once its user may go, it goes too.
    age(server.data, 400, [built])
    assert {j["job"] for j in listed(server.data, "--results-days", "90")} == {built, used}
    assert seam("clean", "--results-days", "90", "--data-dir", server.data).returncode == 0
    # It can be made again.
    assert api.run(dataset, "segmentation")["id"] not in (first, second)


def test_the_file_shrinks_when_what_it_held_is_gone(start, archive):
    server = start()
    api = server.client()
    dataset = api.upload(archive).json()["id"]
    api.run(dataset, "segmentation")
    before = api.get("/v1/admin/status").json()["store"]
    api.delete(f"/v1/datasets/{dataset}", 204)
    freed = api.get("/v1/admin/status").json()["store"]
    assert freed["free_bytes"] > 0 and freed["used_bytes"] < before["used_bytes"]
    done = seam("clean", "--json", "--data-dir", server.data)
    assert json.loads(done.stdout)["bytes"] > 0
    assert api.get("/v1/admin/status").json()["store"]["free_bytes"] < freed["free_bytes"]


@pytest.mark.parametrize("arguments, part", [
    (["--results-days", "-1"], "0 to 36500"), (["--result-days", "3"], "--results-days"),
    (["x"], "unexpected"),
])
def test_a_wrong_command_is_refused(tmp_path, arguments, part):
    done = seam("clean", *arguments, "--data-dir", tmp_path)
    assert done.returncode == 2 and part in done.stderr


def test_without_a_store_nothing_is_made(tmp_path):
    done = seam("clean", "--data-dir", tmp_path / "none")
    assert done.returncode == 1 and "none" in done.stderr and os.listdir(tmp_path) == []


def test_an_owner_has_no_more_datasets_than_allowed(start):
    server = start(env={"SEAM_UPLOADS_MAX_DATASETS_PER_OWNER": "2"})
    ada, bob = server.token("ada"), server.token("bob")
    first = ada.upload(small(1)).json()["id"]
    ada.upload(small(2))
    problem = ada.upload(small(3), expect=413).json()
    assert problem["type"] == "/errors/too-large" and "2 datasets" in problem["detail"]
    ada.upload(small(1), expect=200)
    bob.upload(small(3))
    ada.delete(f"/v1/datasets/{first}", 204)
    ada.upload(small(3))
    assert ada.get("/v1/usage").json()["items"][0]["limits"]["datasets"] == 2
