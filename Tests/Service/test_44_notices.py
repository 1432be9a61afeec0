"""Other programs are told of the ends of jobs."""

import base64
import hashlib
import hmac
import http.server
import json
import queue
import threading
import time

import pytest

from service import ion_text, make_zip

SECRET = "a secret of more than sixteen bytes"
SMALL = make_zip({"s - 134.05 u.txt": ion_text([[9, 2], [3, 5]])})


class Receiver:
    """A program that is told; `answers` are the statuses of its next answers, then 204."""

    def __init__(self, *answers):
        self.got = queue.Queue()
        pending = list(answers)
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = pending.pop(0) if pending else 204
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", f"http://127.0.0.1:{outer.port}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()
                outer.got.put((self.path, dict(self.headers), body))

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.place = f"127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def next(self, timeout=30):
        return self.got.get(timeout=timeout)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver():
    made = []

    def make(*answers):
        made.append(Receiver(*answers))
        return made[-1]

    yield make
    for one in made:
        one.close()


def settings(*places, **more):
    return {"SEAM_WEBHOOKS_ALLOWED": ",".join(places), "SEAM_WEBHOOKS_SECRET": SECRET, **more}


def ask(client, dataset, url, expect=(200, 202), **parameters):
    return client.post("/v1/jobs", expect, json={
        "dataset": dataset, "kind": "segmentation", "parameters": parameters, "notify": url}).json()


def check(headers, body):
    """A notice is signed as Standard Webhooks have it."""
    headers = {k.lower(): v for k, v in headers.items()}
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    code = base64.b64encode(hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == "v1," + code
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    assert headers["content-type"] == "application/json"
    return headers["webhook-id"]


def test_the_end_of_a_job_is_told_and_signed(start, receiver):
    other = receiver()
    server = start(env=settings(other.place))
    api = server.client()
    dataset = api.upload(SMALL).json()["id"]
    job = ask(api, dataset, f"http://{other.place}/hook?lab=1")["id"]
    path, headers, body = other.next()
    assert path == "/hook?lab=1" and headers["Host"] == other.place
    check(headers, body)
    document = json.loads(body)
    assert document["type"] == "job.succeeded"
    assert document["data"]["job"] == job and document["data"]["dataset"] == dataset
    assert document["data"]["state"] == "succeeded" and document["data"]["error"] is None
    assert api.get(document["data"]["href"]).json()["state"] == "succeeded"
    # A job that is done already is told at once, and each asker once.
    ask(api, dataset, f"http://{other.place}/again", expect=200)
    assert other.next()[0] == "/again"
    # A job that fails is told as well.
    failing = api.post("/v1/jobs", 202, json={
        "dataset": dataset, "kind": "clustering", "notify": f"http://{other.place}/"}).json()["id"]
    document = json.loads(other.next()[2])
    assert document["type"] == "job.failed" and document["data"]["job"] == failing
    assert document["data"]["error"]["type"] == "/errors/too-few-cells"
    end = time.monotonic() + 10
    while 'outcome="delivered"} 3' not in api.get("/metrics").text and time.monotonic() < end:
        time.sleep(0.05)
    assert 'seam_notices_total{outcome="delivered"} 3' in api.get("/metrics").text
    assert SECRET not in server.log.read_text()


def test_nobody_is_told_who_is_not_on_the_list(start, receiver):
    other = receiver()
    off = start()
    dataset = off.client().upload(SMALL).json()["id"]
    body = {"dataset": dataset, "kind": "segmentation", "notify": f"http://{other.place}/"}
    problem = off.client().problem("POST", "/v1/jobs", 422, "invalid-body", json=body)
    assert problem["errors"][0]["pointer"] == "/notify" and "webhooks.allowed" in problem["detail"]
    on = start(env=settings("127.0.0.1:1", "relay.example.org:8080"))
    api = on.client()
    dataset = api.upload(SMALL).json()["id"]
    for url in [f"http://{other.place}/", "https://relay.example.org:8080/", "http://relay.example.org/",
                "http://user@relay.example.org:8080/", "http://relay.example.org:8080@evil.org/",
                "http://relay.example.org.evil.org:8080/", "ftp://relay.example.org:8080/",
                "http://relay.example.org:8080/a b", "http://relay.example.org:8080/\r\nX: y",
                "http://relay.example.org:8080/#x", "http://127.1:1/", "http://2130706433:1/", "", "x", 7,
                "http://[::1:1/", "http://:1/", "http://127.0.0.1:99999/", "http://127.0.0.1:1/" + "a" * 3000]:
        body = {"dataset": dataset, "kind": "segmentation", "notify": url}
        problem = api.problem("POST", "/v1/jobs", 422, "invalid-body", json=body)
        assert problem["errors"][0]["pointer"] == "/notify", url
    assert api.get("/v1/jobs").json()["items"] == []
    assert other.got.empty()


def test_a_name_must_not_lead_to_this_machine(start, receiver):
    """A name on the list that is pointed at loopback is not followed there."""
    other = receiver()
    import socket
    name = socket.gethostname()
    try:
        address = socket.gethostbyname(name)
    except OSError:
        pytest.skip("this machine's name leads nowhere")
    if not address.startswith("127."):
        pytest.skip("this machine's name does not lead to loopback")
    server = start(env=settings(f"{name}:{other.port}", SEAM_WEBHOOKS_ATTEMPTS="1"))
    api = server.client()
    dataset = api.upload(SMALL).json()["id"]
    ask(api, dataset, f"http://{name}:{other.port}/")
    end = time.monotonic() + 20
    while 'outcome="given_up"} 1' not in api.get("/metrics").text:
        assert time.monotonic() < end, server.errors()
        time.sleep(0.1)
    assert other.got.empty() and "not allowed" in server.errors()


def test_a_notice_is_sent_again_until_it_is_taken(start, receiver):
    other = receiver(500, 302)
    server = start(env=settings(other.place))
    api = server.client()
    dataset = api.upload(SMALL).json()["id"]
    ask(api, dataset, f"http://{other.place}/hook")
    tries = [other.next() for _ in range(3)]
    assert [t[0] for t in tries] == ["/hook"] * 3, "a redirect is not followed"
    assert len({check(t[1], t[2]) for t in tries}) == 1
    assert "the answer was 302" in server.errors()


def test_a_notice_outlives_the_process(start, receiver, tmp_path):
    other = receiver(503)
    server = start(tmp_path / "d", env=settings(other.place))
    api = server.client()
    dataset = api.upload(SMALL).json()["id"]
    ask(api, dataset, f"http://{other.place}/hook")
    first = check(*other.next()[1:])
    server.kill()
    again = start(tmp_path / "d", env=settings(other.place))
    assert check(*other.next()[1:]) == first
    again.stop()
    # It was taken: another start sends nothing.
    start(tmp_path / "d", env=settings(other.place))
    time.sleep(1)
    assert other.got.empty()


def test_what_nobody_takes_is_given_up(start, receiver):
    other = receiver(500, 500, 500)
    server = start(env=settings(other.place, SEAM_WEBHOOKS_ATTEMPTS="2"))
    api = server.client()
    dataset = api.upload(SMALL).json()["id"]
    ask(api, dataset, f"http://{other.place}/hook")
    other.next(), other.next()
    end = time.monotonic() + 10
    while 'outcome="given_up"} 1' not in api.get("/metrics").text:
        assert time.monotonic() < end, server.errors()
        time.sleep(0.1)
    assert other.got.empty()
