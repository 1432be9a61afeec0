"""Sessions of browsers: the cookie, and what another site's page cannot do with it."""

import re
import sqlite3

import pytest
import requests

from service import seam


class Browser:
    """A client with a cookie and without a token."""

    def __init__(self, server, token, **headers):
        self.server = server
        self.client = server.client()
        answer = server.client(token).post("/v1/session", 204, headers=headers)
        self.cookie = answer.headers["Set-Cookie"]
        self.pair = self.cookie.split(";")[0]
        self.origin = server.url

    def ask(self, method, path, expect, origin=True, **options):
        headers = {"Cookie": self.pair, **options.pop("headers", {})}
        if origin:
            headers.setdefault("Origin", self.origin)
        return self.client.request(method, path, expect, headers=headers, **options)


@pytest.fixture
def browser(start):
    server = start()
    return Browser(server, server.token_text("ada"))


def test_the_cookie_is_for_this_server_and_no_script(browser):
    assert re.fullmatch(
        r"seam_session=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200",
        browser.cookie)
    document = browser.ask("GET", "/v1/session", 200, origin=False).json()
    assert (document["owner"], document["proof"]) == ("ada", "session")
    assert document["expires_at"]


def test_behind_tls_the_cookie_is_secure(start):
    server = start(None, "--behind-tls", env={"SEAM_SERVER_HOSTS": "seam.lab.org"})
    token = server.token_text("ada")
    answer = server.client(token).post("/v1/session", 204, headers={"Host": "seam.lab.org"})
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-seam_session=") and cookie.endswith("; Secure")
    assert "Path=/" in cookie and "Domain" not in cookie
    assert "max-age=" in answer.headers["Strict-Transport-Security"]
    pair = cookie.split(";")[0]
    client = server.client()
    for origin, status in (("https://seam.lab.org", 404), ("http://seam.lab.org", 403)):
        client.request("DELETE", "/v1/datasets/x", status, headers={
            "Host": "seam.lab.org", "Cookie": pair, "Origin": origin})


def test_what_changes_something_needs_the_own_origin(browser):
    for method, path in (("POST", "/v1/jobs"), ("PATCH", "/v1/datasets/x"),
                         ("DELETE", "/v1/datasets/x"), ("PUT", "/v1/datasets/a.zip"),
                         ("DELETE", "/v1/session"), ("POST", "/v1/uploads")):
        problem = browser.ask(method, path, 403, origin=False).json()
        assert problem["type"] == "/errors/forbidden" and "Origin" in problem["detail"]
        for origin in ("https://evil.org", "null", browser.origin + ".evil.org",
                       browser.origin.replace("http:", "https:"), "http://127.0.0.1:1"):
            browser.ask(method, path, 403, headers={"Origin": origin})
    browser.ask("DELETE", "/v1/datasets/x", 404)
    browser.ask("GET", "/v1/datasets", 200, origin=False)
    browser.ask("GET", "/v1/datasets", 403, headers={"Origin": "https://evil.org"})
    browser.ask("GET", "/v1/datasets", 403, origin=False, headers={"Sec-Fetch-Site": "cross-site"})
    browser.ask("GET", "/v1/datasets", 200, origin=False, headers={"Sec-Fetch-Site": "same-origin"})


def test_a_session_begins_with_a_token_only(browser):
    problem = browser.ask("POST", "/v1/session", 401)
    assert "WWW-Authenticate" in problem.headers
    browser.client.post("/v1/session", 401)


def test_a_session_ends_when_told(browser):
    answer = browser.ask("DELETE", "/v1/session", 204)
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    assert browser.ask("GET", "/v1", 401, origin=False).json()["type"] == "/errors/unauthorized"


def test_a_session_dies_with_its_token(browser):
    import json
    done = seam("token", "list", "--json", "--data-dir", browser.server.data)
    id_ = json.loads(done.stdout)[0]["id"]
    browser.ask("GET", "/v1", 200)
    assert seam("token", "revoke", id_, "--data-dir", browser.server.data).returncode == 0
    # An ended session is no guess: it is 401 however often, not 429.
    for _ in range(15):
        browser.ask("GET", "/v1", 401, origin=False)


def test_a_session_is_no_longer_than_twelve_hours(browser):
    path = browser.server.data / "seam.sqlite"
    with sqlite3.connect(path, timeout=20) as database:
        database.execute("UPDATE sessions SET expires_at = '2020-01-01T00:00:00.000000Z'")
    database.close()
    browser.ask("GET", "/v1", 401, origin=False)


def test_a_session_survives_a_restart_and_a_wrong_cookie_is_none(start):
    server = start()
    browser = Browser(server, server.token_text("ada"))
    assert server.stop() == 0
    again = start(server.data)
    browser.client = again.client()
    browser.ask("GET", "/v1", 200, origin=False)
    wrong = browser.pair[:-1] + ("A" if browser.pair[-1] != "A" else "B")
    for _ in range(10):
        again.client().get("/v1", (401, 429), headers={"Cookie": wrong})
    again.client().get("/v1", 429, headers={"Cookie": wrong})
    browser.ask("GET", "/v1", 200, origin=False)


def test_a_token_wins_over_a_cookie(browser):
    other = browser.server.token_text("bob")
    document = browser.ask(
        "GET", "/v1/session", 200, headers={"Authorization": "Bearer " + other}).json()
    assert document["owner"] == "bob"
    # No cookie is looked at where a token fails.
    browser.ask("GET", "/v1", 401, headers={"Authorization": "Bearer wrong"})


def test_open_mode_needs_no_session(start):
    client = start().client()
    client.problem("POST", "/v1/session", 409, "conflict")
    assert client.get("/v1/session").json() == {
        "owner": "local", "role": "admin", "proof": "open", "token": None, "expires_at": None}


def test_a_session_s_secret_is_not_on_the_disk(browser):
    secret = browser.pair.split("=", 1)[1].encode()
    browser.ask("GET", "/v1", 200)
    for file in [*browser.server.data.rglob("*"), browser.server.log]:
        if file.is_file():
            assert secret not in file.read_bytes(), file


def test_a_bearer_token_needs_no_origin(start):
    server = start()
    token = server.token_text("ada")
    answer = requests.delete(
        server.url + "/v1/datasets/x", timeout=20,
        headers={"Authorization": "Bearer " + token, "Origin": "https://evil.org"})
    assert answer.status_code == 404, "no page of another site has a token of its own accord"
