"""Imports that a client does not wait for: `Prefer: respond-async` is answered by a job."""

import pytest

from service import ion_text, make_zip, seam
from test_22_tus import PIECE, TUS

ASYNC = {"Prefer": "respond-async"}


def body(seed, size=12):
    return make_zip({f"s{seed} - {m}.05 u.txt": ion_text(
        [[(seed + m * (x + 3 * y) ** 2) % 251 for x in range(size)] for y in range(size)]) for m in (60, 134)})


def accepted(answer):
    assert answer.status_code == 202, answer.text
    assert answer.headers["Preference-Applied"] == "respond-async" and answer.headers["Retry-After"] == "1"
    job = answer.json()
    assert answer.headers["Location"] == f"/v1/jobs/{job['id']}"
    assert job["kind"] == "import" and job["parameters"]["bytes"] > 0
    return job


def kept(server):
    folder = server.data / "imports"
    return list(folder.iterdir()) if folder.exists() else []


@pytest.fixture
def one(start):
    server = start()
    return server, server.client()


def test_an_import_is_a_job_that_ends_with_its_dataset(one):
    server, api = one
    data = body(1)
    job = accepted(api.post("/v1/datasets?name=liver&notes=a", data=data, headers=ASYNC))
    assert job["parameters"]["fields"] == {"name": "liver", "notes": "a"}
    done = api.wait(job["id"])
    assert done["state"] == "succeeded" and done["progress"]["fraction"] == 1 and done["attempts"] == 1
    dataset = api.get(f"/v1/datasets/{done['dataset']}").json()
    assert dataset["name"] == "liver" and dataset["notes"] == "a" and dataset["bytes"] == len(data)
    assert done["links"]["dataset"] == f"/v1/datasets/{dataset['id']}"
    result = api.get(f"/v1/jobs/{job['id']}/result")
    assert result.json() == dataset and result.headers["Content-Location"] == f"/v1/datasets/{dataset['id']}"
    api.problem("GET", f"/v1/jobs/{job['id']}/result.csv", 406, "not-acceptable")
    assert [j["id"] for j in api.get("/v1/jobs?kind=import").json()["items"]] == [job["id"]]
    assert kept(server) == []
    # The same bytes again are there: no job.
    assert api.post("/v1/datasets", 200, data=data, headers=ASYNC).json()["id"] == dataset["id"]
    # It goes with its dataset.
    api.delete(f"/v1/datasets/{dataset['id']}", 204)
    api.get(f"/v1/jobs/{job['id']}", 404)


def test_every_way_of_sending_can_be_put_off(one):
    server, api = one
    put = accepted(api.put("/v1/datasets/mouse.zip", data=body(2), headers=ASYNC))
    form = accepted(api.post("/v1/datasets", files=[
        ("file", ("a - 60.05 u.txt", ion_text([[1, 2], [3, 4]]))), ("file", ("a - 134.05 u.txt", ion_text([[5, 2], [3, 4]])))],
        data={"name": "form"}, headers=ASYNC))
    assert form["parameters"]["files"] == ["a - 60.05 u.txt", "a - 134.05 u.txt"]
    whole = body(3)
    path = api.post("/v1/uploads", 201, headers={**TUS, "Upload-Length": str(len(whole))}).headers["Location"]
    api.patch(path, 204, data=whole, headers={**PIECE, "Upload-Offset": "0"})
    resumed = accepted(api.post("/v1/datasets?upload=" + path.rsplit("/", 1)[1], headers=ASYNC))
    api.head(path, 404, headers=TUS)
    names = {}
    for job in (put, form, resumed):
        done = api.wait(job["id"])
        assert done["state"] == "succeeded", done
        names[job["id"]] = api.get(f"/v1/datasets/{done['dataset']}").json()
    assert names[put["id"]]["ion_count"] == names[form["id"]]["ion_count"] == 2
    assert kept(server) == [] and list((server.data / "resumable").iterdir()) == []
    # A dry run is never put off.
    assert api.post("/v1/datasets?dry_run=true", 200, data=body(4), headers=ASYNC).json()["id"] is None


def test_what_cannot_be_read_is_told_by_the_job(one):
    server, api = one
    broken = make_zip({"a - 60.05 u.txt": ion_text([[1, 2], [3, 4]]), "a - 134.05 u.txt": b"0 0 1\n0 1 x\n1 0 1\n1 1 1\n"})
    direct = api.problem("POST", "/v1/datasets", 422, "bad-upload", data=broken)
    job = accepted(api.post("/v1/datasets", data=broken, headers=ASYNC))
    done = api.wait(job["id"])
    assert done["state"] == "failed" and done["attempts"] == 1 and done["dataset"] is None
    assert done["error"] == {"type": direct["type"], "title": direct["title"], "detail": direct["detail"], "errors": direct["errors"]}
    assert kept(server) == [] and api.datasets() == []
    api.get(f"/v1/jobs/{job['id']}/result", 409)
    api.delete(f"/v1/jobs/{job['id']}", 204)


def test_a_key_makes_one_import(one):
    _, api = one
    headers = {**ASYNC, "Idempotency-Key": "k1"}
    first = accepted(api.post("/v1/datasets", data=body(5), headers=headers))
    again = api.post("/v1/datasets", data=body(5), headers=headers).json()
    assert again["id"] == first["id"]
    assert api.post("/v1/datasets", data=body(6), headers=headers).status_code == 422
    api.wait(first["id"])
    assert len(api.get("/v1/jobs?kind=import").json()["items"]) == 1


def test_an_import_is_its_owner_s(start):
    server = start()
    ada, ben, root = server.token("ada"), server.token("ben"), server.token("root", "admin")
    job = accepted(ada.post("/v1/datasets?visibility=private", data=body(7), headers=ASYNC))
    ben.get(f"/v1/jobs/{job['id']}", 404)
    assert ada.wait(job["id"])["state"] == "succeeded"
    ben.get(f"/v1/jobs/{job['id']}", 404)
    assert root.get(f"/v1/jobs/{job['id']}").json()["owner"] == "ada"
    server.token("eve", "reader").post("/v1/datasets", 403, data=body(8), headers=ASYNC)
    deeds = [d for d in root.get("/v1/audit").json()["items"] if d["action"] == "POST /v1/datasets" and d["status"] == 202]
    assert [d["object"] for d in deeds] == [job["id"]]


def test_queued_imports_survive_a_kill_and_can_be_cancelled(start):
    server = start(env={"SEAM_JOBS_WORKERS": "1"})
    api = server.client()
    dataset = api.upload(body(9, 60)).json()["id"]
    blocker = api.submit(dataset, "view", {"epochs": 2000})["id"]
    jobs = [accepted(api.post("/v1/datasets", data=body(seed), headers=ASYNC))["id"] for seed in range(20, 26)]
    # It may have run already, beside the large job or before it.
    answer = api.post(f"/v1/jobs/{jobs[0]}/cancel", (200, 409))
    first = answer.json()["state"] if answer.status_code == 200 else "succeeded"
    assert first in ("cancelled", "succeeded")
    server.kill()
    stray = server.data / "imports" / "job_stray"
    stray.mkdir()
    (stray / "0").write_bytes(b"x")
    server = start(server.data)
    api = server.client()
    done = [api.wait(job) for job in jobs]
    assert [d["state"] for d in done] == [first] + ["succeeded"] * 5
    api.post(f"/v1/jobs/{blocker}/cancel")
    assert len({d["dataset"] for d in done[1:]}) == 5 and kept(server) == []
    checked = seam("check", "--data-dir", server.data)
    assert checked.returncode == 0, checked.stdout


def test_an_import_counts_for_its_owner_while_it_waits(start):
    server = start(env={"SEAM_JOBS_WORKERS": "1", "SEAM_UPLOADS_MAX_BYTES_PER_OWNER": "60000"})
    api = server.client()
    dataset = api.upload(body(9, 60)).json()
    api.submit(dataset["id"], "view", {"epochs": 2000})
    taken, status = dataset["bytes"], 202
    for seed in range(30, 200):
        data = body(seed, 40)
        answer = api.post("/v1/datasets", data=data, headers=ASYNC)
        if (status := answer.status_code) != 202:
            break
        taken += len(data)
    assert status == 413 and taken <= 60000
