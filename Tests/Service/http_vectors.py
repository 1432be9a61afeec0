"""More raw requests: what the public test vectors of other parsers hold, and what is left of the RFCs.

The vectors were read as facts and written anew: llhttp (nodejs/llhttp test/request/invalid.md and
transfer-encoding.md), gunicorn (benoitc/gunicorn tests/requests/invalid), Http11Probe (MDA2AV/Http11Probe, its
smuggling, malformed, cookie, caching and capability suites), the HTTP Garden (narfindustries/http-garden,
tools/probe_quirks.py). Every request that they call invalid must be refused here.
"""

from http_cases import (
    ANY, CASES, CLOSE, DATE, FUTURE, NEXT, PAST, SLOW, add, all_of, body_is, chunked, fine, get, has, no_body, part,
    post, refused, then, whole)

__all__ = ["CASES", "SLOW"]

# llhttp
for name, line in {"another protocol before HTTP": "GET @P IHTTP/1.0", "ICE": "GET @P ICE/1.0",
                   "RTSP": "PUT @P RTSP/1.0", "HTTP/5.6": "GET @P HTTP/5.6", "text before HTTP": "GET @P xHTTP/1.1",
                   "no slash": "GET @P HTTP1.1", "two slashes": "GET @P HTTP//1.1", "a version of HTTPS": "GET @P HTTPS/1.1",
                   "NUL after the version": "GET @P HTTP/1.1\0", "a tab after the version": "GET @P HTTP/1.1\t",
                   "a point too many": "GET @P HTTP/1.1.1", "a fraction sign": "GET @P HTTP/1:1",
                   "digits of another script": "GET @P HTTP/1.\xb9"}.items():
    refused(f"vector: request line with {name}", "9112 2.3", f"{line}\r\nHost: @H\r\n\r\n", (400, 505))
refused("vector: a method that no protocol of ours has", "9110 9.1", "ANNOUNCE @P HTTP/1.0\r\n\r\n", (400, 405, 501), tail="")
refused("vector: fields parted by CR", "9112 2.2", get("Foo: 1\rBar: 2\r\n", close=False))
refused("vector: an empty field parted by CR", "9112 2.2",
        post("x:\rTransfer-Encoding: chunked\r\n", "1\r\nA\r\n0\r\n\r\n"))
refused("vector: fields parted by LF hide a coding", "9112 2.2",
        post("x:x\nTransfer-Encoding: chunked\r\n", "1\r\nA\r\n0\r\n\r\n"), (400,), "MAY", tail="")
refused("vector: an empty field parted by LF", "9112 2.2",
        post("x:\nTransfer-Encoding: chunked\r\n", "1\r\nA\r\n0\r\n\r\n"), (400,), "MAY", tail="")
refused("vector: a length behind a bare LF", "9112 2.2", get("Dummy: x\nContent-Length: 23\r\n", close=False), (400,), "MAY")
refused("vector: CR and text where the head should end", "9112 2.2", get("\rZGET /evil: HTTP/1.1\r\n", close=False))
refused("vector: a name alone, then a colon on the next line", "9112 5.2", get("name\r\n : value\r\n", close=False))
refused("vector: a corrupted name", "9112 5.1", get("Connection\r\x1b5\xd5eep-Alive: x\r\n", close=False))
refused("vector: a control character in a name", "9112 5.1", get("Foo\x01test: Bar\r\n", close=False))
refused("vector: a length that looks folded", "9112 5.2", post("Foo: bar\r\n Content-Length: 38\r\n"))
refused("vector: nothing but LF", "9112 2.2",
        "POST @Q HTTP/1.1\nHost: @H\nTransfer-Encoding: chunked\n\n1\nA\n0\n\n", (400,), "MAY", tail="")
for name, fields in {
    "identity and a length": "Transfer-Encoding: identity\r\nContent-Length: 5\r\n",
    "empty codings and a length": "Content-Length: 10\r\nTransfer-Encoding:\r\nTransfer-Encoding:\r\n",
    "chunkedchunked": "Transfer-Encoding: chunkedchunked\r\n", "pigeons": "Transfer-Encoding: pigeons\r\n",
    "chunked, deflate": "Transfer-Encoding: chunked, deflate\r\n",
    "chunked, then deflate": "Transfer-Encoding: chunked\r\nTransfer-Encoding: deflate\r\n",
    "folded text after chunked": "Transfer-Encoding: chunked\r\n  abc\r\n",
    "a comma in front": "Transfer-Encoding: , chunked\r\n", "a comma after": "Transfer-Encoding: chunked,\r\n",
    "commas alone": "Transfer-Encoding: ,\r\n", "a NUL in front": "Transfer-Encoding: \0chunked\r\n",
    "text in front": "Transfer-Encoding: x chunked\r\n", "a colon in front": "Transfer-Encoding: :chunked\r\n",
    "single quotes": "Transfer-Encoding: 'chunked'\r\n", "a byte order mark": "Transfer-Encoding: \xef\xbb\xbfchunked\r\n",
    "a soft hyphen": "Transfer-Encoding: chunk\xaded\r\n", "an escape": "Transfer-Encoding: %63hunked\r\n",
    "a Kelvin sign": "Transfer-Encoding: chun\xe2\x84\xaaed\r\n", "DEL": "Transfer-Encoding: chunked\x7f\r\n",
}.items():
    refused(f"vector: coding by {name}", "9112 6.1", post(fields, "1\r\nA\r\n0\r\n\r\n"), (400, 501))
for name, field in {"a backslash": "Transfer\\Encoding: chunked", "a space": "Transfer Encoding: chunked",
                    "a prefix of space": " Transfer-Encoding: chunked", "NUL": "Transfer-Encoding\0: chunked",
                    "a tab": "Transfer-Encoding\t: chunked", "a vertical tab": "Transfer-Encoding\x0b: chunked",
                    "a no-break space": "Transfer-Encoding\xa0: chunked", "a soft hyphen": "Trans\xadfer-Encoding: chunked"}.items():
    refused(f"vector: the name Transfer-Encoding with {name}", "9112 5.1",
            post(f"Content-Length: 3\r\n{field}\r\n", "0\r\n"), (400,))

# Chunks
for name, body in {
    "quotes that do not end": "5;a=\"abc\";b=\"def; ghi\r\nhello\r\n0\r\n\r\n",
    "CR LF in quotes": "5;a=\"b\r\nc\"\r\nhello\r\n0\r\n\r\n", "CR in quotes": "5;a=\"b\rc\"\r\nhello\r\n0\r\n\r\n",
    "LF in quotes": "5;a=\"b\nc\"\r\nhello\r\n0\r\n\r\n", "NUL in an extension": "5;a=\0\r\nhello\r\n0\r\n\r\n",
    "an empty line for the last chunk": "3\r\nfoo\r\n\r\n", "LF and blanks after the size": "3 \n  \r\nfoo\r\n0\r\n\r\n",
    "a tab after the size": "5\t\r\nhello\r\n0\r\n\r\n", "a size in brackets": "(5)\r\nhello\r\n0\r\n\r\n",
    "a size in quotes": "\"5\"\r\nhello\r\n0\r\n\r\n", "a size with h": "5h\r\nhello\r\n0\r\n\r\n",
    "a fullwidth digit": "\xef\xbc\x95\r\nhello\r\n0\r\n\r\n", "minus zero": "-0\r\n\r\n", "plus zero": "+0\r\n\r\n",
    "0x0": "0x0\r\n\r\n", "two sizes": "5 5\r\nhello\r\n0\r\n\r\n", "a size after LF": "\n5\r\nhello\r\n0\r\n\r\n",
    "an extension's value without a name": "5;=b\r\nhello\r\n0\r\n\r\n", "two semicolons": "5;;a\r\nhello\r\n0\r\n\r\n",
    "a name of an extension in brackets": "5;(a)=b\r\nhello\r\n0\r\n\r\n",
    "no empty line at the end but a request": "5\r\nhello\r\n0\r\nGET / HTTP/1.1\r\n\r\n",
    "a folded trailer": "5\r\nhello\r\n0\r\nX-A: b\r\n c\r\n\r\n", "NUL in a trailer": "5\r\nhello\r\n0\r\nX-A: b\0\r\n\r\n",
    "CR in a trailer": "5\r\nhello\r\n0\r\nX-A: b\rc\r\n\r\n", "an empty name in a trailer": "5\r\nhello\r\n0\r\n: b\r\n\r\n",
    "too many trailers": "5\r\nhello\r\n0\r\n" + "X-A: b\r\n" * 20_000 + "\r\n",
    "an endless trailer": "5\r\nhello\r\n0\r\nX-A: " + "b" * 300_000 + "\r\n\r\n",
}.items():
    refused(f"vector: chunks with {name}", "9112 7.1", chunked(body), (400, 413, 431), "HARD", tail="")
for name, body in {
    "quoted quotes": "5;a=\"I \\\"b\\\"; \\\\c\\\\\";d=\"e\";f;g=h\r\nhello\r\n6;i;j\r\n world\r\n0\r\n\r\n",
    "63 zeros in front": "0" * 15 + "5\r\nhello\r\n0\r\n\r\n", "an extension of 1000 bytes": "5;a=" + "b" * 1000 + "\r\nhello\r\n0\r\n\r\n",
    "one byte each": "".join(f"1\r\n{c}\r\n" for c in "hello") + "0\r\n\r\n",
    "a trailer that was announced": "5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n",
    "an empty trailer": "5\r\nhello\r\n0\r\nX-A:\r\n\r\n",
}.items():
    then(f"vector: chunks with {name} are fine", "9112 7.1", chunked(body, "Trailer: X-Sum\r\n"))
for field in ("Authorization: Bearer x", "Content-Type: a/b", "Content-Encoding: gzip", "Content-Range: bytes 0-1/2",
              "Cookie: a=b", "Expect: 100-continue", "TE: gzip", "Trailer: A", "Set-Cookie: a=b"):
    then(f"vector: the trailer {field.split(':')[0]} changes nothing", "9110 6.5.1",
         chunked(f"5\r\nhello\r\n0\r\n{field}\r\n\r\n"), ANY + (400,))

# Lengths
for name, fields in {
    "a length behind CR": "X: y\rContent-Length: 5\r\n", "a length and a list": "Content-Length: 5\r\nContent-Length: 5, 6\r\n",
    "a fullwidth digit": "Content-Length: \xef\xbc\x95\r\n", "a NUL": "Content-Length: 5\0\r\n",
    "a comma in front": "Content-Length: ,5\r\n", "a tab within": "Content-Length: 1\t0\r\n",
    "a percent sign": "Content-Length: 5%\r\n", "brackets": "Content-Length: (5)\r\n", "a unit": "Content-Length: 5 bytes\r\n",
    "a name with a space": "Content-Length : 5\r\n", "a name with NUL": "Content-Length\0: 5\r\n",
    "a length of blanks": "Content-Length: \t \r\n", "a length and an empty one": "Content-Length: 5\r\nContent-Length:\r\n",
    "hexadecimal letters": "Content-Length: a\r\n", "infinity": "Content-Length: inf\r\n",
}.items():
    refused(f"vector: length by {name}", "9110 8.6", post(fields, "hello"))
then("vector: a length after a tab", "9110 8.6", post("Content-Length:\t5\r\n", "hello"))
then("vector: a length with 30 zeros", "9110 8.6", post("Content-Length: " + "0" * 30 + "5\r\n", "hello"), ANY + (400,), "MAY")
add("vector: more is sent than the length says", "MUST", "9112 6.3", post("Content-Length: 2\r\n", "{}") + "rubbish\r\n\r\n",
    ANY, count=2, rest=(400,))
add("vector: a length of 5 and an end", "MUST", "9112 8", post("Content-Length: 5\r\n"), (400, 408), half_close=True, count=None)

# Host and targets
refused("vector: an empty Host", "9110 7.2", get(host="Host:\r\n", close=False), (400,), "SHOULD")
refused("vector: Host of blanks", "9110 7.2", get(host="Host: \t \r\n", close=False), (400,), "SHOULD")
refused("vector: a Host behind a folded line", "9112 5.2", get("A: b\r\n Host: @H\r\n", close=False))
refused("vector: Host with NUL", "9112 3.2", get(host="Host: a\0b\r\n", close=False))
refused("vector: Host with CR", "9112 3.2", get(host="Host: a\rb\r\n", close=False))
refused("vector: Host before a blank", "9112 5.1", get(host="Host : @H\r\n", close=False))
refused("vector: Host of a fraction", "9112 3.2", get(host="Host: @H/..\r\n", close=False))
refused("vector: a zone in an address", "9112 3.2", get(host="Host: [fe80::1%25eth0]\r\n", close=False), (400, 421), "MAY")
refused("vector: brackets around a name", "9112 3.2", get(host="Host: [localhost]\r\n", close=False))
refused("vector: a port with a sign", "9112 3.2", get(host="Host: localhost:+80\r\n", close=False))
refused("vector: a port of blanks", "9112 3.2", get(host="Host: localhost: 80\r\n", close=False))
fine("vector: a Host that is not ours", "9110 7.4", get(host="Host: elsewhere.example\r\n"), (200, 400, 403, 404, 421), "SHOULD")
for name, target in {
    "of another scheme": "ftp://@H/a", "with a scheme of one letter": "a:/b", "with two schemes": "http:http://@H/",
    "with one slash": "http:/@H/a", "with a space in it": "http://@H /a", "with brackets": "http://[@H/a",
    "with a port too large": "http://localhost:99999/", "with a comma": "http://@H,b/", "of an authority with a path": "@H/a",
    "of the parent": "../a", "of dots": "..", "of a double slash and userinfo": "http://a@b@@H/",
    "with a fragment": "http://@H/#a",
}.items():
    refused(f"vector: an absolute target {name}", "9112 3.2", get(target=target, close=False), tuple(range(400, 500)), "HARD")
fine("vector: two slashes in front", "9112 3.2.1", get(target="//@H@P"), (200, 400, 404, 421), "HARD")
fine("vector: slashes without end", "3986 3.3", get(target="/" * 100), (400, 404), "HARD")
fine("vector: a query of question marks", "3986 3.4", get(target="@P?" + "?" * 10 + "&=&=="), (200, 400), "MAY")
fine("vector: an absolute target and HTTP/1.0", "9112 3.2.2", "GET http://@H@P HTTP/1.0\r\n\r\n")
fine("vector: OPTIONS of an absolute target", "9112 3.2.4", get(target="http://@H", method="OPTIONS"), (200, 204, 404, 405), "SHOULD")
then("vector: OPTIONS * keeps the connection", "9112 3.2.4", get(target="*", method="OPTIONS", close=False), (200, 204, 405, 501))
then("vector: OPTIONS with a body", "9110 9.3.7", get("Content-Length: 2\r\nContent-Type: application/json\r\n", target="*",
     method="OPTIONS", close=False) + "{}", (200, 204, 400, 405, 413, 415, 501))
for method in ("TRACE", "PUT", "DELETE", "POST", "HEAD"):
    refused(f"vector: {method} of the asterisk", "9112 3.2.4", get(target="*", method=method, close=False), (400, 404, 405, 501))
refused("vector: CONNECT without a port", "9112 3.2.3", "CONNECT localhost HTTP/1.1\r\nHost: localhost\r\n\r\n", (400, 403, 404, 405, 501), tail="")
refused("vector: CONNECT of a path", "9112 3.2.3", "CONNECT @P HTTP/1.1\r\nHost: @H\r\n\r\n", (400, 403, 404, 405, 501), tail="")

# Expectations, upgrades, versions, connections
fine("vector: an expectation with a parameter", "9110 10.1.1", post(f"Expect: 100-continue;q=1\r\nContent-Length: 2\r\n{CLOSE}", "{}"), ANY + (417,), "MAY")
fine("vector: an expectation among others", "9110 10.1.1", post(f"Expect: 100-continue, x=y\r\nContent-Length: 2\r\n{CLOSE}", "{}"), (417,), "MAY")
fine("vector: an unknown expectation of GET", "9110 10.1.1", get("Expect: 200-ok\r\n"), (200, 417), "MAY")
add("vector: no body after a refusal by 417", "SHOULD", "9110 10.1.1", [post("Expect: x\r\nContent-Length: 9\r\n"), "await"], (417, 400), half_close=True, count=None)
fine("vector: a 204 has no length", "9110 8.6", get(target="*", method="OPTIONS"), (200, 204, 405, 501),
     check=lambda a, p: "a length" if a[0].status == 204 and "content-length" in a[0].headers else None)
fine("vector: a 204 has no coding", "9112 6.1", get(target="*", method="OPTIONS"), (200, 204, 405, 501),
     check=lambda a, p: "a coding" if a[0].status == 204 and "transfer-encoding" in a[0].headers else None)
fine("vector: 304 tells no other length", "9110 8.6", get("If-None-Match: @E\r\n"), (304,),
     check=lambda a, p: None if a[0].headers.get("content-length") in (None, str(len(p.body))) else "another length")
for name, field in {"Cache-Control": "cache-control", "Vary": "vary", "Last-Modified": "last-modified"}.items():
    fine(f"vector: 304 has {name} as 200 has", "9110 15.4.5", get("If-None-Match: @E\r\n"), (304,), "MUST" if name != "Last-Modified" else "SHOULD",
         check=lambda a, p, n=field: None if n not in p.headers or a[0].headers.get(n) == p.headers[n] else f"{a[0].headers.get(n)}")
fine("vector: HTTP/1.0 gets no Upgrade", "9110 7.8", "GET @P HTTP/1.0\r\nHost: @H\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n")
fine("vector: an Upgrade of a request with a body", "9110 7.8",
     post(f"Upgrade: websocket\r\nConnection: upgrade\r\nContent-Length: 2\r\n{CLOSE}", "{}"), ANY)
add("vector: HTTP/1.1 after HTTP/1.0 with keep-alive", "MUST", "9112 9.3",
    "GET @P HTTP/1.0\r\nHost: @H\r\nConnection: Keep-Alive\r\n\r\n" + get(close=False) + NEXT, (200,), count=3)
add("vector: nothing after HTTP/1.0", "MUST", "9112 9.3", "GET @P HTTP/1.0\r\n\r\n" + NEXT, (200,))
for name, value in {"an empty option": ", close", "quotes do not matter": "\"x\", close", "blanks": "close \t", "tabs": "\tclose"}.items():
    fine(f"vector: Connection with {name}", "9110 7.6.1", get(f"Connection: {value}\r\n", close=False))
then("vector: Connection: closed is not close", "9110 7.6.1", get("Connection: closed, not-close\r\n", close=False), (200,))
then("vector: Keep-Alive and Proxy-Connection", "9112 9.3", get("Keep-Alive: timeout=5\r\nProxy-Connection: close\r\n", close=False), (200,))
add("vector: nothing is answered after a refusal", "MUST", "9112 9.6", get(host="", close=False) + get() * 3, (400,))
add("vector: an empty request", "MAY", "9112 2.2", "\r\n\r\n", (), half_close=True)

# Cookies and other fields that must not break anything
for name, value in {"empty": "", "no name": "=b", "many": "; ".join(f"a{i}=b" for i in range(200)), "quotes": "a=\"b\"",
                    "only separators": ";;;", "obs-text": "a=\xe9", "4 kB": "a=" + "b" * 4000}.items():
    fine(f"vector: a Cookie: {name}", "6265 5", get(f"Cookie: {value}\r\n"))
for name, field in {"NUL": "Cookie: a=\0", "a control character": "Cookie: a=\x01", "a bell in a name": "a\x07: b"}.items():
    refused(f"vector: {name} in a field", "9110 5.5", get(field + "\r\n", close=False))

# Negotiation, conditions, ranges
for name, field, statuses in (
        ("Accept of nothing that is there", "Accept: application/x-none", (200, 406)), ("q=0 of all", "Accept: */*;q=0", (200, 406)),
        ("an empty Accept", "Accept:", (200,)), ("Accept with a q of 2", "Accept: */*;q=2", (200, 406, 400)),
        ("Accept with many", "Accept: " + ", ".join(f"a/b{i}" for i in range(100)) + ", */*;q=0.1", (200,)),
        ("an Accept-Encoding without identity", "Accept-Encoding: identity;q=0, *;q=0", (200, 406)),
        ("an Accept-Encoding of rubbish", "Accept-Encoding: ,;,gzip;q=x", (200,)),
        ("an Accept-Charset", "Accept-Charset: x-none", (200, 406)), ("an Accept-Language", "Accept-Language: xx", (200, 406))):
    fine(f"vector: {name}", "9110 12", get(field + "\r\n"), statuses, "SHOULD")
for coding in ("gzip", "gzip;q=1.0", "*", "GZIP", "deflate, gzip", "br;q=1, gzip;q=0.5"):
    fine(f"vector: Accept-Encoding: {coding} gets what it can read", "9110 12.5.3", get(f"Accept-Encoding: {coding}\r\n"),
         check=lambda a, p: None if a[0].headers.get("content-encoding") in (None, "gzip") else "another coding")
for coding in ("gzip;q=0", "identity", "br", ""):
    fine(f"vector: Accept-Encoding: {coding or 'nothing'} gets no gzip", "9110 12.5.3", get(f"Accept-Encoding: {coding}\r\n"),
         check=all_of(has("Content-Encoding", absent=True), whole))
fine("vector: a coded answer varies", "9110 12.5.5", get("Accept-Encoding: gzip\r\n"),
     check=lambda a, p: None if "content-encoding" not in a[0].headers or "accept-encoding" in a[0].headers.get("vary", "").lower() else "no Vary")
fine("vector: a coded answer has a tag of its own", "9110 8.8.3", get("Accept-Encoding: gzip\r\n"),
     check=lambda a, p: "the same strong tag" if "content-encoding" in a[0].headers and a[0].headers.get("etag") == p.headers.get("etag")
     and not p.headers["etag"].startswith("W/") else None)
for name, fields, statuses, check in (
        ("If-None-Match of an empty list", "If-None-Match: ,", (200,), None),
        ("If-None-Match of an unclosed tag", "If-None-Match: \"x", (200,), None),
        ("If-None-Match of * in a list", "If-None-Match: *, @E", (200, 304), None),
        ("If-Match of a list without commas", "If-Match: \"x\" \"y\"", (412, 400), None),
        ("If-Match of an unquoted tag", "If-Match: x", (412, 400), None),
        ("If-Match of two fields", "If-Match: \"x\"\r\nIf-Match: @E", (200,), None),
        ("If-Modified-Since in another zone", "If-Modified-Since: Fri, 31 Dec 2077 23:59:59 +0100", (200,), None),
        ("If-Modified-Since of 31 February", "If-Modified-Since: Thu, 31 Feb 2077 00:00:00 GMT", (200,), None),
        ("If-Modified-Since twice", f"If-Modified-Since: {FUTURE}\r\nIf-Modified-Since: {PAST}", (200, 304), None),
        ("If-Unmodified-Since with If-None-Match", f"If-Unmodified-Since: {PAST}\r\nIf-None-Match: @E", (412,), None),
        ("If-Modified-Since with a Range", "If-Modified-Since: @M\r\nRange: bytes=0-1", (304,), None),
        ("If-Range of no date", "If-Range: yesterday\r\nRange: bytes=0-9", (200,), whole),
        ("If-Range of a later date", f"If-Range: {FUTURE}\r\nRange: bytes=0-9", (200,), whole),
        ("If-Range of a list", "If-Range: @E, \"x\"\r\nRange: bytes=0-9", (200,), whole),
        ("If-Range of an unquoted tag", "If-Range: x\r\nRange: bytes=0-9", (200,), whole),
        ("If-Range *", "If-Range: *\r\nRange: bytes=0-9", (200,), whole),
        ("Range in two fields", "Range: bytes=0-1\r\nRange: bytes=4-5", (200, 206, 400, 416), None),
        ("ranges with empty elements", "Range: bytes=,0-1,,", (200, 206), None),
        ("the last byte by its number", "Range: bytes=-1", (206,), body_is(lambda p: p.body[-1:])),
        ("a range from 0 on", "Range: bytes=0-", (200, 206), whole),
        ("a range with blanks around =", "Range: bytes = 0-1", (200, 206, 400, 416), None),
        ("ranges in falling order", "Range: bytes=10-19,0-9", (200, 206), None),
        ("overlapping ranges", "Range: bytes=0-99,50-149", (200, 206), None),
        ("a range whose last number is huge", "Range: bytes=0-99999999999999999999999", (200, 206), whole),
        ("a suffix that is huge", "Range: bytes=-99999999999999999999999", (200, 206), whole)):
    fine(f"vector: {name}", "9110 13-14", get(fields + "\r\n"), statuses, "MUST" if len(statuses) == 1 else "MAY", check=check)
fine("vector: 206 has what 200 has", "9110 15.3.7", get("Range: bytes=0-9\r\n"), (206,), check=all_of(
    has("Date", DATE), has("Content-Length", "10"), part(0, 9),
    lambda a, p: next((n for n in ("etag", "cache-control", "vary", "content-type", "last-modified")
                       if n in p.headers and a[0].headers.get(n) != p.headers[n]), None)))
fine("vector: 416 has no range's body", "9110 15.5.17", get("Range: bytes=99999999-\r\n"), (416,), "SHOULD",
     check=all_of(has("Content-Range", r"bytes \*/\d+"), has("Date", DATE)))
fine("vector: 412 has no body of the page", "9110 15.5.13", get("If-Match: \"x\"\r\n"), (412,),
     check=lambda a, p: "the page" if a[0].body == p.body else None)
fine("vector: HEAD with a condition", "9110 13.1", get("If-None-Match: @E\r\n", method="HEAD"), (304,), check=no_body)
fine("vector: HEAD tells the tag of GET", "9110 9.3.2", get(method="HEAD"), check=lambda a, p: None if a[0].headers.get("etag") == p.headers.get("etag") else "another tag")
for target in ("@P", "/nothing-here"):
    fine(f"vector: HEAD and GET tell the same of {'the page' if target == '@P' else 'nothing'}", "9110 9.3.2",
         get(method="HEAD", target=target), (200, 404), "SHOULD",
         check=all_of(no_body, has("Content-Type"), has("Content-Length", r"\d+")))
