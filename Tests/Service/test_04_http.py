"""HTTP: methods, conditional requests, ranges, bodies, limits, and the guard of open mode."""

import http.client
import json
import re
import socket
import subprocess
import threading
import uuid

import pytest

from service import CONTRACT, SEAM, environment, ion_path, ion_text, make_zip, seam, spool


@pytest.fixture
def own(api):
    """A small dataset that a scenario may change."""
    number = uuid.uuid4().int % 10**6
    return api.upload(make_zip({f"{number} - 134.05 u.txt": ion_text([[number, 2], [3, 4]])})).json()


def raw(server, text, timeout=20):
    """Sends bytes on a new connection; all that comes back until the server closes it."""
    with socket.create_connection((server.host, server.port), timeout=timeout) as connection:
        connection.sendall(text)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return answer


def test_head_is_get_without_the_body(api, dataset, analysis):
    for path in ("/", "/v1", "/openapi.yaml", f"/v1/datasets/{dataset['id']}",
                 ion_path(dataset["id"], 134), f"/v1/jobs/{analysis['id']}/result.html"):
        plain = {"Accept-Encoding": "identity"}
        get, head = api.get(path, headers=plain), api.head(path, headers=plain)
        assert head.content == b""
        for name in ("Content-Type", "Content-Length", "ETag", "Cache-Control", "Accept-Ranges"):
            assert head.headers.get(name) == get.headers.get(name), (path, name)
        assert int(head.headers["Content-Length"]) == len(get.content)
    response = api.head("/v1/datasets/ds_nothing", expect=404)
    assert response.headers["Content-Type"] == "application/problem+json"


def test_head_of_a_stream_ends(api, analysis):
    assert api.head(f"/v1/jobs/{analysis['id']}/events").content == b""


def test_options_and_405(api, dataset):
    path = f"/v1/datasets/{dataset['id']}"
    allow = api.request("OPTIONS", path, 204).headers["Allow"]
    assert set(allow.split(", ")) == {"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"}
    response = api.post(path, 405, data=b"x")
    assert response.headers["Allow"] == allow
    assert response.json()["type"] == "/errors/method-not-allowed"
    api.problem("GET", "/v2", 404, "not-found")
    api.request("OPTIONS", "/v2", 404)
    assert b" 204 " in raw_options(api)


def raw_options(api):
    host, port = api.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(
            b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return connection.recv(4096)


def test_entity_tags(api, dataset, analysis):
    immutable = "private, max-age=31536000, immutable"
    base = f"/v1/datasets/{dataset['id']}"
    result = f"/v1/jobs/{analysis['inputs']['segmentation']}/result"
    for path, cache in [
        (ion_path(dataset["id"], 134), immutable), (result + ".npy", immutable),
        (result + ".csv", immutable), (base + "/ions", immutable), (base, "no-cache"),
        (f"/v1/jobs/{analysis['id']}", "no-cache"), ("/v1/datasets", "no-cache"),
    ]:
        first = api.get(path)
        tag = first.headers["ETag"]
        assert re.fullmatch(r'"[^"]+"', tag) and first.headers["Cache-Control"] == cache, path
        assert api.get(path).headers["ETag"] == tag
        for value in (tag, "*", f'"other", {tag}', f"W/{tag}"):
            same = api.get(path, 304, headers={"If-None-Match": value})
            assert same.headers["ETag"] == tag and not same.content
        assert api.head(path, 304, headers={"If-None-Match": tag}).headers["ETag"] == tag
        assert api.get(path, headers={"If-None-Match": '"other"'}).content == first.content
        api.get(path, headers={"If-Match": tag})
        api.problem("GET", path, 412, "precondition-failed", headers={"If-Match": '"other"'})
    forms = {api.get(f"{result}.{s}").headers["ETag"] for s in ("json", "csv", "npy", "tif")}
    assert len(forms) == 4, "every form has a tag of its own"


def test_ranges(api, dataset):
    path = ion_path(dataset["id"], 134) + ".npy"
    whole = api.get(path)
    body, size = whole.content, len(whole.content)
    assert whole.headers["Accept-Ranges"] == "bytes"
    for value, expected in [
        ("bytes=0-9", (0, 9)), ("bytes=10-", (10, size - 1)), ("bytes=-5", (size - 5, size - 1)),
        (f"bytes=0-{size * 9}", (0, size - 1)), (f"bytes=-{size * 9}", (0, size - 1)),
    ]:
        part = api.get(path, 206, headers={"Range": value})
        assert part.content == body[expected[0]:expected[1] + 1], value
        assert part.headers["Content-Range"] == f"bytes {expected[0]}-{expected[1]}/{size}"
        assert part.headers["ETag"] == whole.headers["ETag"]
    for value in (f"bytes={size}-", "bytes=-0"):
        refused = api.get(path, 416, headers={"Range": value})
        assert refused.headers["Content-Range"] == f"bytes */{size}"
    for value in ("bytes=5-2", "lines=0-1", "bytes=a-b", "bytes=" + "0-0," * 40):
        assert api.get(path, 200, headers={"Range": value}).content == body
    several = api.get(path, 206, headers={"Range": "bytes=8-9,0-1,9-12"})
    kind, boundary = several.headers["Content-Type"].split("; boundary=")
    assert kind == "multipart/byteranges" and "Content-Range" not in several.headers
    parts = several.content.split(f"\r\n--{boundary}".encode())
    assert parts[0] == b"" and parts[-1] == b"--\r\n" and len(parts) == 4
    for part, (first, last) in zip(parts[1:3], [(8, 12), (0, 1)]):
        head, data = part.split(b"\r\n\r\n", 1)
        assert f"Content-Range: bytes {first}-{last}/{size}".encode() in head
        assert b"Content-Type: application/vnd.numpy.npy" in head and data == body[first:last + 1]
    assert api.get(path, 206, headers={"Range": "bytes=0-4,2-9"}).content == body[:10]
    tag = whole.headers["ETag"]
    api.get(path, 206, headers={"Range": "bytes=0-9", "If-Range": tag})
    assert api.get(path, 200, headers={"Range": "bytes=0-9", "If-Range": '"x"'}).content == body
    # A resumed download is the download.
    halves = [api.get(path, 206, headers={"Range": r}).content
              for r in (f"bytes=0-{size // 2}", f"bytes={size // 2 + 1}-")]
    assert b"".join(halves) == body


def test_if_match_guards_changes_before_they_are_made(api, own):
    path = f"/v1/datasets/{own['id']}"
    tag = api.get(path).headers["ETag"]
    changed = api.patch(path, 200, json={"name": "one"}, headers={"If-Match": tag})
    assert changed.json()["name"] == "one" and changed.headers["ETag"] != tag
    for method, options in (("PATCH", {"json": {"name": "two"}}), ("DELETE", {})):
        api.problem(
            method, path, 412, "precondition-failed", headers={"If-Match": tag}, **options)
    assert api.get(path).json()["name"] == "one"
    assert api.get(path).headers["ETag"] == changed.headers["ETag"]
    api.patch(path, 200, json={"name": "three"}, headers={"If-Match": "*"})
    tag = api.get(path).headers["ETag"]
    api.delete(path, 204, headers={"If-Match": tag})
    api.problem("GET", path, 404, "not-found")


def test_fields_are_changed_and_cleared(api, own):
    path = f"/v1/datasets/{own['id']}"
    values = {"name": "n", "sample": "s", "group": "g", "polarity": "negative", "notes": "x\ny",
              "pixel_size_um": 2.5, "visibility": "private"}
    document = api.patch(path, 200, json=values).json()
    assert {k: document[k] for k in values} == values == {
        k: api.get(path).json()[k] for k in values}
    cleared = {k: None for k in values if k not in ("name", "visibility")}
    document = api.patch(path, 200, json=cleared).json()
    assert all(document[k] is None for k in cleared) and document["name"] == "n"
    assert document["sha256"] == own["sha256"] and document["created_at"] == own["created_at"]
    for bad, pointer, part in [
        ({"nmae": "x"}, "/nmae", "name"), ({"width": 3}, "/width", "name"),
        ({"name": None}, "/name", "text"), ({"name": ""}, "/name", "500"),
        ({"name": 3}, "/name", "text"), ({"pixel_size_um": "2"}, "/pixel_size_um", "number"),
        ({"pixel_size_um": 0}, "/pixel_size_um", "above 0"),
        ({"visibility": "all"}, "/visibility", "private"),
        ({"polarity": "up"}, "/polarity", "negative"),
    ]:
        problem = api.problem("PATCH", path, 422, "invalid-body", json=bad)
        assert problem["errors"][0]["pointer"] == pointer
        assert part in problem["errors"][0]["detail"], problem
    both = api.problem("PATCH", path, 422, "invalid-body", json={"a": 1, "polarity": 2, "name": "z"})
    assert len(both["errors"]) == 2 and api.get(path).json()["name"] == "n"
    api.problem("PATCH", path, 422, "invalid-body", json=[1])


def test_delete_takes_everything_with_it(api, own):
    job = api.submit(own["id"], "segmentation")["id"]
    api.wait(job)
    api.delete(f"/v1/datasets/{own['id']}", 204)
    for path in (f"/v1/datasets/{own['id']}", ion_path(own["id"], 134), f"/v1/jobs/{job}",
                 f"/v1/jobs/{job}/result"):
        api.problem("GET", path, 404, "not-found")
    api.problem("DELETE", f"/v1/datasets/{own['id']}", 404, "not-found")
    assert own["id"] not in [d["id"] for d in api.datasets()]


def test_bodies_that_are_not_json(api, own):
    path = f"/v1/datasets/{own['id']}"
    for body in (b"", b"{", b'{"name": "a",}', b"{'name': 'a'}", b'{"name": "\xff"}', b"NaN",
                 b'{"name": "a"} x', b'{"name": "a", "name": "b"}', b"[" * 100000):
        for method, target in (("PATCH", path), ("POST", "/v1/jobs")):
            problem = api.problem(method, target, 400, "malformed-json", data=body,
                                  headers={"Content-Type": "application/json"})
            assert "byte" in problem["detail"]
    api.patch(path, 413, data=b'{"notes": "' + b"x" * (2 << 20) + b'"}')
    api.patch(path, 415, files={"name": (None, "a")})
    assert api.get(path).json()["name"] == own["name"]


def test_problem_documents_carry_the_request_id(api):
    ids = set()
    for _ in range(3):
        response = api.get("/v1/jobs/job_x", 404)
        document = response.json()
        assert document["request_id"] == response.headers["X-Request-Id"]
        assert document["instance"] == "/v1/jobs/job_x" and document["status"] == 404
        assert "job_x" in document["detail"]
        ids.add(document["request_id"])
    assert len(ids) == 3
    assert api.get("/healthz").headers["X-Request-Id"] not in ids


@pytest.mark.parametrize("headers, status, type_", [
    ({"Host": "seam.example.org"}, 421, "misdirected"),
    ({"Host": "localhost.evil.org"}, 421, "misdirected"),
    ({"Host": "127.0.0.1.evil.org:80"}, 421, "misdirected"),
    ({"Origin": "http://evil.org"}, 403, "forbidden"),
    ({"Origin": "null"}, 403, "forbidden"),
    ({"Sec-Fetch-Site": "cross-site"}, 403, "forbidden"),
    ({"X-Forwarded-For": "10.0.0.1"}, 403, "forbidden"),
    ({"X-Forwarded-Host": "a"}, 403, "forbidden"),
    ({"Forwarded": "for=10.0.0.1"}, 403, "forbidden"),
    ({"Via": "1.1 proxy"}, 403, "forbidden"),
])
def test_open_mode_answers_this_machines_own_users_only(api, own, headers, status, type_):
    for method, path in (("GET", "/v1"), ("POST", "/v1/jobs"), ("GET", "/"), ("GET", "/nothing"),
                         ("DELETE", f"/v1/datasets/{own['id']}"), ("OPTIONS", "/v1")):
        api.problem(method, path, status, type_, headers=headers)
    assert api.get(f"/v1/datasets/{own['id']}")


def test_open_mode_lets_its_own_pages_and_names_pass(api, server):
    for headers in ({"Host": f"localhost:{server.port}"}, {"Host": f"[::1]:{server.port}"},
                    {"Host": "LOCALHOST"}, {"Origin": server.url},
                    {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}):
        api.get("/v1", headers=headers)
    for line in ("Host: localhost\r\nOrigin: http://localhost:1", "Host: localhost\r\nOrigin: x"):
        answer = raw(server, f"GET /v1 HTTP/1.1\r\n{line}\r\n\r\n".encode())
        assert answer.startswith(b"HTTP/1.1 403 "), line


@pytest.mark.parametrize("text, status", [
    (b"GET /v1 HTTP/1.1\r\n\r\n", 400), (b"GET /v1 HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
    (b"GET /v1 HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400),
    (b"GET /v1 HTTP/2.0\r\nHost: localhost\r\n\r\n", 505),
    (b"GET /v1\r\n\r\n", 400), (b"\x16\x03\x01\x02\x00", 400),
    (b"GET /a%zz HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    (b"GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    (b"GET /" + b"a" * 20000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
    (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 70000 + b"\r\n\r\n", 431),
    (b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: a\r\n" * 500 + b"\r\n", 431),
    (b"POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
     400),
    (b"POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n"
     b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    (b"POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
    (b"POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    (b"POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nExpect: magic\r\n\r\n", 417),
])
def test_malformed_requests_are_refused_as_problems(server, text, status):
    answer = raw(server, text)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status), answer[:300]
    document = json.loads(body)
    CONTRACT.validate(CONTRACT.document["components"]["schemas"]["Problem"], document)
    assert document["type"] == f"/errors/http-{status}" and document["status"] == status
    assert b"x-request-id: " + document["request_id"].encode() in head.lower().replace(
        document["request_id"].lower().encode(), document["request_id"].encode())


def test_one_connection_carries_many_requests(server):
    connection = http.client.HTTPConnection(server.host, server.port, timeout=20)
    connection.connect()
    local = connection.sock.getsockname()
    for path in ("/v1", "/v1/nothing", "/healthz", "/v1/jobs?limit=0", "/v1"):
        connection.request("GET", path)
        connection.getresponse().read()
        assert connection.sock is not None and connection.sock.getsockname() == local
    connection.close()
    pipelined = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n" * 3
    assert raw(server, pipelined).count(b"HTTP/1.1 200 ") == 3
    old = raw(server, b"GET /healthz HTTP/1.0\r\n\r\n")
    assert old.startswith(b"HTTP/1.1 200 ") and b'"alive"' in old


def test_chunked_uploads(api):
    body = make_zip({"chunked - 61.00 u.txt": ion_text([[5, 6], [7, 8]])})

    def pieces():
        for start in range(0, len(body), 37):
            yield body[start:start + 37]

    document = api.post("/v1/datasets?name=chunked", 201, data=pieces()).json()
    assert document["name"] == "chunked" and document["bytes"] == len(body)


def expecting(server, body, length=None):
    """Sends a head with `Expect: 100-continue`; what the server says before the body, and after."""
    with socket.create_connection((server.host, server.port), timeout=20) as connection:
        connection.sendall(
            b"POST /v1/datasets?name=x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % (length or len(body)))
        before = connection.recv(65536)
        if before.startswith(b"HTTP/1.1 100 "):
            connection.sendall(body)
        after = b""
        try:
            while piece := connection.recv(65536):
                after += piece
        except ConnectionError:
            pass
    return before, after


def test_expect_100_continue(server, start):
    body = make_zip({"expect - 62.00 u.txt": ion_text([[5, 6], [7, 8]])})
    before, after = expecting(server, body)
    assert before == b"HTTP/1.1 100 Continue\r\n\r\n" and after.startswith(b"HTTP/1.1 201 ")
    # What is too large is refused before it is sent.
    before, _ = expecting(server, b"", length=1 << 50)
    assert before.startswith(b"HTTP/1.1 413 ")


def test_a_body_over_the_limit_is_413_and_leaves_nothing(start, tmp_path):
    settings = tmp_path / "seam.json"
    settings.write_text(json.dumps({"uploads": {"max_bytes": 5000}}))
    server = start(tmp_path / "data", "--config", settings)
    api = server.client()
    assert api.get("/v1").json()["limits"]["upload_bytes"] == 5000
    small = make_zip({"small - 61.00 u.txt": ion_text([[5, 6]])})
    api.post("/v1/datasets", 201, data=small)
    large = bytes(200_000)

    def pieces():
        for _ in range(200):
            yield bytes(1000)

    for options in ({"data": large}, {"data": pieces()}, {"files": {"file": ("a.zip", large)}}):
        response = api.post("/v1/datasets", 413, **options)
        assert response.json()["status"] == 413
        assert len(api.datasets()) == 1 and spool(server.data) == []


def test_many_clients_at_once(server, dataset):
    """Readers and uploads in parallel do not disturb each other."""
    failures = []

    def work(number):
        try:
            api = server.client()
            body = make_zip({f"p{number} - 61.00 u.txt": ion_text([[number, 6]])})
            made = api.post("/v1/datasets", 201, data=body).json()
            for _ in range(10):
                assert api.get(f"/v1/datasets/{made['id']}").json()["total_counts"] == number + 6
                api.get(ion_path(dataset["id"], 134) + ".npy")
            api.delete(f"/v1/datasets/{made['id']}", 204)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(1, 13)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures[0]


def test_the_same_upload_by_many_at_once_is_one_dataset(server):
    body = make_zip({"race - 61.00 u.txt": ion_text([[77, 6], [1, 2]])})
    answers = []

    def work():
        answers.append(server.client().post("/v1/datasets", (200, 201), data=body))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8 and len({a.json()["id"] for a in answers}) == 1
    assert sorted(a.status_code for a in answers) == [200] * 7 + [201]


def test_lists_are_paged(api, dataset):
    made = [api.upload(make_zip({f"page{n} - 61.00 u.txt": ion_text([[n, 9]])}),
                       name="paged", sample=f"s{n % 2}").json()["id"] for n in range(5)]
    seen, path = [], "/v1/datasets?name=paged&limit=2"
    while path:
        response = api.get(path)
        page = response.json()
        assert len(page["items"]) <= 2
        seen += [item["id"] for item in page["items"]]
        if page["next"]:
            assert response.headers["Link"] == f'<{page["next"]}>; rel="next"'
        path = page["next"]
    assert seen == made[::-1], "newest first, each once"
    odd = api.get("/v1/datasets?sample=s1&name=paged").json()["items"]
    assert [d["id"] for d in odd] == [made[3], made[1]]
    assert api.get("/v1/datasets?owner=nobody").json() == {"items": [], "next": None}
    for query in ("limit=0", "limit=501", "limit=x", "cursor=nonsense"):
        problem = api.problem("GET", "/v1/datasets?" + query, 400, "bad-query")
        assert problem["errors"][0]["parameter"] == query.split("=")[0]
        api.problem("GET", "/v1/jobs?" + query, 400, "bad-query")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", ""])
def test_without_tokens_it_listens_on_loopback_only(tmp_path, host):
    done = seam("serve", "--host", host, "--port", "0", "--data-dir", tmp_path / "d", timeout=30)
    assert done.returncode == 2 and done.stdout == "" and done.stderr


def test_it_listens_on_ipv6(tmp_path):
    probe = socket.socket(socket.AF_INET6)
    try:
        probe.bind(("::1", 0))
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    finally:
        probe.close()
    process = subprocess.Popen(
        [SEAM, "serve", "--host", "::1", "--port", "0", "--data-dir", str(tmp_path / "d")],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment(), text=True)
    try:
        line = process.stdout.readline()
        assert re.fullmatch(r"listening on http://\[::1\]:\d+\n", line)
        port = int(line.rsplit(":", 1)[1])
        connection = http.client.HTTPConnection("::1", port, timeout=10)
        connection.request("GET", "/healthz")
        assert connection.getresponse().status == 200
    finally:
        process.terminate()
        assert process.wait(timeout=30) == 0


def test_the_landing_page_loads_nothing_from_elsewhere(api):
    page = api.get("/").text
    assert "<script" in page and not re.findall(r'(?:src|href)="(?:https?:)?//', page)
