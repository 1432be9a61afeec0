"""The audit: who did what; and preferences of the answer."""

import sqlite3
import time
import uuid

import pytest

from service import ion_text, make_zip, seam


def small():
    number = uuid.uuid4().int % 10**6
    return make_zip({f"{number} - 134.05 u.txt": ion_text([[number % 251, 2], [3, 4]])})


@pytest.fixture
def closed(start):
    server = start()
    return server, server.token("ada"), server.token("root", "admin")


def lines(root, **query):
    return root.get("/v1/audit", params={"limit": 500, **query}).json()["items"]


def test_what_changes_something_is_noted_with_who_and_to_what(closed):
    server, ada, root = closed
    dataset = ada.upload(small()).json()["id"]
    ada.patch(f"/v1/datasets/{dataset}", 200, json={"notes": "n"})
    job = ada.submit(dataset, "view")["id"]
    ada.wait(job)
    ada.get(f"/v1/datasets/{dataset}/ions")
    ada.delete(f"/v1/jobs/{job}", 204)
    ada.post("/v1/session", 204)
    begun = ada.post("/v1/uploads", 201, headers={"Tus-Resumable": "1.0.0", "Upload-Length": "1"})
    upload = begun.headers["Location"].rsplit("/", 1)[1]
    gone = ada.delete(f"/v1/datasets/{dataset}", 204)
    eve = server.token("eve", "reader")
    eve.delete(f"/v1/datasets/{dataset}", 403)
    noted = lines(root)
    assert [(line["owner"], line["action"], line["object"], line["status"]) for line in noted] == [
        ("eve", "DELETE /v1/datasets/{id}", None, 403),
        ("eve", "token create", noted[1]["object"], 0),
        ("ada", "DELETE /v1/datasets/{id}", dataset, 204),
        ("ada", "POST /v1/uploads", upload, 201),
        ("ada", "POST /v1/session", None, 204),
        ("ada", "DELETE /v1/jobs/{id}", job, 204),
        ("ada", "POST /v1/jobs", job, 202),
        ("ada", "PATCH /v1/datasets/{id}", dataset, 200),
        ("ada", "POST /v1/datasets", dataset, 201),
        ("root", "token create", noted[-2]["object"], 0),
        ("ada", "token create", noted[-1]["object"], 0),
    ]
    assert noted[2]["request_id"] == gone.headers["X-Request-Id"]
    assert noted[2]["token"] == noted[-1]["object"] and noted[2]["address"] == "127.0.0.1"
    times = [line["at"] for line in noted]
    assert times == sorted(times, reverse=True)


def test_the_audit_is_for_admins_and_paged(closed):
    server, ada, root = closed
    ada.problem("GET", "/v1/audit", 403, "forbidden")
    server.token("eve", "reader").problem("GET", "/v1/audit", 403, "forbidden")
    whole = lines(root)
    path, walked = "/v1/audit?limit=1", []
    while path:
        answer = root.get(path)
        walked += answer.json()["items"]
        path = answer.json()["next"]
        assert (path is None) == ("Link" not in answer.headers)
    assert walked == whole
    assert {line["owner"] for line in lines(root, owner="ada")} == {"ada"}
    assert lines(root, owner="nobody") == []
    root.problem("GET", "/v1/audit?cursor=x", 400, "bad-query")
    root.problem("GET", "/v1/audit?limit=501", 400, "bad-query")


def test_the_audit_cannot_be_changed(closed):
    server, ada, root = closed
    id_ = lines(root)[-1]["object"]
    assert seam("token", "revoke", id_, "--data-dir", server.data).returncode == 0
    assert lines(root)[0]["action"] == "token revoke" and lines(root)[0]["object"] == id_
    database = sqlite3.connect(server.data / "seam.sqlite", timeout=20)
    for statement in ("DELETE FROM audit", "UPDATE audit SET owner = 'x'"):
        with pytest.raises(sqlite3.Error, match="append-only"):
            database.execute(statement)
    database.close()


def test_open_mode_is_noted_as_local(start):
    api = start().client()
    dataset = api.upload(small()).json()["id"]
    line = api.get("/v1/audit").json()["items"][0]
    assert (line["owner"], line["token"], line["object"]) == ("local", None, dataset)


# Preferences (RFC 7240)


def test_a_job_waited_for_is_answered_when_it_has_ended(api):
    dataset = api.upload(small()).json()["id"]
    answer = api.post("/v1/jobs", 200, json={"dataset": dataset, "kind": "view"},
                      headers={"Prefer": "wait=60"})
    assert answer.json()["state"] == "succeeded" and "Retry-After" not in answer.headers
    assert answer.headers["Preference-Applied"] == "wait=60"
    assert answer.headers["Location"] == f"/v1/jobs/{answer.json()['id']}"


def test_a_wait_that_is_over_gives_the_job_as_it_is(api, dataset):
    body = {"dataset": dataset["id"], "kind": "view", "parameters": {"epochs": 2000, "seed": 901}}
    begun = time.monotonic()
    answer = api.post("/v1/jobs", 202, json=body, headers={"Prefer": "wait=1"})
    assert time.monotonic() - begun < 15 and answer.json()["state"] in ("queued", "running")
    assert answer.headers["Retry-After"]
    job = answer.json()["id"]
    answer = api.get(f"/v1/jobs/{job}", headers={"Prefer": "handling=lenient, wait=1"})
    assert answer.headers["Preference-Applied"] == "wait=1"
    again = api.post("/v1/jobs", 200, json=body, headers={"Prefer": "respond-async, wait=60"})
    assert again.headers["Preference-Applied"] == "respond-async"
    for ignored in ("wait=x", "wait", "wait=-1", "respond-async=no", "other"):
        answer = api.get(f"/v1/jobs/{job}", headers={"Prefer": ignored})
        assert "Preference-Applied" not in answer.headers, ignored
    api.post(f"/v1/jobs/{job}/cancel", (200, 409))


def test_events_tell_the_way_of_a_job(api):
    dataset = api.upload(small()).json()["id"]
    job = api.submit(dataset, "view")["id"]
    answer = api.get(f"/v1/jobs/{job}/events", stream=True)
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert answer.headers["Cache-Control"] == "no-cache"
    text = answer.content.decode()
    events = [block.split("\n") for block in text.strip().split("\n\n") if not block.startswith(":")]
    names = [lines_[0] for lines_ in events]
    assert names[-1] == "event: end" and set(names[:-1]) <= {"event: progress"}
    assert all(len(lines_) == 2 and lines_[1].startswith("data: {") for lines_ in events)
