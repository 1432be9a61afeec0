"""Raw requests with what RFC 9110 and 9112 ask of a server, as a table; see test_10 and compare_servers.

Each case is bytes to send and what must come back. `@H` stands for the host, `@P` for a page that
answers 200 to GET with an ETag, a Last-Modified and ranges, `@Q` for a resource that takes POST, which
may answer anything but a protocol error. The cases are our own; the ways in which real servers were
found to fail are those named by Http11Probe (MDA2AV/Http11Probe), by gunicorn's and llhttp's tests of
invalid requests (benoitc/gunicorn tests/requests/invalid, nodejs/llhttp test/request) and by h1spec.
"""

import dataclasses
import re
import typing

CLOSE = "Connection: close\r\n"
NEXT = f"GET @P HTTP/1.1\r\nHost: @H\r\n{CLOSE}\r\n"
PAST, FUTURE = "Sun, 06 Nov 1994 08:49:37 GMT", "Fri, 31 Dec 2077 23:59:59 GMT"


@dataclasses.dataclass
class Case:
    name: str
    level: str
    ref: str
    send: list
    statuses: tuple
    count: int | None = 1
    rest: tuple = (200,)
    check: typing.Callable | None = None
    half_close: bool = False
    seconds: float = 8.0


CASES: list[Case] = []


def add(name, level, ref, send, statuses, **more):
    send = send if isinstance(send, list) else [send]
    send = [s.encode("latin-1") if isinstance(s, str) else s for s in send]
    CASES.append(Case(name, level, ref, send, statuses, **more))


def refused(name, ref, raw, statuses=(400,), level="MUST", tail=NEXT):
    """One answer with one of these statuses, then the end: what follows is not taken for a request."""
    add(name, level, ref, raw + tail, statuses)


def fine(name, ref, raw, statuses=(200,), level="MUST", check=None, **more):
    """Answered, and the connection ends since the request asks for it."""
    add(name, level, ref, raw, statuses, check=check, **more)


def then(name, ref, raw, statuses=None, level="MUST", check=None):
    """Answered, and the next request on the connection is understood."""
    add(name, level, ref, raw + NEXT, statuses or ANY, count=2, check=check)


ANY = tuple(s for s in range(200, 600) if s not in (400, 408, 500, 501, 502, 505))


def get(fields="", target="@P", method="GET", version="HTTP/1.1", close=True, host="Host: @H\r\n"):
    return f"{method} {target} {version}\r\n{host}{fields}{CLOSE if close else ''}\r\n"


def post(fields="", body="", version="HTTP/1.1", method="POST", target="@Q"):
    return f"{method} {target} {version}\r\nHost: @H\r\n{fields}\r\n{body}"


def chunked(body, fields=""):
    return post("Transfer-Encoding: chunked\r\n" + fields, body)


def has(name, pattern=None, absent=False, of=0):
    def check(answers, page):
        value = answers[of].headers.get(name.lower())
        if absent:
            return f"{name}: {value}" if value is not None else None
        if value is None:
            return f"no {name}"
        if pattern and not re.fullmatch(pattern, value, re.I):
            return f"{name}: {value}"
    return check


def all_of(*checks):
    def check(answers, page):
        return next((e for e in (c(answers, page) for c in checks) if e), None)
    return check


def body_is(select, of=0):
    def check(answers, page):
        if answers[of].body != select(page):
            return f"a body of {len(answers[of].body)} bytes"
    return check


no_body = body_is(lambda page: b"")
whole = body_is(lambda page: page.body)

# Request line (RFC 9112 3)
for name, line in {
    "two spaces": "GET  @P HTTP/1.1", "two spaces before the version": "GET @P  HTTP/1.1",
    "a space at the end": "GET @P HTTP/1.1 ", "tabs": "GET\t@P\tHTTP/1.1",
    "a space before the method": " GET @P HTTP/1.1", "no version": "GET @P",
    "no target": "GET HTTP/1.1", "no target but spaces": "GET  HTTP/1.1", "only a method": "GET",
    "a method with a slash": "GE/T @P HTTP/1.1", "a method with @": "G@T @P HTTP/1.1",
    "a method with a colon": "GET: @P HTTP/1.1", "a method in brackets": "(GET) @P HTTP/1.1",
    "a method that is not ASCII": "G\xc9T @P HTTP/1.1", "a method with NUL": "GE\0T @P HTTP/1.1",
    "a version in lower case": "GET @P http/1.1", "mixed case": "GET @P Http/1.1",
    "a version of three digits": "GET @P HTTP/1.10", "a leading zero": "GET @P HTTP/01.1",
    "a zero after the point": "GET @P HTTP/1.01", "no minor": "GET @P HTTP/1",
    "no digits": "GET @P HTTP/", "a comma": "GET @P HTTP/1,1", "letters": "GET @P HTTP/a.b",
    "a sign": "GET @P HTTP/+1.1", "a space in the version": "GET @P HTTP/ 1.1",
    "another protocol": "GET @P HTPP/1.1", "no protocol": "GET @P 1.1", "text after": "GET @P HTTP/1.1 x",
    "a space in the target": "GET /a b HTTP/1.1", "NUL in the target": "GET /a\0b HTTP/1.1",
    "DEL in the target": "GET /a\x7fb HTTP/1.1", "a control character": "GET /a\x01b HTTP/1.1",
    "a vertical tab": "GET\x0b@P\x0bHTTP/1.1", "raw UTF-8 in the target": "GET /\xc3\xa9 HTTP/1.1",
    "a bare CR": "GET @P\rHTTP/1.1", "a CR in the target": "GET /a\rb HTTP/1.1",
}.items():
    refused(f"request line: {name}", "9112 3", f"{line}\r\nHost: @H\r\n\r\n",
            (400, 501) if "method" in name else (400, 505) if "HTTP" not in line or "ersion" in name
            or "digit" in name or "zero" in name or "mixed" in name or "comma" in name
            or "letters" in name or "sign" in name or "minor" in name else (400,))
for version in ("2.0", "0.9", "3.0", "9.9"):
    refused(f"version {version}", "9110 15.6.6", get(version=f"HTTP/{version}", close=False),
            (505,) if version in ("2.0", "3.0", "9.9") else (400, 505), "SHOULD")
fine("version 1.2 is taken as 1.1", "9110 2.5", get(version="HTTP/1.2"), level="SHOULD")
fine("version 1.9 is taken as 1.1", "9110 2.5", get(version="HTTP/1.9"), level="SHOULD")
refused("the preface of HTTP/2", "9113 3.4", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (400, 505), "MAY")
refused("a request of HTTP/0.9", "9112 3", "GET /\r\n", (400, 505), "MAY")
refused("TLS", "hardening", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", level="HARD")
refused("binary", "hardening", "\x00\x01\x02\x03\xff\xfe\r\n\r\n", level="HARD")
refused("the PROXY protocol", "hardening", "PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n" + get(), level="HARD")
for count in (1, 2):
    fine(f"{count} empty lines before a request", "9112 2.2", "\r\n" * count + get(), level="SHOULD")
then("an empty line between requests", "9112 2.2",
     post("Content-Length: 2\r\n", "{}\r\n"))
refused("blanks before the first field", "9112 2.2", "GET @P HTTP/1.1\r\n Host: @H\r\n\r\n")
refused("a tab before the first field", "9112 2.2", "GET @P HTTP/1.1\r\n\tHost: @H\r\n\r\n")

# Methods (RFC 9110 9)
fine("an unknown method", "9110 9.1", get(method="BREW"), (501, 405), "SHOULD")
fine("methods are case-sensitive", "9110 9.1", get(method="get"), (400, 405, 501))
fine("a method of 40 letters", "9110 9.1", get(method="A" * 40), (400, 405, 501), "SHOULD")
refused("a method of 20000 letters", "9112 3", "A" * 20000 + " / HTTP/1.1\r\n", (400, 414, 501), "SHOULD")
fine("a method of odd but legal characters", "9110 9.1", get(method="M-SEARCH!#$%&'*+.^_`|~"),
     (400, 405, 501))
for method in ("PUT", "DELETE", "PATCH", "POST"):
    fine(f"405 of {method} carries Allow", "9110 15.5.6",
         get("Content-Length: 0\r\n", method=method), (405,),
         check=has("Allow", r".*\bGET\b.*"))
fine("TRACE does not reflect what is private", "9110 9.3.8",
     get("Cookie: secret=1\r\n", method="TRACE"), (405, 501, 403, 200), level="SHOULD",
     check=lambda a, p: "the cookie came back" if b"secret" in a[0].body else None)
refused("CONNECT is not for this server", "9110 9.3.6", "CONNECT @H HTTP/1.1\r\nHost: @H\r\n\r\n",
        (400, 403, 404, 405, 501), "MAY", tail="")
fine("OPTIONS of the server", "9112 3.2.4", get(target="*", method="OPTIONS"), (200, 204, 405, 501), "SHOULD")
fine("OPTIONS of a resource has Allow", "9110 9.3.7", get(method="OPTIONS"), (200, 204), "SHOULD",
     check=has("Allow", r".*\bGET\b.*"))
fine("HEAD is GET without the body", "9110 9.3.2", get(method="HEAD"), check=all_of(
    no_body, lambda a, p: None if a[0].headers.get("content-length") in (None, str(len(p.body)))
    else "another length"))
fine("HEAD has the same fields as GET", "9110 9.3.2", get(method="HEAD"), level="SHOULD",
     check=lambda a, p: next((n for n in ("content-type", "etag", "last-modified")
                              if a[0].headers.get(n) != p.headers.get(n)), None))
fine("HEAD of nothing has no body", "9110 9.3.2", get(method="HEAD", target="/nothing-here"), (404,),
     check=no_body)
then("HEAD keeps the connection in step", "9110 9.3.2", get(method="HEAD", close=False), (200,))
fine("a 404 has a body that says so", "9110 15.5", get(target="/nothing-here"), (404,), "SHOULD",
     check=has("Content-Type"))
for method in ("GET", "HEAD", "OPTIONS", "DELETE"):
    then(f"a body of {method} is framed", "9110 9.3",
         get("Content-Length: 5\r\n", method=method, close=False) + "hello",
         tuple(range(200, 600)))
    then(f"a chunked body of {method} is framed", "9112 6",
         get("Transfer-Encoding: chunked\r\n", method=method, close=False)
         + "5\r\nhello\r\n0\r\n\r\n", tuple(range(200, 600)))

# Target (RFC 9112 3.2)
for name, target in {
    "relative": "a", "relative with a path": "a/b", "a query alone": "?a=b", "a fragment": "@P#a",
    "a fragment after a query": "@P?a#b", "asterisk with GET": "*", "authority with GET": "@H",
    "userinfo": "http://user@@H@P", "user and password": "http://u:p@@H@P", "no host": "http://",
    "no host but a path": "http:///a", "a broken port": "http://a:b/", "a broken scheme": "://@H/",
    "a backslash in front": "\\a", "a backslash": "/a\\b", "angle brackets": "/<a>",
    "a broken escape": "/%zz", "a cut escape": "/%", "half an escape": "/%4", "a double quote": "/\"a\"",
    "braces": "/{a}", "a caret without escape of NUL": "/%00", "NUL in the query": "/?a=%00",
    "an escape of %u": "/%u0041",
}.items():
    refused(f"target: {name}", "9112 3.2", get(target=target, close=False),
            tuple(range(400, 500)), "MUST" if name in (
                "relative", "asterisk with GET", "userinfo", "no host", "a fragment") else "HARD")
fine("absolute form", "9112 3.2.2", get(target="http://@H@P"))
fine("absolute form, scheme in capitals", "9110 4.2.3", get(target="HTTP://@H@P"))
fine("absolute form without a path", "9112 3.2.2", get(target="http://@H"))
fine("absolute form with a query", "9112 3.2.2", get(target="http://@H@P?"))
fine("absolute form wins over Host", "9112 3.2.2",
     get(target="http://@H@P", host="Host: elsewhere.example\r\n"))
refused("absolute form without Host", "9112 3.2", get(target="http://@H@P", host="", close=False))
for name, target in {"unreserved letters": "/%6f%70%65%6e", "upper and lower case": "/%6F%6f"}.items():
    fine(f"escapes of {name}", "9110 4.2.3", get(target=target), tuple(range(200, 500)))
for path in ("/../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/a/../../etc/passwd",
             "/..%2f..%2fetc/passwd", "/%252e%252e/etc/passwd", "/.%2e/.%2e/etc/passwd",
             "/..;/etc/passwd", "/a/%2e%2e/%2e%2e/%2e%2e/etc/passwd"):
    fine(f"climbing by {path}", "3986 5.2.4", get(target=path), (400, 403, 404), "HARD",
         check=lambda a, p: "a file" if b"root:" in a[0].body else None)
fine("a target of 8000 bytes", "9112 3", get(target="/" + "a" * 7950), tuple(range(200, 414)) + (404,), "SHOULD")
for count in (20_000, 70_000, 300_000):
    refused(f"a target of {count} bytes", "9112 3", get(target="/" + "a" * count, close=False),
            (414,), "SHOULD")

# Host (RFC 9112 3.2)
refused("no Host", "9112 3.2", get(host="", close=False))
refused("two Hosts", "9112 3.2", get(host="Host: @H\r\nHost: @H\r\n", close=False))
refused("two different Hosts", "9112 3.2", get(host="Host: @H\r\nHost: b\r\n", close=False))
refused("two Hosts apart", "9112 3.2", get(host="Host: @H\r\nA: b\r\nhOsT: @H\r\n", close=False))
for name, value in {
    "a space": "a b", "a path": "@H/a", "userinfo": "u@@H", "userinfo with a password": "u:p@@H",
    "a list": "@H, b", "a list of the same": "@H,@H", "a port of letters": "localhost:http",
    "a port too large": "localhost:65536", "a port far too large": "localhost:99999999999",
    "a negative port": "localhost:-1", "two ports": "localhost:80:80", "an open bracket": "[::1",
    "text after a bracket": "[::1]x", "half an address": "[1:2]", "two gaps": "[1::2::3]",
    "three colons": "[:::]", "IPv6 without brackets": "::1", "a backslash": "a\\b",
    "a port alone": ":80", "a broken escape": "%zz", "a query": "a?b", "a fragment": "a#b",
    "a scheme": "http://@H", "angle brackets": "<a>", "a quote": "\"a\"", "not ASCII": "\xe9",
    "a tab": "a\tb", "a group of five digits": "[12345::]", "nine groups": "[1:2:3:4:5:6:7:8:9]",
    "an address with a part too large": "[::256.1.1.1]", "a caret": "a^b", "a bar": "a|b",
}.items():
    refused(f"Host: {name}", "9112 3.2", get(host=f"Host: {value}\r\n", close=False))
fine("Host in capitals", "9110 4.2.3", get(host="HOST: @H\r\n"))
fine("Host between blanks", "9112 5.1", get(host="Host: \t @H \t \r\n"))
fine("Host without a space", "9112 5.1", get(host="Host:@H\r\n"))
fine("Host last", "9110 7.2", f"GET @P HTTP/1.1\r\n{CLOSE}A: b\r\nHost: @H\r\n\r\n")
fine("HTTP/1.0 without Host", "9112 3.2", "GET @P HTTP/1.0\r\n\r\n")
refused("HTTP/1.0 with two Hosts", "9112 3.2", "GET @P HTTP/1.0\r\nHost: @H\r\nHost: b\r\n\r\n")
refused("HTTP/1.0 with a broken Host", "9112 3.2", "GET @P HTTP/1.0\r\nHost: a b\r\n\r\n")

# Fields (RFC 9112 5)
for name, field in {
    "a space before the colon": "A : b", "a tab before the colon": "A\t: b", "no colon": "A",
    "no name": ": b", "a name with a space": "A B: c", "a name in brackets": "A(b): c",
    "a name with a slash": "A/b: c", "a name with @": "A@b: c", "a name with a comma": "A,b: c",
    "a name with NUL": "A\0b: c", "a name that is not ASCII": "\xc9: c", "a name with DEL": "A\x7f: b",
    "a name in quotes": "\"A\": b", "a name with a bracket": "A[0]: b", "a name with =": "A=: b",
    "a name with ;": "A;b: c", "a name with braces": "A{}: b", "a name with <": "<A>: b",
    "NUL in a value": "A: b\0c", "a CR in a value": "A: b\rc", "a CR at the end": "A: b\r",
    "an escape": "A: b\x1b[0m", "DEL": "A: b\x7f", "a bell": "A: b\x07", "a vertical tab": "A: \x0bb",
    "a form feed": "A: b\x0c", "a backspace": "A: b\x08", "an empty line of blanks": " ",
}.items():
    refused(f"field: {name}", "9112 5", get(field + "\r\n", close=False),
            level="MUST" if "colon" in name or "CR" in name or "NUL" in name else "HARD")
refused("field: folded", "9112 5.2", get("A: b\r\n c\r\n", close=False))
refused("field: folded by a tab", "9112 5.2", get("A: b\r\n\tc\r\n", close=False))
refused("field: folded and empty", "9112 5.2", get("A: b\r\n \r\n", close=False))
refused("Host folded", "9112 5.2", get(host="Host:\r\n @H\r\n", close=False))
for name, field in {
    "an empty value": "A:", "blanks around a value": "A:  \t b \t ", "bytes above ASCII": "A: \xe9\xff",
    "a name of odd characters": "!#$%&'*+-.^_`|~09: b", "a name of one letter": "A: b",
    "a quoted string": "A: \"b, c\\\"\"", "a comment": "A: (b)", "the same name twice": "A: b\r\nA: c",
    "a tab in a value": "A: b\tc", "a long value": "A: " + "b" * 7000,
    "a name of 200 letters": "A" * 200 + ": b", "50 fields": "\r\n".join(f"A{i}: b" for i in range(50)),
    "an unknown Upgrade": "Upgrade: foo\r\nConnection: upgrade",
    "h2c": "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk",
    "a WebSocket": "Upgrade: websocket", "TE": "TE: trailers, deflate;q=0.5",
    "Max-Forwards": "Max-Forwards: 0", "a broken Accept": "Accept: ;;;/*",
    "a Cookie of control-free garbage": "Cookie: =;=;;", "a broken Authorization scheme": "X-Auth: Bearer",
    "a broken date": "If-Modified-Since: yesterday", "a Range of another unit": "Range: lines=0-1",
    "a Referer": "Referer: http://a/b#c", "Content-Length of no body": "Content-Length: 0",
    "Pragma": "Pragma: no-cache", "Cache-Control": "Cache-Control: no-cache, max-age=0",
}.items():
    fine(f"field: {name} is no fault", "9110 5", get(field + "\r\n"), (200,), "MUST")
for kilobytes in (70, 300):
    refused(f"a field of {kilobytes} kB", "6585 5", get("A: " + "b" * kilobytes * 1000 + "\r\n", close=False),
            (431, 400, 413), "HARD")
refused("10000 fields", "6585 5", get("A: b\r\n" * 10000, close=False), (431, 400, 413), "HARD")
refused("a name of 100 kB", "6585 5", get("A" * 100_000 + ": b\r\n", close=False), (431, 400, 413), "HARD")
for name, raw in {
    "after the request line": "GET @P HTTP/1.1\nHost: @H\r\n\r\n", "after a field": "GET @P HTTP/1.1\r\nHost: @H\n\r\n",
    "everywhere": "GET @P HTTP/1.1\nHost: @H\n\n",
}.items():
    add(f"a bare LF {name}", "MAY", "9112 2.2", raw.replace("Host: @H", "Host: @H\r\nConnection: close", 1), (200, 400))
refused("CR as the end of lines", "9112 2.2", "GET @P HTTP/1.1\rHost: @H\r\r")
refused("CR CR LF", "9112 2.2", "GET @P HTTP/1.1\r\r\nHost: @H\r\n\r\n")

# Framing (RFC 9112 6)
for name, fields in {
    "both lengths": "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    "both lengths, the other way": "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    "both, of nothing": "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n",
    "both, coding in capitals": "Content-Length: 5\r\nTransfer-Encoding: CHUNKED\r\n",
}.items():
    add(f"framing: {name}", "MUST", "9112 6.1", post(fields, "0\r\n\r\n" + NEXT), tuple(range(200, 600)))
for name, fields in {
    "two lengths": "Content-Length: 5\r\nContent-Length: 6\r\n",
    "two lengths apart": "Content-Length: 5\r\nA: b\r\ncontent-length: 6\r\n",
    "a list of lengths": "Content-Length: 5, 6\r\n", "a sign": "Content-Length: +5\r\n",
    "a negative length": "Content-Length: -5\r\n", "minus zero": "Content-Length: -0\r\n",
    "hexadecimal": "Content-Length: 0x5\r\n", "octal": "Content-Length: 0o5\r\n",
    "a space within": "Content-Length: 1 0\r\n", "an empty length": "Content-Length:\r\n",
    "letters": "Content-Length: five\r\n", "a point": "Content-Length: 5.0\r\n",
    "an exponent": "Content-Length: 5e0\r\n", "a semicolon": "Content-Length: 5;a\r\n",
    "quotes": "Content-Length: \"5\"\r\n", "an underscore": "Content-Length: 1_0\r\n",
    "digits of another script": "Content-Length: \xd9\xa5\r\n", "a trailing comma": "Content-Length: 5,\r\n",
    "a form feed": "Content-Length: \x0c5\r\n", "a non-breaking space": "Content-Length: \xa05\r\n",
}.items():
    refused(f"framing: {name}", "9112 6.3", post(fields, "hello"))
for number in ("18446744073709551621", "9223372036854775808", "99999999999999999999999999"):
    refused(f"framing: a length of {number}", "9110 8.6", post(f"Content-Length: {number}\r\n", "hello"),
            (400, 413))
for name, fields in {"the same length twice": "Content-Length: 5\r\nContent-Length: 5\r\n",
                     "a list of the same length": "Content-Length: 5, 5\r\n"}.items():
    add(f"framing: {name}", "MAY", "9112 6.3", post(fields, "hello") + NEXT, tuple(range(200, 500)), count=None)
for name, fields in {
    "gzip alone": "Transfer-Encoding: gzip\r\n", "identity": "Transfer-Encoding: identity\r\n",
    "an unknown coding": "Transfer-Encoding: foo\r\n", "chunked first": "Transfer-Encoding: chunked, gzip\r\n",
    "chunked twice": "Transfer-Encoding: chunked, chunked\r\n", "xchunked": "Transfer-Encoding: xchunked\r\n",
    "chunked twice in two fields": "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
    "chunked, then identity": "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
    "identity, then chunked": "Transfer-Encoding: identity, chunked\r\n",
    "gzip, then chunked": "Transfer-Encoding: gzip, chunked\r\n", "an empty coding": "Transfer-Encoding:\r\n",
    "quotes": "Transfer-Encoding: \"chunked\"\r\n", "a parameter": "Transfer-Encoding: chunked;a=b\r\n",
    "a vertical tab": "Transfer-Encoding: \x0bchunked\r\n", "NUL": "Transfer-Encoding: chunked\0\r\n",
    "a space within": "Transfer-Encoding: chun ked\r\n", "a form feed": "Transfer-Encoding: chunked\x0c\r\n",
    "a blank before the colon": "Transfer-Encoding : chunked\r\n", "folded": "Transfer-Encoding:\r\n chunked\r\n",
    "a semicolon": "Transfer-Encoding: chunked;\r\n", "brackets": "Transfer-Encoding: [chunked]\r\n",
}.items():
    refused(f"coding: {name}", "9112 6.1", post(fields, "0\r\n\r\n"), (400, 501))
add("chunked in HTTP/1.0", "MUST", "9112 6.1", post("Transfer-Encoding: chunked\r\n", "0\r\n\r\n" + NEXT, version="HTTP/1.0"),
    tuple(range(200, 600)))
add("Transfer_Encoding", "HARD", "hardening", post("Transfer_Encoding: chunked\r\nContent-Length: 5\r\n", "hello") + NEXT,
    tuple(range(200, 500)), count=None)
for name, value in {"upper case": "CHUNKED", "mixed case": "Chunked", "blanks around": " \t chunked \t "}.items():
    then(f"coding in {name}", "9112 7", post(f"Transfer-Encoding:{value}\r\n", "5\r\nhello\r\n0\r\n\r\n"))
for name, length in {"zeros in front": "0005", "blanks around": " 5\t "}.items():
    then(f"a length with {name}", "9110 8.6", post(f"Content-Length: {length}\r\n", "hello"))
then("a length of 0", "9110 8.6", post("Content-Length: 0\r\n"))
then("no length is no body", "9112 6.3", post())
then("a body is not a request", "9112 6", post(f"Content-Length: {len('GET /a HTTP/1.1') + 4}\r\n", "GET /a HTTP/1.1\r\n\r\n"))

# Chunks (RFC 9112 7.1)
for name, body in {
    "one chunk": "5\r\nhello\r\n0\r\n\r\n", "two chunks": "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
    "nothing": "0\r\n\r\n", "upper case": "A\r\n0123456789\r\n0\r\n\r\n", "lower case": "a\r\n0123456789\r\n0\r\n\r\n",
    "zeros in front": "0005\r\nhello\r\n0\r\n\r\n", "many zeros at the end": "5\r\nhello\r\n000000\r\n\r\n",
    "an extension": "5;a=b\r\nhello\r\n0\r\n\r\n", "an extension without value": "5;a\r\nhello\r\n0\r\n\r\n",
    "an extension in quotes": "5;a=\"b;c\"\r\nhello\r\n0\r\n\r\n", "two extensions": "5;a=b;c=d\r\nhello\r\n0\r\n\r\n",
    "an extension of the last chunk": "5\r\nhello\r\n0;a=b\r\n\r\n", "a trailer": "5\r\nhello\r\n0\r\nX-A: b\r\n\r\n",
    "two trailers": "5\r\nhello\r\n0\r\nX-A: b\r\nX-C: d\r\n\r\n", "CR LF in the data": "7\r\nhe\r\nllo\r\n0\r\n\r\n",
    "a request in the data": "12\r\nGET /a HTTP/1.1\r\n\r\n\r\n0\r\n\r\n".replace("12", "13"),
}.items():
    then(f"chunks: {name}", "9112 7.1", chunked(body))
for name, body in {
    "no size": "\r\nhello\r\n0\r\n\r\n", "letters": "xyz\r\nhello\r\n0\r\n\r\n", "0x": "0x5\r\nhello\r\n0\r\n\r\n",
    "a negative size": "-5\r\nhello\r\n0\r\n\r\n", "a sign": "+5\r\nhello\r\n0\r\n\r\n",
    "a space in front": " 5\r\nhello\r\n0\r\n\r\n", "an underscore": "1_0\r\nhello\r\n0\r\n\r\n",
    "a size beyond 64 bits": "10000000000000005\r\nhello\r\n0\r\n\r\n", "a size of 64 bits": "ffffffffffffffff\r\nhello\r\n0\r\n\r\n",
    "a size of 63 bits": "8000000000000000\r\nhello\r\n0\r\n\r\n", "a very long size": "f" * 200 + "\r\nhello\r\n0\r\n\r\n",
    "too much data": "5\r\nhelloworld\r\n0\r\n\r\n", "no end of the data": "5\r\nhello0\r\n\r\n",
    "one byte too many": "5\r\nhello!\r\n0\r\n\r\n", "a bare CR after the data": "5\r\nhello\r0\r\n\r\n",
    "a space after the data": "5\r\nhello \r\n0\r\n\r\n", "NUL in the size": "5\0\r\nhello\r\n0\r\n\r\n",
    "a point": "5.0\r\nhello\r\n0\r\n\r\n", "a comma": "5,5\r\nhello\r\n0\r\n\r\n", "digits, then letters": "5g\r\nhello\r\n0\r\n\r\n",
    "only an extension": ";a=b\r\nhello\r\n0\r\n\r\n", "a bare CR in the size line": "5\rX\nhello\r\n0\r\n\r\n",
}.items():
    refused(f"chunks: {name}", "9112 7.1", chunked(body), (400, 413))
for name, body in {
    "LF after the size": "5\nhello\r\n0\r\n\r\n", "LF after the data": "5\r\nhello\n0\r\n\r\n", "LF at the end": "5\r\nhello\r\n0\r\n\n",
    "blanks after the size": "5 \r\nhello\r\n0\r\n\r\n", "an extension without a name": "5;\r\nhello\r\n0\r\n\r\n",
    "a control character in an extension": "5;a=\x01\r\nhello\r\n0\r\n\r\n", "LF in an extension": "5;a\nhello\r\n0\r\n\r\n",
    "a broken trailer": "5\r\nhello\r\n0\r\nbroken\r\n\r\n", "a blank in a trailer's name": "5\r\nhello\r\n0\r\nA : b\r\n\r\n",
    "an endless extension": "5;" + "a" * 100_000 + "\r\nhello\r\n0\r\n\r\n",
    "Content-Length in a trailer": "5\r\nhello\r\n0\r\nContent-Length: 9\r\n\r\n",
    "Transfer-Encoding in a trailer": "5\r\nhello\r\n0\r\nTransfer-Encoding: gzip\r\n\r\n",
    "Host in a trailer": "5\r\nhello\r\n0\r\nHost: evil\r\n\r\n",
}.items():
    add(f"chunks: {name}", "HARD", "9112 7.1", chunked(body) + NEXT, tuple(range(200, 500)), count=None,
        check=lambda a, p: "an answer too many" if len(a) > 2 else None)
add("a body cut off", "MUST", "9112 8", post("Content-Length: 50\r\n", "hello"), (400, 408), half_close=True,
    count=None)
add("a chunked body cut off", "MUST", "9112 8", chunked("5\r\nhel"), (400, 408), half_close=True, count=None)
add("a chunked body without its last chunk", "MUST", "9112 8", chunked("5\r\nhello\r\n"), (400, 408), half_close=True, count=None)
add("a head cut off", "SHOULD", "9112 8", "GET @P HTTP/1.1\r\nHost: @H\r\n", (400, 408), half_close=True, count=None)

# Connections (RFC 9112 9)
then("the connection persists", "9112 9.3", get(close=False), (200,))
then("it persists after a 404", "9112 9.3", get(target="/nothing-here", close=False), (404,))
then("it persists after a 405", "9112 9.3", get("Content-Length: 0\r\n", method="DELETE", close=False), (405,))
fine("Connection: close closes", "9112 9.6", get())
fine("it says so", "9112 9.6", get(), level="SHOULD", check=has("Connection", "close"))
fine("close in capitals", "9112 9.6", get("Connection: CLOSE\r\n", close=False))
fine("close among others", "9112 9.6", get("Connection: foo, close\r\n", close=False))
fine("close and keep-alive", "9112 9.6", get("Connection: keep-alive, close\r\n", close=False))
fine("close in a second field", "9112 9.6", get("Connection: foo\r\nConnection: close\r\n", close=False))
add("what follows close is not answered", "MUST", "9112 9.6", get() + get(), (200,))
fine("HTTP/1.0 closes", "9112 9.3", "GET @P HTTP/1.0\r\nHost: @H\r\n\r\n")
fine("HTTP/1.0 has no chunks", "9112 6.1", "GET @P HTTP/1.0\r\nHost: @H\r\n\r\n", check=has("Transfer-Encoding", absent=True))
fine("an answer to HTTP/1.0 is of version 1.1 or 1.0", "9110 2.5", "GET @P HTTP/1.0\r\n\r\n")
add("HTTP/1.0 with keep-alive", "MAY", "9112 9.3", "GET @P HTTP/1.0\r\nHost: @H\r\nConnection: keep-alive\r\n\r\n" + NEXT,
    (200,), count=2)
fine("HTTP/1.0 with keep-alive is told so", "9112 9.3", "GET @P HTTP/1.0\r\nHost: @H\r\nConnection: keep-alive\r\n\r\n",
     level="SHOULD", half_close=True, check=has("Connection", "keep-alive"))
for count in (3, 20, 100):
    add(f"{count} requests at once are answered in order", "MUST", "9112 9.3.2",
        (get(close=False) + get(target="/nothing-here", close=False)) * (count // 2) + NEXT, (200,),
        count=count // 2 * 2 + 1, rest=(200, 404),
        check=lambda a, p: None if [x.status for x in a[:-1]] == [200, 404] * ((len(a) - 1) // 2) else "not in order")
add("a fault in the second request leaves the first", "MUST", "9112 9.3.2", get(close=False) + "GET  / HTTP/1.1\r\n\r\n" + NEXT,
    (200,), count=2, rest=(400,))
add("pieces of one byte", "MUST", "9112 2.2", [bytes([b]) if b not in b"@" else b"@" for b in b""] or get(), (200,))
add("a head in two pieces", "MUST", "9112 2.2", ["GET @P HTTP/1.1\r\nHo", 0.2, f"st: @H\r\n{CLOSE}\r\n"], (200,))
add("a body in two pieces", "MUST", "9112 6", [post(f"Content-Length: 5\r\n{CLOSE}", "he"), 0.2, "llo"], ANY)
add("a chunk in two pieces", "MUST", "9112 7.1", [chunked("5\r\nhe", CLOSE), 0.2, "llo\r", 0.1, "\n0\r\n\r\n"], ANY)
add("CR and LF apart", "MUST", "9112 2.2", ["GET @P HTTP/1.1\r", 0.1, f"\nHost: @H\r\n{CLOSE}\r", 0.1, "\n"], (200,))
add("a client that only ends its side gets its answer", "SHOULD", "9112 9.6", get(close=False), (200,), half_close=True)
add("so does one with two requests", "SHOULD", "9112 9.6", get(close=False) * 2, (200,), count=2, half_close=True)

# Expect (RFC 9110 10.1.1)
EXPECT = "Expect: 100-continue\r\n"
add("100 comes before the body", "MUST", "9110 10.1.1", [post(f"{EXPECT}Content-Length: 2\r\n{CLOSE}"), 0.5, "{}"], ANY)
add("100 or a final answer comes at once", "MUST", "9110 10.1.1", [post(f"{EXPECT}Content-Length: 2\r\n{CLOSE}"), "await", "{}"], ANY)
add("chunks after 100", "MUST", "9110 10.1.1", [post(f"{EXPECT}Transfer-Encoding: chunked\r\n{CLOSE}"), 0.5, "2\r\n{}\r\n0\r\n\r\n"], ANY)
fine("100-continue in capitals", "9110 10.1.1", post(f"Expect: 100-CONTINUE\r\nContent-Length: 2\r\n{CLOSE}", "{}"), ANY)
fine("no 100 without a body", "9110 10.1.1", get(EXPECT), check=lambda a, p: "a 100" if a[0].interim else None)
fine("no 100 to HTTP/1.0", "9110 10.1.1", post(f"{EXPECT}Content-Length: 2\r\n", "{}", version="HTTP/1.0"), ANY,
     check=lambda a, p: "a 100" if a[0].interim else None)
fine("another expectation", "9110 10.1.1", post(f"Expect: magic\r\nContent-Length: 2\r\n{CLOSE}", "{}"), (417,), "MAY")
add("a body refused before it is sent", "SHOULD", "9110 10.1.1",
    [post(f"{EXPECT}Content-Length: 5\r\n{CLOSE}", target="/nothing-here"), "await"], (404, 405, 400, 417), half_close=True, count=None,
    check=lambda a, p: "a 100 before the refusal" if a and a[0].interim else None)

# Answers (RFC 9110 6, 8)
DATE = r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT"
fine("Date", "9110 6.6.1", get(), check=has("Date", DATE))
fine("Date of a 404", "9110 6.6.1", get(target="/nothing-here"), (404,), check=has("Date", DATE))
add("Date of a 400", "MUST", "9110 6.6.1", get(host=""), (400,), check=has("Date", DATE))
fine("Date of HEAD", "9110 6.6.1", get(method="HEAD"), check=has("Date", DATE))
fine("a length or chunks", "9112 6", get(), check=lambda a, p: None if "content-length" in a[0].headers or "transfer-encoding" in a[0].headers else "neither")
fine("never both", "9112 6.2", get(), check=lambda a, p: "both" if "content-length" in a[0].headers and "transfer-encoding" in a[0].headers else None)
fine("Content-Type", "9110 8.3", get(), level="SHOULD", check=has("Content-Type", r"[a-z]+/[a-z0-9.+-]+.*"))
add("an error closes with a word on it", "SHOULD", "9112 9.6", get(host="", close=False), (400,), check=has("Connection", "close"))
fine("the page is the page", "9110 9.3.1", get(), check=whole)

# Conditions (RFC 9110 13)
def condition(name, fields, status, level="MUST", method="GET", **more):
    CONDITIONS.append((name, fields, status, level, method, more))


CONDITIONS: list = []
condition("If-None-Match of the tag", "If-None-Match: @E", 304)
condition("a weak tag compares weakly", "If-None-Match: W/@E", 304)
condition("If-None-Match in a list", "If-None-Match: \"x\", @E, \"y\"", 304)
condition("If-None-Match in two fields", "If-None-Match: \"x\"\r\nIf-None-Match: @E", 304)
condition("If-None-Match of anything", "If-None-Match: *", 304)
condition("If-None-Match of another", "If-None-Match: \"x\"", 200)
condition("If-None-Match of a tag with a comma", "If-None-Match: \"x,y\"", 200)
condition("If-None-Match without quotes", "If-None-Match: x", 200)
condition("If-None-Match of HEAD", "If-None-Match: @E", 304, method="HEAD")
condition("If-Modified-Since of the date", "If-Modified-Since: @M", 304)
condition("If-Modified-Since later", f"If-Modified-Since: {FUTURE}", (200, 304))
condition("If-Modified-Since earlier", f"If-Modified-Since: {PAST}", 200)
condition("If-Modified-Since that is no date", "If-Modified-Since: x", 200)
condition("an RFC 850 date", "If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT", 200)
condition("an asctime date", "If-Modified-Since: Sun Nov  6 08:49:37 1994", 200)
condition("If-None-Match wins over If-Modified-Since", "If-None-Match: \"x\"\r\nIf-Modified-Since: @M", 200)
condition("and when it matches", f"If-None-Match: @E\r\nIf-Modified-Since: {PAST}", 304)
condition("If-Match of the tag", "If-Match: @E", 200)
condition("If-Match of another", "If-Match: \"x\"", 412)
condition("If-Match of anything", "If-Match: *", 200)
condition("If-Match compares strongly", "If-Match: W/@E", 412)
condition("If-Match in a list", "If-Match: \"x\", @E", 200)
condition("If-Unmodified-Since of the date", "If-Unmodified-Since: @M", 200)
condition("If-Unmodified-Since earlier", f"If-Unmodified-Since: {PAST}", 412)
condition("If-Unmodified-Since later", f"If-Unmodified-Since: {FUTURE}", 200)
condition("If-Unmodified-Since that is no date", "If-Unmodified-Since: x", 200)
condition("If-Match wins over If-Unmodified-Since", f"If-Match: @E\r\nIf-Unmodified-Since: {PAST}", 200)
condition("If-Match comes before If-None-Match", "If-Match: \"x\"\r\nIf-None-Match: @E", 412)
condition("both match", "If-Match: @E\r\nIf-None-Match: @E", 304)
condition("a condition of nothing there", "If-None-Match: \"x\"", 404, target="/nothing-here")
condition("If-Match of HEAD", "If-Match: \"x\"", 412, method="HEAD")
condition("If-Modified-Since does not matter to POST", f"If-Modified-Since: {FUTURE}", 405, method="DELETE")

# Ranges (RFC 9110 14)
def part(first, last):
    return body_is(lambda page: page.body[first:last + 1])


condition("a range", "Range: bytes=0-9", 206, "MAY", check=all_of(part(0, 9), has("Content-Range", r"bytes 0-9/\d+")))
condition("a range of one byte", "Range: bytes=5-5", 206, "MAY", check=part(5, 5))
condition("a range to the end", "Range: bytes=100-", 206, "MAY", check=body_is(lambda p: p.body[100:]))
condition("the last bytes", "Range: bytes=-7", 206, "MAY", check=body_is(lambda p: p.body[-7:]))
condition("more last bytes than there are", "Range: bytes=-99999999", (200, 206), "MAY", check=whole)
condition("a range beyond the end is cut", "Range: bytes=10-99999999", 206, "MAY", check=body_is(lambda p: p.body[10:]))
condition("a range outside", "Range: bytes=99999999-", 416, "SHOULD", check=has("Content-Range", r"bytes \*/\d+"))
condition("a huge range outside", "Range: bytes=99999999999999999999-", (416, 200), "SHOULD")
condition("no last bytes", "Range: bytes=-0", (416, 200), "SHOULD")
condition("the unit in capitals", "Range: BYTES=0-9", 206, "MAY", check=part(0, 9))
condition("blanks in the list", "Range: bytes=0-9 , 10-19", (206, 200), "MAY")
for bad in ("bytes=9-0", "bytes=a-b", "bytes=", "bytes=-", "bytes", "=0-9", "bytes=0-9-12", "bytes=1.5-3", "bytes=+1-3",
            "bytes:0-9", "bytes 0-9", "items=0-9", "bytes=0x1-0x9"):
    condition(f"Range: {bad} is ignored", f"Range: {bad}", (200, 400, 416) if bad.startswith("bytes") else 200,
              "MAY" if bad.startswith("bytes") else "MUST")
condition("Range of HEAD is ignored", "Range: bytes=0-9", 200, method="HEAD", check=no_body)
condition("Range of DELETE is ignored", "Range: bytes=0-9", 405, method="DELETE")
condition("If-Range of the tag", "Range: bytes=0-9\r\nIf-Range: @E", 206, check=part(0, 9))
condition("If-Range of another", "Range: bytes=0-9\r\nIf-Range: \"x\"", 200, check=whole)
condition("If-Range compares strongly", "Range: bytes=0-9\r\nIf-Range: W/@E", 200, check=whole)
condition("If-Range of the date", "Range: bytes=0-9\r\nIf-Range: @M", (206, 200))
condition("If-Range of another date", f"Range: bytes=0-9\r\nIf-Range: {PAST}", 200, check=whole)
condition("If-Range without Range", "If-Range: \"x\"", 200, check=whole)
condition("If-Range decides before 416", "Range: bytes=99999999-\r\nIf-Range: \"x\"", 200, check=whole)
condition("a condition before a range", "Range: bytes=0-9\r\nIf-None-Match: @E", 304)
condition("412 before a range", "Range: bytes=0-9\r\nIf-Match: \"x\"", 412)
condition("two ranges", "Range: bytes=0-9,500-509", (206, 200), "MAY",
          check=lambda a, p: None if a[0].status == 200 or a[0].headers.get("content-type", "").startswith("multipart/byteranges")
          and p.body[:10] in a[0].body and p.body[500:510] in a[0].body and "content-range" not in a[0].headers else "no parts")
condition("one of two ranges outside", "Range: bytes=0-9,99999999-", 206, "SHOULD")
condition("both ranges outside", "Range: bytes=99999998-99999998,99999999-", 416, "SHOULD")
condition("1000 overlapping ranges", "Range: bytes=" + ",".join(["0-"] * 1000), (200, 206, 400, 416), "SHOULD",
          check=lambda a, p: "an answer too large" if len(a[0].body) > 2 * len(p.body) else None)
condition("Accept-Ranges or nothing", "", 200, "MAY", check=has("Accept-Ranges", "bytes"))
condition("a part keeps the tag", "Range: bytes=0-9", 206, check=lambda a, p: None if a[0].headers.get("etag") == p.headers.get("etag") else "another tag")
condition("304 has the tag", "If-None-Match: @E", 304, check=lambda a, p: None if a[0].headers.get("etag") == p.headers.get("etag") else "no tag")
condition("304 has a Date", "If-None-Match: @E", 304, check=has("Date", DATE))
condition("304 has no body", "If-None-Match: @E", 304, check=no_body)
for name, fields, status, level, method, more in CONDITIONS:
    more = dict(more)
    target = more.pop("target", "@P")
    add(f"condition: {name}", level, "9110 13-14",
        get(fields + "\r\n" if fields else "", method=method, target=target),
        status if isinstance(status, tuple) else (status,), **more)
CASES[:] = [c for c in CASES if c.name != "pieces of one byte"]
add("a request in pieces of one byte", "MUST", "9112 2.2",
    [piece for byte in f"GET @P HTTP/1.1\r\nHost: @H\r\n{CLOSE}\r\n".replace("@P", "\x01").replace("@H", "\x02")
     for piece in ({"\x01": "@P", "\x02": "@H"}.get(byte, byte), 0.003)], (200,))

# Clients that are slow: what ends each is the server's limit (header 15 s, body 20 s, idle 60 s)
SLOW: list[Case] = []


def slow(name, send, statuses, seconds):
    add(name, "HARD", "9110 15.5.9", send, statuses, seconds=seconds, count=None)
    SLOW.append(CASES.pop())


slow("slow: nothing is sent", [], (), 20)
slow("slow: a head that stops", ["GET @P HTTP/1.1\r\nHost: @H\r\n"], (408,), 20)
slow("slow: a head that drips", [p for _ in range(40) for p in ("GET @P HTTP/1.1\r\nHost: @H\r\nA: "[_:_ + 1] or "a", 0.5)], (408,), 20)
slow("slow: a body that stops", [post("Content-Length: 10\r\n", "hel")], (408,), 30)
slow("slow: a body that does not begin", [post("Content-Length: 10\r\n")], (408,), 30)
slow("slow: a body that drips", [post("Content-Length: 1000\r\n")] + ["a", 0.5] * 60, (408,), 30)
slow("slow: chunks that stop", [chunked("5\r\nhel")], (408,), 30)
slow("slow: chunks that drip", [chunked("")] + ["1\r\na\r\n", 0.7] * 40, (408,), 32)
slow("slow: no body after 100", [post(EXPECT + "Content-Length: 10\r\n")], (408,), 30)
