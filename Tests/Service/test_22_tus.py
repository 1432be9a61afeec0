"""Uploads that go on after a break (tus 1.0.0), digests of bodies, and retries that are safe."""

import base64
import hashlib
import os
import random
import socket
import threading
import time
import uuid

import pytest

from service import ion_text, make_zip, spool

TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {**TUS, "Content-Type": "application/offset+octet-stream"}


def b64(data):
    return base64.b64encode(data).decode()


def begin(client, length, expect=201, **headers):
    return client.post("/v1/uploads", expect, headers={**TUS, "Upload-Length": str(length), **headers})


def append(client, path, offset, body, expect=204, **headers):
    return client.patch(path, expect, data=body, headers={
        **PIECE, "Upload-Offset": str(offset), **headers})


def offset(client, path, expect=200):
    answer = client.head(path, expect, headers=TUS)
    return int(answer.headers["Upload-Offset"]) if expect == 200 else None


def archive_of(size=40):
    values = [[random.randrange(250) for _ in range(size)] for _ in range(size)]
    return make_zip({f"{uuid.uuid4().int % 10**9} - 134.05 u.txt": ion_text(values)})


def test_the_protocol_is_announced(api):
    answer = api.request("OPTIONS", "/v1/uploads", 204)
    assert answer.headers["Tus-Version"] == "1.0.0" and int(answer.headers["Tus-Max-Size"]) > 1 << 30
    extensions = answer.headers["Tus-Extension"].split(",")
    assert {"creation", "expiration", "checksum", "termination"} <= set(extensions)
    assert {"sha1", "sha256"} <= set(answer.headers["Tus-Checksum-Algorithm"].split(","))


def test_an_upload_in_pieces_becomes_a_dataset(api):
    body = archive_of()
    metadata = f"filename {b64('näme/a b.zip'.encode())},is_confidential"
    made = begin(api, len(body), **{"Upload-Metadata": metadata})
    path = made.headers["Location"]
    assert made.headers["Upload-Expires"].endswith("GMT") and not made.content
    cuts = [0, 1, 100, len(body) // 2, len(body)]
    for start, end in zip(cuts, cuts[1:]):
        assert offset(api, path) == start
        answer = append(api, path, start, body[start:end])
        assert answer.headers["Upload-Offset"] == str(end)
        assert answer.headers["Tus-Resumable"] == "1.0.0"
    head = api.head(path, headers=TUS)
    assert head.headers["Upload-Length"] == str(len(body))
    assert head.headers["Upload-Metadata"] == metadata and head.headers["Cache-Control"] == "no-store"
    assert api.get(path).json()["name"] == "a b.zip"
    id_ = path.rsplit("/", 1)[1]
    api.post(f"/v1/datasets?upload={id_}&dry_run=true", 200)
    dataset = api.post(f"/v1/datasets?upload={id_}&sample=s", 201).json()
    assert dataset["sha256"] == hashlib.sha256(body).hexdigest() and dataset["bytes"] == len(body)
    assert dataset["sample"] == "s"
    offset(api, path, 404)
    # The same bytes sent at once are that dataset.
    assert api.post("/v1/datasets", 200, data=body).json()["id"] == dataset["id"]


def test_a_refused_upload_can_be_tried_again_with_other_fields(api):
    holes = ion_text([[1, 2], [3, 4]]).splitlines(keepends=True)[:-1]
    body = make_zip({f"{uuid.uuid4().int % 10**9} - 134.05 u.txt": "".join(
        line if isinstance(line, str) else line.decode() for line in holes).encode()})
    path = begin(api, len(body)).headers["Location"]
    append(api, path, 0, body)
    id_ = path.rsplit("/", 1)[1]
    api.problem("POST", f"/v1/datasets?upload={id_}", 422, "bad-upload")
    assert offset(api, path) == len(body)
    api.post(f"/v1/datasets?upload={id_}&missing=zero", 201)


def test_an_upload_that_is_not_whole_is_no_dataset(api):
    path = begin(api, 10).headers["Location"]
    append(api, path, 0, b"abc")
    id_ = path.rsplit("/", 1)[1]
    answer = api.post(f"/v1/datasets?upload={id_}", 409)
    assert answer.json()["type"] == "/errors/upload-incomplete"
    assert answer.headers["Upload-Offset"] == "3"
    api.problem("POST", "/v1/datasets?upload=upl_none", 404, "not-found")
    api.problem("POST", f"/v1/datasets?upload={id_}", 400, "bad-query", data=b"x")
    api.problem("PUT", f"/v1/datasets/a.zip?upload={id_}", 400, "bad-query", data=b"x")
    api.delete(path, 204, headers=TUS)
    offset(api, path, 404)
    api.problem("DELETE", path, 404, "not-found", headers=TUS)


def test_the_first_piece_may_come_along(api):
    body = b"hello world"
    made = api.post("/v1/uploads", 201, data=body[:5], headers={**PIECE, "Upload-Length": "11"})
    assert made.headers["Upload-Offset"] == "5"
    path = made.headers["Location"]
    assert append(api, path, 5, body[5:]).headers["Upload-Offset"] == "11"
    assert append(api, path, 11, b"").headers["Upload-Offset"] == "11"


@pytest.mark.parametrize("headers, status, type_", [
    ({"Upload-Length": "5"}, 412, "tus-version"),
    ({"Upload-Length": "5", "Tus-Resumable": "0.2.2"}, 412, "tus-version"),
    ({**TUS}, 400, "bad-query"), ({**TUS, "Upload-Length": "-1"}, 400, "bad-query"),
    ({**TUS, "Upload-Length": "1e3"}, 400, "bad-query"),
    ({**TUS, "Upload-Length": "+5"}, 400, "bad-query"),
    ({**TUS, "Upload-Length": "9" * 30}, 400, "bad-query"),
    ({**TUS, "Upload-Length": "999999999999999999"}, 413, "too-large"),
    ({**TUS, "Upload-Defer-Length": "1"}, 400, "bad-query"),
    ({**TUS, "Upload-Length": "5", "Upload-Metadata": "a b c"}, 400, "bad-query"),
    ({**TUS, "Upload-Length": "5", "Upload-Metadata": "a YQ==,a YQ=="}, 400, "bad-query"),
    ({**TUS, "Upload-Length": "5", "Upload-Metadata": "a !!"}, 400, "bad-query"),
    ({**TUS, "Upload-Length": "5", "Upload-Metadata": ",,"}, 400, "bad-query"),
    ({**TUS, "Upload-Length": "5", "Idempotency-Key": ""}, 400, "bad-query"),
])
def test_bad_creations(api, headers, status, type_):
    problem = api.problem("POST", "/v1/uploads", status, type_, headers=headers)
    assert problem["detail"]


def test_bad_pieces_change_nothing(api):
    path = begin(api, 10).headers["Location"]
    append(api, path, 0, b"0123")
    for headers, body, status, type_ in [
        ({**PIECE, "Upload-Offset": "3"}, b"x", 409, "upload-offset"),
        ({**PIECE, "Upload-Offset": "5"}, b"x", 409, "upload-offset"),
        ({**PIECE, "Upload-Offset": "0"}, b"x", 409, "upload-offset"),
        ({**PIECE}, b"x", 400, "bad-query"), ({**PIECE, "Upload-Offset": "-1"}, b"x", 400, "bad-query"),
        ({**PIECE, "Upload-Offset": "4"}, b"0123456", 413, "too-large"),
        ({**TUS, "Upload-Offset": "4"}, b"x", 415, "unsupported-media-type"),
        ({**TUS, "Upload-Offset": "4", "Content-Type": "application/json"}, b"x", 415,
         "unsupported-media-type"),
        ({"Content-Type": PIECE["Content-Type"], "Upload-Offset": "4"}, b"x", 412, "tus-version"),
        ({**PIECE, "Upload-Offset": "4", "Upload-Checksum": "sha1 " + b64(b"x" * 20)}, b"x", 460,
         "checksum-mismatch"),
        ({**PIECE, "Upload-Offset": "4", "Upload-Checksum": "crc32 AAAA"}, b"x", 400, "bad-query"),
        ({**PIECE, "Upload-Offset": "4", "Upload-Checksum": "sha1"}, b"x", 400, "bad-query"),
        ({**PIECE, "Upload-Offset": "4", "Upload-Checksum": "sha1 *"}, b"x", 400, "bad-query"),
        ({**PIECE, "Upload-Offset": "4",
          "Content-Digest": f"sha-256=:{b64(bytes(32))}:"}, b"x", 400, "digest-mismatch"),
    ]:
        problem = api.problem("PATCH", path, status, type_, headers=headers, data=body)
        assert offset(api, path) == 4, problem

    def chunks():
        yield b"456789"
        yield b"x" * 300_000

    api.patch(path, 413, data=chunks(), headers={**PIECE, "Upload-Offset": "4"})
    assert offset(api, path) == 4
    api.head(path, 412)
    api.get(path)


@pytest.mark.parametrize("name, algorithm", [("sha256", "sha256"), ("sha1", "sha1"), ("md5", "md5")])
def test_a_piece_with_its_checksum(api, name, algorithm):
    body = os.urandom(100_000)
    path = begin(api, len(body)).headers["Location"]
    digest = b64(hashlib.new(algorithm, body[:70_000]).digest())
    append(api, path, 0, body[:70_000], **{"Upload-Checksum": f"{name} {digest}"})
    rest = b64(hashlib.sha512(body[70_000:]).digest())
    append(api, path, 70_000, body[70_000:], **{"Content-Digest": f"sha-512=:{rest}:"})
    assert offset(api, path) == len(body)


def test_methods_for_clients_that_cannot_send_them(api):
    path = begin(api, 3).headers["Location"]
    headers = {**PIECE, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    answer = api.session.post(api.url + path, data=b"abc", headers=headers, timeout=20)
    assert answer.status_code == 204 and offset(api, path) == 3
    answer = api.session.post(
        api.url + path, headers={**TUS, "X-HTTP-Method-Override": "DELETE"}, timeout=20)
    assert answer.status_code == 204
    offset(api, path, 404)
    # Elsewhere the field means nothing.
    answer = api.session.post(
        api.url + "/v1/datasets/x", headers={"X-HTTP-Method-Override": "DELETE"}, timeout=20)
    assert answer.status_code == 405


def raw_patch(server, path, at, declared, body, **headers):
    """Sends part of a piece and breaks off."""
    fields = {**PIECE, "Upload-Offset": at, "Content-Length": declared, "Host": "localhost", **headers}
    head = f"PATCH {path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in fields.items()) + "\r\n"
    connection = socket.create_connection((server.host, server.port), timeout=20)
    connection.sendall(head.encode() + body)
    return connection


def eventually(check, seconds=20):
    end = time.monotonic() + seconds
    while True:
        value = check()
        if value or time.monotonic() > end:
            return value
        time.sleep(0.05)


def test_what_arrived_before_a_break_is_kept(server, api):
    body = os.urandom(1_000_000)
    path = begin(api, len(body)).headers["Location"]
    raw_patch(server, path, 0, len(body), body[:600_000]).close()
    assert eventually(lambda: offset(api, path) == 600_000)
    # A piece with a checksum counts as a whole or not at all.
    digest = b64(hashlib.sha256(body[600_000:]).digest())
    raw_patch(server, path, 600_000, 400_000, body[600_000:700_000],
              **{"Upload-Checksum": "sha256 " + digest}).close()
    eventually(lambda: api.delete("/v1/uploads/none", None, headers=TUS) is None, 1)
    assert offset(api, path) == 600_000
    answer = eventually(lambda: api.patch(path, None, data=body[600_000:], headers={
        **PIECE, "Upload-Offset": "600000", "Upload-Checksum": "sha256 " + digest}))
    assert answer.status_code in (204, 423)
    assert eventually(lambda: offset(api, path) == len(body) or append(
        api, path, 600_000, body[600_000:], (204, 423)).status_code == 204)


def test_one_writer_at_a_time(server, api):
    # What is shorter than 64 KiB reaches the writer as a whole.
    path = begin(api, 200_000).headers["Location"]
    connection = raw_patch(server, path, 0, 200_000, b"x" * 100_000)
    try:
        time.sleep(0.5)
        for method, headers in (("PATCH", {**PIECE, "Upload-Offset": "0"}), ("DELETE", TUS)):
            answer = api.request(method, path, 423, headers=headers, data=b"y" * 10)
            assert answer.json()["type"] == "/errors/upload-busy" and answer.headers["Retry-After"]
        assert offset(api, path) == 0
        connection.sendall(b"x" * 100_000)
        assert connection.recv(100).startswith(b"HTTP/1.1 204 ")
    finally:
        connection.close()
    assert offset(api, path) == 200_000


@pytest.mark.parametrize("how", ["kill", "stop"])
def test_an_upload_survives_a_restart_in_the_middle(start, how):
    body = archive_of(600)
    server = start()
    api = server.client()
    path = begin(api, len(body), **{"Upload-Metadata": "filename " + b64(b"r.zip")}).headers["Location"]
    third = len(body) // 3
    assert third > 80_000
    append(api, path, 0, body[:third])
    connection = raw_patch(server, path, third, len(body) - third, body[third:2 * third])
    time.sleep(0.5)
    if how == "kill":
        server.kill()
    else:
        assert server.stop() == 0
    connection.close()
    server = start(server.data)
    api = server.client()
    arrived = offset(api, path)
    assert third <= arrived <= 2 * third, "what was acknowledged is there"
    if how == "stop":
        assert arrived == 2 * third, "a stop keeps all that arrived"
    append(api, path, arrived, body[arrived:])
    id_ = path.rsplit("/", 1)[1]
    dataset = api.post(f"/v1/datasets?upload={id_}", 201).json()
    assert dataset["sha256"] == hashlib.sha256(body).hexdigest()
    assert not list((server.data / "resumable").iterdir())


def test_kills_at_any_time_lose_no_acknowledged_byte(start):
    chance = random.Random(5)
    body = os.urandom(3_000_000)
    server = start()
    path = begin(server.client(), len(body)).headers["Location"]
    acknowledged = 0
    for _ in range(6):
        api = server.client()
        arrived = offset(api, path)
        assert arrived >= acknowledged
        acknowledged = arrived
        killer = threading.Timer(chance.uniform(0.0, 0.15), server.kill)
        killer.start()
        try:
            while acknowledged < len(body):
                end = acknowledged + chance.randrange(1, 200_000)
                append(api, path, acknowledged, body[acknowledged:end])
                acknowledged = min(end, len(body))
        except OSError:
            pass
        killer.join()
        server.kill()
        server = start(server.data)
    api = server.client()
    at = offset(api, path)
    assert at >= acknowledged
    append(api, path, at, body[at:])
    stored = (server.data / "resumable" / path.rsplit("/", 1)[1]).read_bytes()
    assert stored == body


def test_what_is_forgotten_leaves_nothing(start):
    server = start(None, env={"SEAM_UPLOADS_UNFINISHED_HOURS": "0.001"})
    api = server.client()
    path = begin(api, 100).headers["Location"]
    append(api, path, 0, b"x" * 50)
    stray = server.data / "resumable" / "upl_stray"
    stray.write_bytes(b"x")
    file = server.data / "resumable" / path.rsplit("/", 1)[1]
    assert file.stat().st_size == 50 and file.stat().st_mode & 0o777 == 0o600
    time.sleep(4)
    offset(api, path, 404)
    begin(api, 1)
    assert not file.exists()
    assert server.stop() == 0
    start(server.data)
    assert not stray.exists()


def test_an_owner_has_only_so_much(start):
    server = start(None, env={
        "SEAM_UPLOADS_MAX_BYTES_PER_OWNER": "2000", "SEAM_UPLOADS_MAX_UNFINISHED_PER_OWNER": "2"})
    ada, bob = server.token("ada"), server.token("bob")
    body = archive_of(4)
    assert len(body) < 1000
    ada.upload(body)
    path = begin(ada, 2000 - len(body) - 700).headers["Location"]
    problem = begin(ada, 1500, 413).json()
    assert problem["type"] == "/errors/too-large" and "2000" in problem["detail"]
    ada.problem("POST", "/v1/datasets", 413, "too-large", data=b"x" * 1500)
    # Also where the length is not told before.
    pieces = (chunk for chunk in [archive_of(5), b"x" * 1500])
    problem = ada.problem("POST", "/v1/datasets", 413, "too-large", data=pieces)
    assert "2000" in problem["detail"] and spool(server.data) == []
    begin(ada, 1)
    assert "2 unfinished" in begin(ada, 1, 413).json()["detail"]
    begin(bob, 1500)
    ada.delete(path, 204, headers=TUS)
    begin(ada, 1)


def test_uploads_at_once_share_what_their_owner_may_have(start):
    """Each alone has room; the first takes it before its bytes have come."""
    server = start(None, env={"SEAM_UPLOADS_MAX_BYTES_PER_OWNER": "300000"})
    body = os.urandom(200_000)

    def post(length):
        connection = socket.create_connection((server.host, server.port), timeout=30)
        connection.sendall(
            f"POST /v1/datasets HTTP/1.1\r\nHost: {server.host}:{server.port}\r\n"
            f"Content-Length: {length}\r\nConnection: close\r\n\r\n".encode())
        return connection

    with post(200_000) as first:
        first.sendall(body[:100_000])
        deadline = time.monotonic() + 20
        while not spool(server.data):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        with post(150_000) as second:
            assert second.recv(20).startswith(b"HTTP/1.1 413")
        begin(server.client(), 150_000, 413)
        begin(server.client(), 90_000)
        first.sendall(body[100_000:])
        assert first.recv(20).startswith(b"HTTP/1.1 4"), "it is no section"
    # What was refused takes no room.
    begin(server.client(), 150_000)


@pytest.mark.parametrize("reset", [False, True])
def test_a_small_piece_that_breaks_off_is_kept_as_far_as_it_came(api, server, reset):
    body = archive_of()[:20_000]
    path = begin(api, len(body)).headers["Location"]
    with socket.create_connection((server.host, server.port), timeout=30) as connection:
        connection.sendall(
            f"PATCH {path} HTTP/1.1\r\nHost: {server.host}:{server.port}\r\nTus-Resumable: 1.0.0\r\n"
            f"Content-Type: {PIECE['Content-Type']}\r\nUpload-Offset: 0\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode())
        time.sleep(0.2)
        connection.sendall(body[:777])
        time.sleep(0.5)
        if reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    deadline = time.monotonic() + 20
    while offset(api, path) != 777:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    append(api, path, 777, body[777:])
    assert offset(api, path) == len(body)


def test_an_upload_is_its_owner_s(start):
    server = start()
    ada, bob, root = server.token("ada"), server.token("bob"), server.token("root", "admin")
    path = begin(ada, 10).headers["Location"]
    id_ = path.rsplit("/", 1)[1]
    bob.problem("GET", path, 404, "not-found")
    bob.head(path, 404, headers=TUS)
    append(bob, path, 0, b"x", 404)
    bob.problem("DELETE", path, 404, "not-found", headers=TUS)
    bob.problem("POST", f"/v1/datasets?upload={id_}", 404, "not-found")
    append(ada, path, 0, b"x")
    assert root.get(path).json()["owner"] == "ada"


# Digests of bodies (RFC 9530)


def digest(body, algorithm="sha256"):
    name = {"sha256": "sha-256", "sha512": "sha-512"}[algorithm]
    return f"{name}=:{b64(hashlib.new(algorithm, body).digest())}:"


@pytest.mark.parametrize("field", ["Content-Digest", "Repr-Digest"])
@pytest.mark.parametrize("form", [False, True])
def test_an_upload_with_its_digest(api, field, form):
    body = archive_of()
    before = len(api.datasets())
    sent = {"data": body}
    if form:
        boundary = b"b0undary"
        body = (b"--" + boundary + b'\r\nContent-Disposition: form-data; name="file"; filename="a.zip"'
                b"\r\n\r\n" + body + b"\r\n--" + boundary + b"--\r\nepilogue")
        sent = {"data": body}
    types = {"Content-Type": "multipart/form-data; boundary=b0undary"} if form else {}
    for wrong in (digest(b"other"), digest(b"other", "sha512"),
                  digest(body) + ", " + digest(b"x", "sha512")):
        problem = api.problem("POST", "/v1/datasets", 400, "digest-mismatch",
                              headers={field: wrong, **types}, **sent)
        assert field in problem["detail"]
    for bad in ("sha-256", "sha-256=abc", "sha-256=:!!:", "sha-256=:QUJD:", "=:AAAA:", "sha-256=:AA"):
        api.problem("POST", "/v1/datasets", 400, "bad-digest", headers={field: bad, **types}, **sent)
    assert len(api.datasets()) == before
    right = f"unixsum=:{b64(b'12')}:, {digest(body)}, {digest(body, 'sha512')}"
    api.post("/v1/datasets", 201, headers={field: right, **types}, **sent)


def test_a_json_body_with_its_digest(api):
    own = api.upload(archive_of(3)).json()["id"]
    body = b'{"notes": "checked"}'
    api.patch(f"/v1/datasets/{own}", 200, data=body, headers={"Content-Digest": digest(body)})
    api.problem("PATCH", f"/v1/datasets/{own}", 400, "digest-mismatch",
                data=body.replace(b"checked", b"chekced"), headers={"Content-Digest": digest(body)})
    assert api.get(f"/v1/datasets/{own}").json()["notes"] == "checked"


def test_downloads_carry_a_digest(api, dataset, analysis):
    base = f"/v1/datasets/{dataset['id']}"
    for path in (base + "/ions.csv", base + "/ions/134.npy", base + "/ions/134.png", "/openapi.yaml",
                 f"/v1/jobs/{analysis['inputs']['segmentation']}/result.npy"):
        plain = {"Accept-Encoding": "identity"}
        answer = api.get(path, headers=plain)
        assert answer.headers["Repr-Digest"] == digest(answer.content), path
        # Of a part, the digest is of the whole.
        part = api.get(path, 206, headers={"Range": "bytes=0-9"})
        assert part.headers["Repr-Digest"] == digest(answer.content), path
        assert api.head(path, headers=plain).headers["Repr-Digest"] == digest(answer.content)
        # A coded answer is another representation.
        coded = api.get(path, headers={"Accept-Encoding": "gzip"})
        assert ("Repr-Digest" in coded.headers) == ("Content-Encoding" not in coded.headers)


# Retries


def test_a_retried_upload_is_the_same_dataset(api):
    body, key = archive_of(), {"Idempotency-Key": "k " + uuid.uuid4().hex}
    first = api.post("/v1/datasets?name=a", 201, data=body, headers=key).json()
    again = api.post("/v1/datasets?name=a", 200, data=body, headers=key).json()
    assert again["id"] == first["id"]
    for path, other in (("/v1/datasets?name=b", body), ("/v1/datasets?name=a", archive_of())):
        problem = api.problem("POST", path, 422, "invalid-body", data=other, headers=key)
        assert "Idempotency-Key" in problem["detail"]
    api.problem("POST", "/v1/datasets", 400, "bad-query", data=body, headers={"Idempotency-Key": ""})
    # Where the dataset is gone it is made anew.
    api.delete(f"/v1/datasets/{first['id']}", 204)
    assert api.post("/v1/datasets?name=a", 201, data=body, headers=key).json()["id"] != first["id"]


def test_a_retry_while_the_first_is_under_way_is_409(server, api):
    body, key = archive_of(600), "k " + uuid.uuid4().hex
    assert len(body) > 200_000
    head = (f"POST /v1/datasets HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key: {key}\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n")
    with socket.create_connection((server.host, server.port), timeout=30) as connection:
        connection.sendall(head.encode() + body[:100_000])
        time.sleep(0.5)
        answer = api.post("/v1/datasets", 409, data=body, headers={"Idempotency-Key": key})
        assert answer.json()["type"] == "/errors/in-flight" and answer.headers["Retry-After"]
        connection.sendall(body[100_000:])
        assert connection.recv(100).startswith(b"HTTP/1.1 201 ")
    api.post("/v1/datasets", 200, data=body, headers={"Idempotency-Key": key})


def test_a_retried_creation_is_the_same_upload(api):
    key = {"Idempotency-Key": "k " + uuid.uuid4().hex}
    path = begin(api, 10, **key).headers["Location"]
    append(api, path, 0, b"abc")
    again = begin(api, 10, **key)
    assert again.headers["Location"] == path and again.headers["Upload-Offset"] == "3"
    begin(api, 11, 422, **key)
    api.delete(path, 204, headers=TUS)
    assert begin(api, 10, **key).headers["Location"] != path


def test_a_key_is_its_owner_s(start):
    server = start()
    key = {"Idempotency-Key": "same"}
    paths = {begin(server.token(name), 10, **key).headers["Location"] for name in ("ada", "bob")}
    assert len(paths) == 2


def test_many_retries_at_once_make_one_job(api, dataset):
    body = {"dataset": dataset["id"], "kind": "view", "parameters": {"seed": random.randrange(10**6)}}
    key = {"Idempotency-Key": "k " + uuid.uuid4().hex}
    answers = []

    def ask(other):
        sent = {**body, "parameters": {"seed": 1}} if other else body
        answers.append((other, api.session.post(
            api.url + "/v1/jobs", json=sent, headers=key, timeout=60)))

    ask(False)
    threads = [threading.Thread(target=ask, args=(n % 2 == 1,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    same = [a for other, a in answers if not other]
    assert {a.status_code for a in same} <= {200, 202} and len({a.json()["id"] for a in same}) == 1
    assert {a.status_code for other, a in answers if other} == {422}
    api.post(f"/v1/jobs/{same[0].json()['id']}/cancel", (200, 409))
