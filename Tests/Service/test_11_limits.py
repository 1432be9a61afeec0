"""Every limit of connections and requests: kept from its setting, below and above."""

import json
import socket
import time

import pytest

HOST = b"Host: localhost\r\n"


@pytest.fixture
def limited(start, tmp_path):
    """Starts a server with settings of `server`."""
    def run(**settings):
        file = tmp_path / "seam.json"
        file.write_text(json.dumps({"server": settings}))
        return start(tmp_path / "data", "--config", file)
    return run


def connect(server):
    connection = socket.create_connection((server.host, server.port), timeout=20)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def answer(connection):
    data = b""
    try:
        while piece := connection.recv(65536):
            data += piece
    except ConnectionError:
        pass
    return data


def ask(server, text):
    with connect(server) as connection:
        connection.sendall(text)
        data = answer(connection)
    return int(data.split(b" ")[1]) if data else None


def get(fields=b"", target=b"/healthz"):
    return b"GET " + target + b" HTTP/1.1\r\n" + HOST + b"Connection: close\r\n" + fields + b"\r\n"


@pytest.mark.parametrize("setting, value, below, above, status", [
    ("request_line_bytes", 300, get(target=b"/" + b"a" * 280), get(target=b"/" + b"a" * 300), 414),
    ("header_bytes", 1000, get(b"A: " + b"a" * 900 + b"\r\n"), get(b"A: " + b"a" * 1000 + b"\r\n"), 431),
    ("header_count", 10, get(b"A: a\r\n" * 8), get(b"A: a\r\n" * 9), 431),
    ("json_bytes", 100,
     b"POST /v1/jobs HTTP/1.1\r\n" + HOST + b"Connection: close\r\nContent-Length: 100\r\n\r\n" + b" " * 98 + b"{}",
     b"POST /v1/jobs HTTP/1.1\r\n" + HOST + b"Connection: close\r\nContent-Length: 101\r\n\r\n" + b" " * 99 + b"{}", 413),
])
def test_sizes(limited, setting, value, below, above, status):
    server = limited(**{setting: value})
    assert ask(server, below) not in (status, 400)
    assert ask(server, above) == status


def test_connections_of_an_address(limited):
    server = limited(max_connections_per_address=3)
    held = [connect(server) for _ in range(3)]
    time.sleep(0.2)
    assert ask(server, get()) == 429
    held.pop().close()
    time.sleep(0.2)
    assert ask(server, get()) == 200


def test_connections_in_all(limited):
    server = limited(max_connections=3)
    held = [connect(server) for _ in range(3)]
    time.sleep(0.2)
    assert ask(server, get()) == 503
    for connection in held:
        connection.close()
    time.sleep(0.2)
    assert ask(server, get()) == 200


def test_requests_of_a_connection(limited):
    server = limited(max_requests_per_connection=3)
    with connect(server) as connection:
        connection.sendall((b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n") * 5)
        data = answer(connection)
    assert data.count(b"HTTP/1.1 200 ") == 3 and data.count(b"Connection: close") == 1


@pytest.mark.parametrize("setting, pieces, status", [
    ("first_byte_s", [], None), ("header_s", [b"GET / HTTP/1.1\r\nHos"], 408),
    ("body_stall_s", [b"POST /v1/jobs HTTP/1.1\r\n" + HOST + b"Content-Length: 9\r\n\r\n{"], 408),
    ("idle_s", [b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n"], 200),
])
def test_times(limited, setting, pieces, status):
    server = limited(**{setting: 1})
    with connect(server) as connection:
        begun = time.monotonic()
        for piece in pieces:
            connection.sendall(piece)
        data = answer(connection)
        taken = time.monotonic() - begun
    assert (int(data.split(b" ")[1]) if data else None) == status
    assert 0.8 < taken < 10


@pytest.mark.parametrize("bytes_a_second, status", [(20, 408), (400, 422)])
def test_the_rate_of_a_body(limited, bytes_a_second, status):
    server = limited(body_stall_s=1, body_min_rate=100)
    size = 2 * bytes_a_second + 100
    with connect(server) as connection:
        connection.sendall(b"POST /v1/jobs HTTP/1.1\r\n" + HOST + b"Connection: close\r\n"
                           + b"Content-Length: %d\r\n\r\n{}" % size)
        try:
            for _ in range((size - 2) // (bytes_a_second // 10)):
                connection.sendall(b" " * (bytes_a_second // 10))
                time.sleep(0.1)
            connection.sendall(b" " * ((size - 2) % (bytes_a_second // 10)))
        except ConnectionError:
            pass
        assert int(answer(connection).split(b" ")[1]) == status


def test_a_reader_that_does_not_read(limited, archive):
    server = limited(write_stall_s=1, answer_bytes=0)
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(20)
        connection.connect((server.host, server.port))
        # More answers than the kernel keeps for a reader.
        connection.sendall((b"GET /openapi.yaml HTTP/1.1\r\n" + HOST + b"\r\n") * 400)
        end = time.monotonic() + 20
        while "cut=true" not in server.errors() and time.monotonic() < end:
            time.sleep(0.2)
        assert "cut=true" in server.errors()
    assert ask(server, get()) == 200


def test_a_proxy_that_is_trusted_names_its_clients(limited):
    # In open mode what came through a proxy is refused, whoever the proxy is.
    server = limited(trusted_proxies="127.0.0.1, 10.0.0.1")
    assert ask(server, get(b"X-Forwarded-For: 192.0.2.1\r\n")) == 403
    server.stop()
    assert "peer=192.0.2.1" in server.errors()


def test_gzip_when_asked(api, dataset):
    path = f"/v1/datasets/{dataset['id']}/ions.csv"
    plain = api.get(path, headers={"Accept-Encoding": "identity"})
    coded = api.get(path, headers={"Accept-Encoding": "gzip"})
    assert plain.content == coded.content and "Content-Encoding" not in plain.headers
    assert coded.headers["Content-Encoding"] == "gzip"
    assert int(coded.headers["Content-Length"]) < int(plain.headers["Content-Length"]) / 2
    assert "Accept-Encoding" in plain.headers["Vary"] and "Accept-Encoding" in coded.headers["Vary"]
    assert plain.headers["ETag"] != coded.headers["ETag"] and "Accept-Ranges" not in coded.headers
    for answer, accept in ((plain, "identity"), (coded, "gzip")):
        api.get(path, 304, headers={"If-None-Match": answer.headers["ETag"], "Accept-Encoding": accept})
    head = api.head(path, headers={"Accept-Encoding": "gzip"})
    assert head.headers["Content-Length"] == coded.headers["Content-Length"]
