"""Tokens, roles, owners: who comes in, who sees what, who may change what."""

import itertools
import json
import re
import subprocess
import threading
import time
import uuid

import pytest
import requests

from service import CONTRACT, SEAM, environment, ion_text, make_zip, seam


def small(number=None):
    """An upload of its own."""
    number = number or uuid.uuid4().int % 10**6
    return make_zip({f"{number} - 134.05 u.txt": ion_text([[number % 251, 2], [3, 4]])})


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    """A server with tokens: (server, clients by name)."""
    from service import Server
    process = Server(tmp_path_factory.mktemp("closed") / "data")
    clients = {name: process.token(name.rstrip("2"), role) for name, role in [
        ("ada", "member"), ("ada2", "member"), ("bob", "member"), ("eve", "reader"),
        ("root", "admin")]}
    clients["nobody"] = process.client()
    yield process, clients
    assert process.stop() == 0, process.errors()


def filled(template):
    path = template.replace("{suffix}", "json").replace("{ion}", "134").replace("{name}", "map")
    return path.replace("{id}", "x")


@pytest.mark.parametrize("method, template", sorted(CONTRACT.operations()))
def test_every_operation_needs_a_token_unless_it_is_public(closed, method, template):
    _, clients = closed
    operation = CONTRACT.document["paths"][template][method.lower()]
    response = clients["nobody"].request(method, filled(template))
    if operation.get("security") == []:
        # A file of the viewer that is not there is told so to everybody.
        assert response.status_code == (404 if "{" in template else 200)
    else:
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == 'Bearer realm="seam"'
        assert response.json()["type"] == "/errors/unauthorized"


def test_what_does_not_exist_tells_nothing_without_a_token(closed):
    _, clients = closed
    assert clients["nobody"].get("/v1/nothing", 401).json()["type"] == "/errors/unauthorized"
    clients["nobody"].request("PUT", "/v1/jobs", 401, data=b"x")
    clients["ada"].get("/v1/nothing", 404)
    clients["ada"].request("PUT", "/v1/jobs", 405, data=b"x")


@pytest.mark.parametrize("method, template", sorted(
    (m, t) for m, t in CONTRACT.operations()
    if m not in ("GET",) and t != "/v1/session"))
def test_a_reader_changes_nothing(closed, method, template):
    _, clients = closed
    problem = clients["eve"].problem(method, filled(template), 403, "forbidden")
    assert "reader" in problem["detail"]


def test_who_one_is(closed):
    _, clients = closed
    for name, role in (("ada", "member"), ("eve", "reader"), ("root", "admin")):
        document = clients[name].get("/v1/session").json()
        assert (document["owner"], document["role"], document["proof"]) == (name, role, "token")


@pytest.mark.parametrize("field", [
    "", "Bearer", "Bearer ", "Basic YWRhOmFkYQ==", "Bearer a b", "Token x", "bearer\tx",
])
def test_other_credentials_are_401(start, field):
    server = start()
    server.token_text("ada")
    response = server.client().get("/v1", 401, headers={"Authorization": field})
    assert 'error="' in response.headers["WWW-Authenticate"]


def test_the_scheme_is_in_any_case_and_one_letter_of_the_token_counts(start):
    server = start()
    token = server.token_text("ada")
    for scheme in ("Bearer", "bearer", "BEARER"):
        server.client().get("/v1", headers={"Authorization": f"{scheme} {token}"})
    for wrong in (token[:-1], token + "A", token[:-1] + ("A" if token[-1] != "A" else "B"),
                  token.upper(), token.replace("seam_", "")):
        response = server.client().get("/v1", 401, headers={"Authorization": f"Bearer {wrong}"})
        assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]


def test_private_is_404_to_others_and_lab_is_read_only(closed):
    _, clients = closed
    ada, bob, root = clients["ada"], clients["bob"], clients["root"]
    body = small()
    lab = ada.upload(body).json()
    private = ada.upload(small(), visibility="private").json()
    assert lab["owner"] == "ada" and lab["visibility"] == "lab"
    # The same bytes of another owner are another dataset.
    assert bob.upload(body).json()["id"] != lab["id"]
    paths = ["", "/ions", "/ions/134", "/spectrum", "/overlay.png?red=134", "/colocalized?ion=134"]
    for path in paths:
        bob.get(f"/v1/datasets/{lab['id']}{path}")
        clients["ada2"].get(f"/v1/datasets/{private['id']}{path}")
        root.get(f"/v1/datasets/{private['id']}{path}")
        bob.problem("GET", f"/v1/datasets/{private['id']}{path}", 404, "not-found")
    listed = {d["id"] for d in bob.datasets()}
    assert lab["id"] in listed and private["id"] not in listed
    assert bob.get("/v1/datasets?owner=ada&limit=500").json()["items"][0]["id"] != private["id"]
    assert private["id"] in {d["id"] for d in root.datasets()}
    # What one may read but not change is 403, what one may not read 404.
    for method, options in (("PATCH", {"json": {"name": "mine"}}), ("DELETE", {})):
        bob.problem(method, f"/v1/datasets/{lab['id']}", 403, "forbidden", **options)
        bob.problem(method, f"/v1/datasets/{private['id']}", 404, "not-found", **options)
    clients["ada2"].patch(f"/v1/datasets/{private['id']}", 200, json={"notes": "same owner"})
    root.patch(f"/v1/datasets/{lab['id']}", 200, json={"notes": "an admin"})
    # Made private later, it is gone for others.
    ada.patch(f"/v1/datasets/{lab['id']}", 200, json={"visibility": "private"})
    bob.problem("GET", f"/v1/datasets/{lab['id']}", 404, "not-found")


def test_a_job_follows_its_dataset(closed):
    _, clients = closed
    ada, bob, root = clients["ada"], clients["bob"], clients["root"]
    private = ada.upload(small(), visibility="private").json()["id"]
    job = ada.submit(private, "view")["id"]
    assert ada.wait(job)["owner"] == "ada"
    for path in ("", "/events", "/result.png", "/result.json", "/plots"):
        bob.problem("GET", f"/v1/jobs/{job}{path}", 404, "not-found")
    bob.problem("POST", f"/v1/jobs/{job}/cancel", 404, "not-found")
    bob.problem("DELETE", f"/v1/jobs/{job}", 404, "not-found")
    bob.problem("PATCH", f"/v1/jobs/{job}/annotations", 404, "not-found", json={"notes": "x"})
    assert job not in {j["id"] for j in bob.get("/v1/jobs?limit=500").json()["items"]}
    assert bob.get(f"/v1/jobs?dataset={private}").json()["items"] == []
    problem = bob.problem(
        "POST", "/v1/jobs", 422, "invalid-body", json={"dataset": private, "kind": "view"})
    assert problem["errors"][0]["pointer"] == "/dataset"
    # A job of another dataset is no input, however private.
    other = bob.upload(small()).json()["id"]
    problem = bob.problem("POST", "/v1/jobs", 422, "invalid-body", json={
        "dataset": other, "kind": "representation", "inputs": {"segmentation": job}})
    assert problem["errors"][0]["pointer"] == "/inputs/segmentation"
    root.get(f"/v1/jobs/{job}")
    root.delete(f"/v1/jobs/{job}", 204)


def test_a_member_runs_jobs_on_what_the_lab_shares_and_owns_them(closed):
    _, clients = closed
    ada, bob = clients["ada"], clients["bob"]
    lab = ada.upload(small()).json()["id"]
    job = bob.submit(lab, "view", {"seed": 5})
    assert job["owner"] == "bob"
    bob.wait(job["id"])
    ada.problem("DELETE", f"/v1/jobs/{job['id']}", 403, "forbidden")
    assert ada.submit(lab, "view", {"seed": 5})["id"] == job["id"], "the same job is made once"
    bob.delete(f"/v1/jobs/{job['id']}", 204)


def test_tokens_are_made_listed_and_revoked_beside_a_running_server(start):
    server = start()
    client = server.client()
    client.get("/v1")
    token = server.token_text("ada", "member", "--days", "3")
    assert re.fullmatch(r"seam_[0-9a-z]{26}_[A-Za-z0-9_-]{43}", token)
    client.get("/v1", 401)
    ada = server.client(token)
    ada.get("/v1")
    expiring = server.token_text("ada", "admin", "--days", "0.00001")
    time.sleep(1)
    response = server.client(expiring).get("/v1", 401)
    assert "ended" in response.json()["detail"]

    def listed():
        done = seam("token", "list", "--json", "--data-dir", server.data)
        assert done.returncode == 0 and token not in done.stdout
        return json.loads(done.stdout)

    first, second = listed()
    assert (first["owner"], first["role"], first["state"]) == ("ada", "member", "valid")
    assert second["state"] == "expired" and first["expires_at"] > first["created_at"]
    end = time.monotonic() + 20
    while listed()[0]["last_used_at"] is None and time.monotonic() < end:
        time.sleep(0.2)
    assert listed()[0]["last_used_at"] >= first["created_at"]
    table = seam("token", "list", "--data-dir", server.data).stdout
    assert first["id"] in table and token not in table
    done = seam("token", "revoke", first["id"], "--data-dir", server.data)
    assert done.returncode == 0, done.stderr
    assert "ended" in ada.get("/v1", 401).json()["detail"]
    assert listed()[0]["state"] == "revoked"
    # The server does not become open again.
    client.get("/v1", 401)
    assert seam("token", "revoke", "tok_none", "--data-dir", server.data).returncode == 1
    # Nothing of the secret is on the disk or in the log.
    secret = token.rsplit("_", 1)[1].encode()
    secret = token[32:].encode()
    for file in [*server.data.rglob("*"), server.log]:
        if file.is_file():
            assert secret not in file.read_bytes(), file


def test_tokens_are_not_looked_for_where_no_store_is(tmp_path):
    for arguments in (["list"], ["revoke", "tok_none"]):
        done = seam("token", *arguments, "--data-dir", tmp_path / "mistyped")
        assert done.returncode == 1 and "mistyped" in done.stderr, done
    assert list(tmp_path.iterdir()) == []
    done = seam("token", "create", "--owner", "ada", "--role", "admin", "--data-dir", tmp_path / "new")
    assert done.returncode == 0 and str(tmp_path / "new") in done.stderr


def test_the_last_use_is_stored_at_the_end_too(start):
    server = start()
    ada = server.token("ada")
    for _ in range(3):
        ada.get("/v1/datasets")
    time.sleep(0.01)
    before = requests.get(server.url + "/healthz", timeout=10).headers["Date"]
    ada.get("/v1/datasets")
    assert server.stop() == 0 and before
    used = json.loads(seam("token", "list", "--json", "--data-dir", server.data).stdout)[0]
    assert used["last_used_at"] > used["created_at"]


@pytest.mark.parametrize("arguments, code", [
    ([], 2), (["make"], 2), (["create"], 2), (["create", "--owner", "ada"], 2),
    (["create", "--owner", "ada", "--role", "king"], 2),
    (["create", "--owner", "a b", "--role", "member"], 2),
    (["create", "--owner", "-a", "--role", "member"], 2),
    (["create", "--owner", "ada", "--role", "member", "--days", "0"], 2),
    (["create", "--owner", "ada", "--role", "member", "--days", "x"], 2),
    (["create", "--owner", "ada", "--role", "member", "extra"], 2),
    (["revoke"], 2), (["revoke", "tok_x"], 1), (["list", "--jsn"], 2),
])
def test_bad_token_commands_say_what_was_expected(tmp_path, arguments, code):
    if arguments:
        arguments = [arguments[0], "--data-dir", tmp_path / "d", *arguments[1:]]
    done = seam("token", *arguments)
    assert done.returncode == code and done.stdout == "" and done.stderr.startswith("seam token: ")
    assert not (tmp_path / "d").exists(), "nothing is made for what cannot be"


def test_a_token_in_the_address_is_no_token_and_is_not_logged(start):
    server = start()
    token = server.token_text("ada")
    for path in (f"/v1?access_token={token}", f"/v1?token={token}", f"/v1/datasets/{token}",
                 f"/{token}"):
        response = server.client().get(path, 401)
        assert token not in response.text
    ada = server.client(token)
    assert token not in ada.get(f"/v1/datasets/{token}", 404).text.replace("\\u005f", "_")
    ada.problem("GET", f"/v1?access_token={token}", 400, "bad-query")
    assert server.stop() == 0
    log = server.log.read_text()
    assert token not in log and token[32:] not in log and "seam_[hidden]" in log


def test_failed_attempts_are_slowed_down_by_address(start):
    server = start()
    good = server.token("ada")
    good.get("/v1")
    fresh = server.token_text("bob")
    stranger = server.client("seam_" + "0" * 26 + "_" + "A" * 43)
    answers = [stranger.get("/v1", None).status_code for _ in range(14)]
    assert answers[:9] == [401] * 9 and answers[-1] == 429, answers
    refused = stranger.get("/v1", 429)
    assert refused.json()["type"] == "/errors/too-many-attempts"
    wait = int(refused.headers["Retry-After"])
    assert 1 <= wait <= 60
    # A right token is not told apart from a wrong one meanwhile, unless it was used from here before.
    server.client(fresh).get("/v1", 429)
    good.get("/v1")
    # What needs no token goes on, and so does another address.
    stranger.get("/healthz")
    session = requests.Session()
    session.trust_env = False
    from requests.adapters import HTTPAdapter

    class Elsewhere(HTTPAdapter):
        def init_poolmanager(self, *arguments, **options):
            super().init_poolmanager(*arguments, source_address=("127.0.0.9", 0), **options)

    session.mount("http://", Elsewhere())
    answer = session.get(server.url + "/v1", headers={"Authorization": "Bearer " + fresh}, timeout=20)
    assert answer.status_code == 200
    time.sleep(wait + 0.2)
    server.client(fresh).get("/v1")


def test_the_number_of_attempts_is_a_setting(start):
    server = start(None, env={"SEAM_SERVER_FAILED_ATTEMPTS": "2"})
    server.token_text("ada")
    wrong = {"Authorization": "Bearer x"}
    answers = [server.client().get("/v1", None, headers=wrong).status_code for _ in range(4)]
    assert answers[:2] == [401, 401] and answers[-1] == 429


def test_behind_tls_the_address_is_the_one_the_proxy_names(start):
    server = start(None, "--behind-tls")
    server.token_text("ada")
    fresh = server.token_text("bob")
    wrong = {"Authorization": "Bearer x"}
    client = server.client()
    for number in range(12):
        # What the client claims itself stands before what the proxy adds.
        client.get("/v1", (401, 429), headers={
            **wrong, "X-Forwarded-For": f"10.9.9.{number}, 192.0.2.7"})
    client.get("/v1", 429, headers={**wrong, "X-Forwarded-For": "192.0.2.7"})
    for address in ("192.0.2.8", "2001:db8::1", "no address"):
        server.client(fresh).get("/v1", headers={"X-Forwarded-For": address})


def test_a_proxy_that_is_named_is_believed(start):
    server = start(None, env={"SEAM_SERVER_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.7"})
    admin = server.token("ada", "admin")
    client = server.client()
    for number in range(12):
        client.get("/v1", (401, 429), headers={
            "Authorization": "Bearer x", "X-Forwarded-For": f"10.9.9.{number}, 192.0.2.7, 10.0.0.7"})
    for address, status in (("192.0.2.7", 429), ("192.0.2.8", 401)):
        client.get("/v1", status, headers={"Authorization": "Bearer x", "X-Forwarded-For": address})
    admin.delete("/v1/session", 204, headers={"X-Forwarded-For": "192.0.2.9"})
    assert admin.get("/v1/audit?owner=ada").json()["items"][0]["address"] == "192.0.2.9"


@pytest.mark.parametrize("proxies", ["10.0.0.0/8", "proxy.lab.org", "127.0.0.1,10.0.0"])
def test_trusted_proxies_must_be_addresses(tmp_path, proxies):
    code, errors, line = serve(tmp_path, env={"SEAM_SERVER_TRUSTED_PROXIES": proxies})
    assert code == 2 and not line and "server.trusted_proxies" in errors


def test_without_tls_a_forwarded_address_is_not_believed(start):
    server = start()
    server.token_text("ada")
    client = server.client()
    answers = [client.get("/v1", (401, 429), headers={
        "Authorization": "Bearer x", "X-Forwarded-For": f"192.0.2.{n}"}).status_code
        for n in range(14)]
    assert answers[-1] == 429


@pytest.mark.parametrize("host, status", [
    ("localhost", 200), ("127.0.0.1:9", 200), ("[::1]", 200), ("seam.lab.org", 200),
    ("SEAM.lab.org:8443", 200), ("seam.lab.org.", 200), ("other.lab.org:90", 200),
    ("other.lab.org", 421), ("evil.org", 421), ("seam.lab.org.evil.org", 421),
    ("127.0.0.1.evil.org", 421),
])
def test_the_service_answers_to_its_own_names_only(start, tmp_path_factory, host, status):
    server = start(None, env={"SEAM_SERVER_HOSTS": "seam.lab.org, other.lab.org:90"})
    server.token("ada").get("/v1", status, headers={"Host": host})
    if status == 421:
        server.client().get("/healthz", 421, headers={"Host": host})


def serve(tmp_path, *arguments, env=None):
    """Starts a server that may refuse: (exit code or None, standard error, first line)."""
    process = subprocess.Popen(
        [SEAM, "serve", "--port", "0", "--data-dir", str(tmp_path / "data"), *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(**(env or {})))
    line = process.stdout.readline()
    if line:
        process.terminate()
    _, errors = process.communicate(timeout=60)
    return process.returncode, errors, line


def test_beyond_loopback_it_needs_tokens_names_and_tls(tmp_path):
    hosts = {"SEAM_SERVER_HOSTS": "seam.lab.org"}
    beyond = ["--host", "0.0.0.0"]
    code, errors, line = serve(tmp_path, *beyond, "--behind-tls", env=hosts)
    assert code == 2 and not line and "seam token create" in errors
    made = seam("token", "create", "--owner", "a", "--role", "admin", "--data-dir", tmp_path / "data")
    assert made.returncode == 0
    for arguments, env, missing in [
        ([], hosts, "--behind-tls or --insecure"), (["--behind-tls"], {}, "server.hosts"),
        ([], {}, "server.hosts"),
    ]:
        code, errors, line = serve(tmp_path, *beyond, *arguments, env=env)
        assert code == 2 and not line and missing in errors and "seam token create" not in errors
    for flag in ("--behind-tls", "--insecure"):
        code, errors, line = serve(tmp_path, *beyond, flag, env=hosts)
        assert code == 0 and line.startswith("listening on http://0.0.0.0:"), errors


@pytest.mark.parametrize("origin", ["*", "tools.lab.org", "https://", "https://a/b", "null"])
def test_allowed_origins_must_be_origins(tmp_path, origin):
    code, errors, line = serve(tmp_path, env={"SEAM_SERVER_ALLOWED_ORIGINS": origin})
    assert code == 2 and not line and "server.allowed_origins" in errors


def test_other_sites_may_ask_by_the_list_only(start):
    allowed, other = "https://tools.lab.org", "https://evil.org"
    server = start(None, env={"SEAM_SERVER_ALLOWED_ORIGINS": allowed})
    ada = server.token("ada")
    ask = {"Origin": allowed, "Access-Control-Request-Method": "PATCH",
           "Access-Control-Request-Headers": "authorization"}
    leave = server.client().request("OPTIONS", "/v1/datasets/x", 204, headers=ask)
    assert leave.headers["Access-Control-Allow-Origin"] == allowed
    assert "PATCH" in leave.headers["Access-Control-Allow-Methods"]
    assert "Authorization" in leave.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in leave.headers
    answer = ada.get("/v1", headers={"Origin": allowed})
    assert answer.headers["Access-Control-Allow-Origin"] == allowed
    assert "Origin" in answer.headers["Vary"]
    refused = server.client().get("/v1", 401, headers={"Origin": allowed})
    assert refused.headers["Access-Control-Allow-Origin"] == allowed
    for headers in ({"Origin": other}, {}, {"Origin": "null"}):
        answer = ada.get("/v1", headers=headers)
        assert "Access-Control-Allow-Origin" not in answer.headers and "Origin" in answer.headers["Vary"]
    leave = server.client().request("OPTIONS", "/v1/datasets/x", 204, headers={**ask, "Origin": other})
    assert "Access-Control-Allow-Origin" not in leave.headers


def test_without_a_list_no_other_site_may_ask(closed):
    _, clients = closed
    answer = clients["ada"].get("/v1", headers={"Origin": "https://tools.lab.org"})
    assert not [name for name in answer.headers if name.startswith("Access-Control")]


def test_pages_carry_security_headers(closed, api, analysis):
    _, clients = closed
    for response in (clients["nobody"].get("/"), clients["nobody"].get("/v1", 401),
                     clients["ada"].get("/v1"), clients["ada"].get("/v1/x", 404),
                     api.get(f"/v1/jobs/{analysis['id']}/result.html")):
        headers = response.headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "Strict-Transport-Security" not in headers
    policy = clients["nobody"].get("/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "script-src 'self'" in policy
    report = api.get(f"/v1/jobs/{analysis['id']}/result.html").headers["Content-Security-Policy"]
    assert report.startswith("sandbox; default-src 'none'")


def test_the_page_has_nothing_inline_that_its_policy_would_have_to_allow(closed):
    _, clients = closed
    page = clients["nobody"].get("/")
    assert "style=" not in page.text and "<style" not in page.text
    assert not re.search(r"<script(?![^>]*\ssrc=)", page.text)
    for path in re.findall(r'(?:src|href)="(/viewer/[^"]+)"', page.text):
        assert clients["nobody"].get(path).status_code == 200


def test_a_large_upload_without_a_token_is_refused_before_its_body(closed):
    """The answer comes although the client, which waits for 100 Continue, has sent no body."""
    import socket
    server, _ = closed
    with socket.create_connection((server.host, server.port), timeout=10) as connection:
        connection.sendall(
            b"POST /v1/datasets HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
            b"Content-Length: 5000000000\r\n\r\n")
        answer = connection.recv(4096)
    assert answer.startswith(b"HTTP/1.1 401 ")


def test_a_stream_ends_when_its_token_is_revoked(start, archive):
    server = start()
    token = server.token_text("ada")
    ada = server.client(token)
    dataset = ada.upload(archive).json()["id"]
    job = ada.submit(dataset, "view", {"epochs": 2000, "seed": 77})["id"]
    stream = ada.get(f"/v1/jobs/{job}/events", stream=True, timeout=60)
    lines = stream.iter_lines()
    assert next(lines).startswith(b"event: ")
    id_ = json.loads(seam("token", "list", "--json", "--data-dir", server.data).stdout)[0]["id"]
    seam("token", "revoke", id_, "--data-dir", server.data)
    begun = time.monotonic()
    rest = list(lines)
    assert time.monotonic() - begun < 30 and not any(line == b"event: end" for line in rest)


def test_a_wait_ends_with_401_when_its_token_is_revoked(start, archive):
    server = start()
    root, token = server.token("root", "admin"), server.token_text("ada")
    ada = server.client(token)
    dataset = ada.upload(archive).json()["id"]
    job = ada.submit(dataset, "view", {"epochs": 2000, "seed": 78})["id"]
    answers = []
    waits = [threading.Thread(target=lambda path=path: answers.append(
        server.client(token).get(path, 401, timeout=60).json()["type"])) for path in
        (f"/v1/jobs/{job}?wait=50", f"/v1/jobs/{job}?wait=3")]
    while ada.get(f"/v1/jobs/{job}").json()["state"] == "queued":
        time.sleep(0.05)
    for wait in waits:
        wait.start()
    time.sleep(0.5)
    done = seam("token", "revoke", "tok_" + token[len("seam_"):][:26], "--data-dir", server.data)
    assert done.returncode == 0, done.stderr
    root.post(f"/v1/jobs/{job}/cancel", 200)
    for wait in waits:
        wait.join(timeout=60)
    assert answers == ["/errors/unauthorized"] * 2


@pytest.mark.parametrize("varies", [False, True], ids=["same", "varied"])
def test_an_answer_given_before_is_not_given_again_to_who_may_not_have_it(start, archive, varies):
    """The same request on the same connection, byte for byte or but for a field that does not matter, after each thing that
    makes another answer right."""
    numbers = itertools.count()
    server = start()
    root, ada = server.token("root", "admin"), server.token("ada")
    document = ada.upload(archive, visibility="private").json()
    dataset = document["id"]
    path = f"/v1/datasets/{dataset}/ions/134.png"

    def ask(client, status):
        for _ in range(3):
            fields = {"X-Number": str(next(numbers)), "Accept-Encoding": "identity"} if varies else {}
            response = client.get(path, status, headers=fields)
        return response

    ask(ada, 200)
    secret = server.token_text("ada", "member")
    other = server.client(secret)
    assert ask(other, 200).content == ask(ada, 200).content
    identifier = "tok_" + secret[len("seam_"):][:26]
    done = seam("token", "revoke", identifier, "--data-dir", server.data)
    assert done.returncode == 0, done.stderr
    ask(other, 401)
    whole = ask(ada, 200)
    if varies:
        fields = {"Accept-Encoding": "identity"}
        ada.get(path, 304, headers={**fields, "If-None-Match": whole.headers["ETag"]})
        part = ada.get(path, 206, headers={**fields, "Range": "bytes=1-9"})
        assert part.content == whole.content[1:10]
        ada.get(path, 421, headers={**fields, "Host": "elsewhere.example"})
        assert ada.get(path, 200, headers={**fields, "Accept": "image/png"}).content == whole.content
    bob = server.token("bob")
    ask(bob, 404)
    root.patch(f"/v1/datasets/{dataset}", 200, json={"visibility": "lab"})
    ask(bob, 200)
    root.patch(f"/v1/datasets/{dataset}", 200, json={"visibility": "private"})
    ask(bob, 404)
    brief = server.client(server.token_text("ada", "member", "--days", str(4 / 86400)))
    ask(brief, 200)
    time.sleep(4.1)
    ask(brief, 401)
    job = ada.run(dataset, "view", {"epochs": 1, "components": 3, "neighbours": 2})
    for _ in range(3):
        ada.get(f"/v1/jobs/{job['id']}")
    ada.patch(f"/v1/jobs/{job['id']}/annotations", 200, json={"notes": "seen"})
    assert ada.get(f"/v1/jobs/{job['id']}").json()["annotations"] == {"notes": "seen"}
    ada.delete(f"/v1/jobs/{job['id']}", 204)
    ada.get(f"/v1/jobs/{job['id']}", 404)
    ada.delete(f"/v1/datasets/{dataset}", 204)
    ask(ada, 404)
