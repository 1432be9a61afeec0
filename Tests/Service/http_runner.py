"""Runs the raw cases of http_cases against one server and says what is wrong with its answers."""

import dataclasses
import http.client
import io
import select
import socket
import time


@dataclasses.dataclass
class Server:
    """Where the cases go: the resource they read, and the one they post to."""
    host: str
    port: int
    page: str
    form: str


@dataclasses.dataclass
class Answer:
    status: int
    headers: dict
    body: bytes
    interim: list


class Page:
    """What the page answers to a plain GET."""

    def __init__(self, server):
        connection = http.client.HTTPConnection(server.host, server.port, timeout=10)
        connection.request("GET", server.page, headers={"Accept-Encoding": "identity"})
        response = connection.getresponse()
        self.body = response.read()
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.status = response.status
        connection.close()


def fill(piece, server, page):
    for mark, value in ((b"@H", f"{server.host}:{server.port}"), (b"@P", server.page), (b"@Q", server.form),
                        (b"@E", page.headers.get("etag", '"none"')), (b"@M", page.headers.get("last-modified", "none"))):
        piece = piece.replace(mark, value.encode())
    return piece


def exchange(case, server, page):
    """Sends a case; all bytes that came back, and whether the server closed in time."""
    end = time.monotonic() + case.seconds
    data, closed = b"", False
    with socket.create_connection((server.host, server.port), timeout=case.seconds) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def receive(seconds):
            nonlocal data, closed
            if closed or not select.select([connection], [], [], max(0, seconds))[0]:
                return False
            try:
                piece = connection.recv(1 << 20)
            except OSError:
                piece = b""
            closed = not piece
            data += piece
            return True

        for piece in case.send:
            if isinstance(piece, float):
                until = time.monotonic() + piece
                while not closed and receive(until - time.monotonic()):
                    pass
                time.sleep(max(0, until - time.monotonic()))
            elif piece == b"await":
                if not receive(3):
                    return data, False, "nothing came before the body"
            elif not closed:
                try:
                    connection.sendall(fill(piece, server, page))
                except OSError:
                    break
        if case.half_close and not closed:
            try:
                connection.shutdown(socket.SHUT_WR)
            except OSError:
                pass
        while not closed and time.monotonic() < end:
            receive(end - time.monotonic())
    return data, closed, None


class _Bytes:
    def __init__(self, stream):
        self.stream = stream

    def makefile(self, *_):
        return self.stream


def parse(data, case):
    """The answers in the bytes; interim ones belong to the one after them."""
    methods = [piece.split(b" ")[0] for piece in case.send[:1] if isinstance(piece, bytes)]
    stream, answers, interim = io.BytesIO(data), [], []
    while stream.tell() < len(data):
        method = (methods[0] if methods and not answers else b"GET").decode("latin-1")
        start = stream.tell()
        line = data[start:data.find(b"\r\n", start)]
        if line.split(b" ")[1:2] and line.split(b" ")[1].startswith(b"1"):
            interim.append(int(line.split(b" ")[1]))
            stream.seek(data.index(b"\r\n\r\n", start) + 4)
            continue
        response = http.client.HTTPResponse(_Bytes(stream), method=method)
        stream.close, close = lambda: None, stream.close
        response.begin()
        length = response.length
        body = response.read() if length != 0 else b""
        answers.append(Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, body, interim))
        interim = []
        if response.will_close and length is None and not response.chunked:
            break
    return answers


def fault(case, server, page):
    """What is wrong with the server's answer to a case, or None."""
    data, closed, problem = exchange(case, server, page)
    if problem:
        return problem
    if not case.statuses:
        return (None if closed else "it stays open") if not data else f"answered {data[:30]!r}"
    if not data:
        # An end without a word tells the client enough where the request is no HTTP at all.
        return None if closed and 400 in case.statuses and case.level in ("HARD", "MAY") else "no answer"
    try:
        answers = parse(data, case)
    except (http.client.HTTPException, ValueError, IndexError) as error:
        return f"not HTTP: {type(error).__name__} {error} {data[:60]!r}"
    found = [answer.status for answer in answers]
    if not answers or answers[0].status not in case.statuses:
        return f"{found[:4]} instead of {case.statuses[:4]}"
    if case.count is not None and len(answers) != case.count:
        return f"{len(answers)} answers instead of {case.count}: {found[:6]}"
    if any(answer.status not in case.rest for answer in answers[1:]) and case.count is not None:
        return f"{found[:6]}: the rest is not of {case.rest}"
    if case.check and (wrong := case.check(answers, page)):
        return wrong
    return None if closed else "it stays open"
