"""Raw requests where the RFCs are read closely: authorities, expectations, dates of all three kinds, weights of
content codings, order of conditions, ranges at their edges, extensions and trailers of chunks, what a fault leaves of
the requests behind it. Written from the text of RFC 9110 and 9112, a second time and apart from http_cases.
"""

import gzip

from http_cases import (
    ANY, CASES, DATE, FUTURE, NEXT, PAST, add, all_of, body_is, chunked, fine, get, has, no_body, part, post, refused, then,
    whole)
from http_vectors import SLOW

__all__ = ["CASES", "SLOW"]

_FIRST = len(CASES)
# A name that is well formed but may not be ours is refused as such, not as bad syntax.
NAMED = (200, 403, 404, 421)


def coded(answers, page):
    """The page, whatever its coding."""
    body = answers[0].body
    if answers[0].headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    return None if body == page.body else f"a body of {len(body)} bytes"


def status_is_told(status, pattern, name):
    def check(answers, page):
        return has(name, pattern)(answers, page) if answers[0].status == status else None
    return check


# Authorities (RFC 9110 4.2, 7.2; RFC 3986 3.2)
for name, host in {"an address of IPv6 with a port": "[::1]:8080", "an address of IPv6": "[::1]", "an IPv6 address in full":
                   "[2001:db8:0:0:0:0:0:1]", "IPv6 with IPv4 at its end": "[::ffff:127.0.0.1]", "a point at the end": "localhost.",
                   "an empty port": "localhost:", "port 65535": "localhost:65535", "a port with zeros in front": "localhost:0080",
                   "a name with an underscore": "a_b.example", "a name of sub-delims": "a!$&'()*+;=b",
                   "escapes": "local%68ost", "digits alone": "1", "mixed case": "LocalHost"}.items():
    fine(f"edge: Host of {name} is well formed", "9110 7.2", get(host=f"Host: {host}\r\n"), NAMED + ((400,) if "sub-delims" in name else ()))
for name, host in {"three colons in brackets": "[:::1]", "a gap that is none": "[1::2:3:4:5:6:7:8:9]", "an empty address": "[]",
                   "IPv4 in front in brackets": "[127.0.0.1::]", "no closing bracket but a port": "[::1:80",
                   "letters beyond f": "[::g]", "a point after the brackets": "[::1].", "a port twice in IPv6": "[::1]:80:80",
                   "an octet too many in IPv6": "[::1.2.3.4.5]", "an @ at the end": "localhost@", "an @ in front": "@localhost",
                   "a semicolon and a path": "a/;b", "a hash": "a#", "an unfinished escape": "a%4", "a backspace": "a\x08",
                   "letters in a port": "localhost:8a", "a port of 100 digits": "localhost:" + "1" * 100,
                   "UTF-8": "\xc3\xa9.example", "a space in front of the port": "localhost :80"}.items():
    refused(f"edge: Host with {name}", "9110 7.2", get(host=f"Host: {host}\r\n", close=False))
for name, target in {"a port": "http://localhost:80@P", "IPv6": "http://[::1]@P", "an empty port": "http://localhost:@P",
                     "capitals in the name": "http://LOCALHOST@P", "an empty path": "http://localhost?x"}.items():
    fine(f"edge: an absolute target with {name}", "9112 3.2.2", get(target=target), NAMED + (400,) if "x" in target else NAMED)
for name, target in {"userinfo": "http://a@localhost/", "an empty name": "http:///a", "an empty name and a port": "http://:80/",
                     "a port of letters": "http://localhost:a/", "an open bracket": "http://[::1/", "a list": "http://a,b/"}.items():
    refused(f"edge: an absolute target with {name}", "9110 4.2", get(target=target, close=False), (400, 404, 421), "HARD")
refused("edge: an absolute target does not excuse two Hosts", "9112 3.2", get("Host: @H\r\n", target="http://@H@P", close=False))
refused("edge: an absolute target does not excuse a broken Host", "9112 3.2",
        get(target="http://@H@P", host="Host: a b\r\n", close=False))

# Escapes and characters of targets (RFC 3986 2)
for name, target in {"overlong UTF-8": "/%c0%af", "half a UTF-8 character": "/%c3", "a surrogate": "/%ed%a0%80", "an escaped CR LF": "/a%0d%0ab",
                     "an escaped slash": "/v1%2fjobs", "an escaped question mark": "/v1/jobs%3fa", "an escaped hash": "/a%23b",
                     "an escaped space": "/a%20b", "a plus": "/a+b", "an escaped DEL": "/a%7fb", "an escaped escape": "/%2525",
                     "sub-delims": "/!$&'()*+,;=:@", "an empty segment": "/v1//jobs", "a point alone": "/./x", "a semicolon": "/a;b=c",
                     "a name of 200 escapes": "/" + "%41" * 200}.items():
    fine(f"edge: a target with {name}", "3986 2.1", get(target=target), (400, 404), "HARD")
for name, query in {"an escaped ampersand": "a=b%26c", "no value": "a", "no name": "=b", "equals signs": "a=b=c", "a slash": "a=/b?c",
                    "UTF-8": "a=%c3%a9", "no UTF-8": "a=%ff", "plus signs": "a=b+c", "empty pairs": "&&&", "an escaped NUL": "a=%00"}.items():
    fine(f"edge: a query with {name}", "3986 3.4", get(target="@P?" + query), (200, 400), "HARD")
for name, query in {"a bracket": "a[0]=b", "a backslash": "a=\\b", "a caret": "a=^", "a grave accent": "a=`", "a bar": "a=|b"}.items():
    fine(f"edge: a query with {name} is no URI", "9112 3.2", get(target="@P?" + query), (200, 400), "MAY")

# Expectations (RFC 9110 10.1.1)
for name, field in {"twice": "Expect: 100-continue\r\nExpect: 100-continue\r\n", "in a list of two": "Expect: 100-continue, 100-continue\r\n",
                    "with blanks": "Expect: \t100-continue \r\n"}.items():
    add(f"edge: an expectation {name}", "MAY", "9110 10.1.1",
        [post(field + "Content-Length: 2\r\n" + "Connection: close\r\n"), 0.5, "{}"], ANY + (417, 400), count=None)
for name, field in {"unknown": "x-something", "with a value": "100-continue=1", "with a parameter": "100-continue;q=1", "in a list": "100-continue, x"}.items():
    refused(f"edge: an expectation that is {name}", "9110 10.1.1", post(f"Expect: {field}\r\nContent-Length: 2\r\n", "{}"), (417, 400), "MAY", tail="")
fine("edge: an empty expectation", "9110 10.1.1", get("Expect:\r\n"), (200, 417, 400), "MAY")
add("edge: a body that is sent without waiting for 100", "MUST", "9110 10.1.1",
    post("Expect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n", "{}"), ANY, count=1)
add("edge: a GET that expects without a body", "MUST", "9110 10.1.1", get("Expect: 100-continue\r\n"), (200,),
    check=lambda a, p: "100" if 100 in a[0].interim else None)
add("edge: 100 and chunks in the same piece", "MUST", "9110 10.1.1",
    chunked("2\r\n{}\r\n0\r\n\r\n", "Expect: 100-continue\r\nConnection: close\r\n"), ANY, count=1)
then("edge: after an expectation the next request is understood", "9110 10.1.1",
     post("Expect: 100-continue\r\nContent-Length: 2\r\n", "{}"), ANY + (417,))

# Fields that a server may or must ignore
for name, fields in {
    "TE: trailers": "TE: trailers\r\nConnection: TE\r\n", "TE with a weight": "TE: gzip;q=0.5, trailers;q=1\r\n", "an empty TE": "TE:\r\n",
    "TE: chunked": "TE: chunked\r\n", "Upgrade to several": "Upgrade: HTTP/2.0, SHTTP/1.3, IRC/6.9\r\nConnection: upgrade\r\n",
    "Upgrade without Connection": "Upgrade: websocket\r\n", "an empty Upgrade": "Upgrade:\r\nConnection: upgrade\r\n",
    "Upgrade with HTTP2-Settings": "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\nConnection: Upgrade, HTTP2-Settings\r\n",
    "Max-Forwards of GET": "Max-Forwards: 0\r\n", "Max-Forwards of rubbish": "Max-Forwards: x\r\n", "Via": "Via: 1.0 fred, 1.1 p.example (x)\r\n",
    "a Connection that names Host": "Connection: Host\r\n", "a Connection of rubbish": "Connection: ,,\r\n", "an empty Connection": "Connection:\r\n",
    "Keep-Alive": "Keep-Alive: timeout=5, max=1000\r\n", "Proxy-Connection": "Proxy-Connection: keep-alive\r\n",
    "From": "From: a@b.example\r\n", "User-Agent of comments": "User-Agent: a/1 (b; (c \\) d)) e\r\n", "a Trailer without chunks": "Trailer: X-A\r\n",
    "Content-Type of GET": "Content-Type: text/plain\r\n", "a Content-Type of rubbish": "Content-Type: ///\r\n",
    "Content-Range of GET": "Content-Range: bytes 0-1/2\r\n", "obs-text alone": "X-A: \x80\xff\xfe\r\n", "a value of commas": "X-A: ,,,\r\n",
    "an unclosed quoted string": "X-A: \"abc\r\n", "Cache-Control only-if-cached": "Cache-Control: only-if-cached\r\n",
    "a Cookie without a value": "Cookie: a; b=; =c\r\n", "two Cookies": "Cookie: a=b\r\nCookie: c=d\r\n",
    "Want-Repr-Digest": "Want-Repr-Digest: sha-256=1\r\n", "Priority": "Priority: u=0, i\r\n", "Early-Data": "Early-Data: 1\r\n",
}.items():
    fine(f"edge: {name} does no harm", "9110 5.1", get(fields), (200, 403) if name == "Via" else (200,))
add("edge: Upgrade of HTTP/1.0 is ignored", "MUST", "9110 7.8", get("Upgrade: h2c\r\nConnection: Upgrade\r\n", version="HTTP/1.0", close=False), (200,))
add("edge: Upgrade with a body", "MUST", "9110 7.8", post("Upgrade: x\r\nConnection: Upgrade, close\r\nContent-Length: 2\r\n", "{}"), ANY)

# Dates (RFC 9110 5.6.7): the page is not newer than FUTURE and newer than PAST
for name, date, statuses in (
        ("IMF-fixdate", FUTURE, (304,)), ("RFC 850 of 1994", "Sunday, 06-Nov-94 08:49:37 GMT", (200,)),
        ("asctime of 1994", "Sun Nov  6 08:49:37 1994", (200,)), ("asctime of 2077", "Fri Dec 31 23:59:59 2077", (304,)),
        ("RFC 850 of a year to come", "Tuesday, 01-Jan-30 00:00:00 GMT", (304,)), ("the same, of 99: 1999", "Friday, 31-Dec-99 23:59:59 GMT", (200,)),
        ("a day of two digits without zero", "Sun, 6 Nov 2077 08:49:37 GMT", (200, 304)), ("no weekday", "06 Nov 2077 08:49:37 GMT", (200, 304)),
        ("asctime with a zero", "Sun Nov 06 08:49:37 1994", (200,)), ("a wrong weekday", "Mon, 06 Nov 1994 08:49:37 GMT", (200,)),
        ("lower case", "sun, 06 nov 1994 08:49:37 gmt", (200,)), ("UTC", "Sun, 06 Nov 2077 08:49:37 UTC", (200, 304)),
        ("no zone", "Sun, 06 Nov 2077 08:49:37", (200, 304)), ("25 o'clock", "Fri, 31 Dec 2077 25:00:00 GMT", (200,)),
        ("minute 60", "Fri, 31 Dec 2077 23:60:00 GMT", (200,)), ("a leap second", "Wed, 31 Dec 2008 23:59:60 GMT", (200,)),
        ("day 0", "Fri, 00 Dec 2077 00:00:00 GMT", (200,)), ("day 32", "Fri, 32 Dec 2077 00:00:00 GMT", (200,)), ("year 0", "Sat, 01 Jan 0000 00:00:00 GMT", (200,)),
        ("year 9999", "Fri, 31 Dec 9999 23:59:59 GMT", (200, 304)), ("year 10000", "Sat, 01 Jan 10000 00:00:00 GMT", (200, 304)),
        ("seconds of 1970", "2077", (200,)), ("ISO 8601", "2077-12-31T23:59:59Z", (200,)), ("nothing", "", (200,)),
        ("two dates", f"{PAST}, {FUTURE}", (200,)), ("quotes", f"\"{FUTURE}\"", (200,)), ("29 February 2100", "Mon, 29 Feb 2100 00:00:00 GMT", (200,)),
        ("text behind", FUTURE + " x", (200,))):
    fine(f"edge: If-Modified-Since of {name}", "9110 13.1.3", get(f"If-Modified-Since: {date}\r\n"), statuses,
         "MUST" if statuses == (304,) else "SHOULD")
fine("edge: a date that is none is no condition to If-Unmodified-Since", "9110 13.1.4", get("If-Unmodified-Since: x\r\n"), (200,))
fine("edge: an RFC 850 date in If-Unmodified-Since", "9110 13.1.4", get("If-Unmodified-Since: Sunday, 06-Nov-94 08:49:37 GMT\r\n"), (412,))
fine("edge: an asctime date in If-Unmodified-Since", "9110 13.1.4", get("If-Unmodified-Since: Sun Nov  6 08:49:37 1994\r\n"), (412,))

# Order of conditions (RFC 9110 13.2.2)
for name, fields, status in (
        ("If-Match fails before all others", f"If-Match: \"x\"\r\nIf-None-Match: \"y\"\r\nIf-Modified-Since: {PAST}\r\nRange: bytes=0-1", 412),
        ("If-Match holds, so that If-Unmodified-Since does not count", f"If-Match: @E\r\nIf-Unmodified-Since: {PAST}\r\nIf-None-Match: \"y\"", 200),
        ("If-Match holds, If-None-Match matches", "If-Match: *\r\nIf-None-Match: *", 304),
        ("If-Unmodified-Since fails before If-Modified-Since", f"If-Unmodified-Since: {PAST}\r\nIf-Modified-Since: {FUTURE}", 412),
        ("If-None-Match of another, so that If-Modified-Since does not count", f"If-None-Match: \"x\"\r\nIf-Modified-Since: {FUTURE}", 200),
        ("304 before a range", "If-None-Match: @E\r\nRange: bytes=0-1", 304), ("304 before a range that cannot be", "If-None-Match: *\r\nRange: bytes=99999999-", 304),
        ("412 before a range that cannot be", "If-Match: \"x\"\r\nRange: bytes=99999999-", 412),
        ("a range after conditions that hold", "If-Match: @E\r\nIf-None-Match: \"x\"\r\nRange: bytes=0-1", 206),
        ("a list with the tag at its end", "If-None-Match: \"a\", W/\"b\",\"c\" ,  @E", 304), ("a weak tag in a list", "If-None-Match: W/@E, \"x\"", 304),
        ("tags of 1000", "If-None-Match: " + ", ".join(f'"{i}"' for i in range(1000)), 200), ("an empty tag", "If-None-Match: \"\"", 200),
        ("a tag of obs-text", "If-None-Match: \"\xe9\"", 200), ("a tag with spaces in it", "If-None-Match: \"a b\"", 200)):
    fine(f"edge: {name}", "9110 13.2.2", get(fields + "\r\n"), (status,))
    fine(f"edge: {name}, of HEAD", "9110 13.2.2", get(fields + "\r\n", method="HEAD"), (200 if status == 206 else status,), check=no_body)
fine("edge: If-None-Match of anything where nothing is", "9110 13.1.2", get("If-None-Match: *\r\n", target="/nothing-here"), (404,))
fine("edge: If-Match where nothing is", "9110 13.2.1", get("If-Match: *\r\n", target="/nothing-here"), (404, 412))
fine("edge: 304 tells what 200 would of caches", "9110 15.4.5", get("If-None-Match: *\r\n"), (304,), check=all_of(
    has("Date", DATE), no_body, lambda a, p: next((n for n in ("etag", "cache-control", "vary") if n in p.headers and n not in a[0].headers), None)))
fine("edge: 304 has no length but that of the page", "9110 8.6", get("If-None-Match: *\r\n"), (304,),
     check=lambda a, p: None if a[0].headers.get("content-length") in (None, str(len(p.body))) else a[0].headers["content-length"])

# Ranges (RFC 9110 14)
for name, spec, statuses, check in (
        ("first and last byte", "bytes=0-0,-1", (200, 206), None), ("the same byte twice", "bytes=0-0,0-0", (200, 206, 416), None),
        ("a suffix of all", "bytes=-99999999", (200, 206), whole), ("a suffix of 0 and a range", "bytes=-0,0-0", (200, 206), None),
        ("tabs", "bytes=\t0-1", (200, 206, 400, 416), None), ("no comma between", "bytes=0-1 2-3", (200, 400, 416), None), ("a trailing comma", "bytes=0-1,", (200, 206), None),
        ("a unit that is a token", "x-y!z=0-1", (200,), whole), ("an empty unit", "=", (200, 400), None), ("a suffix of minus", "bytes=--1", (200, 400, 416), None),
        ("three numbers", "bytes=1-2-3", (200, 400, 416), None), ("leading zeros", "bytes=0000000000-0000000009", (200, 206), None),
        ("one that begins at the end", "bytes=0-4,99999999-", (200, 206), None), ("64 bits", "bytes=18446744073709551616-18446744073709551617", (200, 416), None),
        ("64 bits of a last number", "bytes=5-18446744073709551620", (206, 200), None), ("10,000 ranges", "bytes=" + ",".join(f"{i}-{i}" for i in range(2000)), (200, 206, 400, 416), None)):
    fine(f"edge: a range with {name}", "9110 14.1.1", get(f"Range: {spec}\r\n"), statuses, "MUST" if check else "MAY",
         check=check or status_is_told(206, r"bytes \d+-\d+/\d+", "Content-Range") if "," not in spec else None)
fine("edge: a part of a coded page is none", "9110 14.2", get("Range: bytes=0-9\r\nAccept-Encoding: gzip\r\n"), (200, 206),
     check=lambda a, p: None if a[0].status == 206 and "content-encoding" not in a[0].headers and a[0].body == p.body[:10]
     or a[0].status == 206 and "content-encoding" in a[0].headers or a[0].status == 200 else "the wrong part")
fine("edge: Range of POST is ignored", "9110 14.2", post("Range: bytes=0-1\r\nConnection: close\r\nContent-Length: 2\r\n", "{}"), ANY,
     check=lambda a, p: "206" if a[0].status == 206 else None)
fine("edge: Range of OPTIONS is ignored", "9110 14.2", get("Range: bytes=0-1\r\n", method="OPTIONS"), (200, 204, 405))
fine("edge: If-Range of a weak date form", "9110 13.1.5", get("If-Range: Sunday, 06-Nov-94 08:49:37 GMT\r\nRange: bytes=0-9\r\n"), (200,), check=whole)
fine("edge: If-Range of HEAD is ignored", "9110 13.1.5", get("If-Range: @E\r\nRange: bytes=0-9\r\n", method="HEAD"), (200,), check=no_body)
fine("edge: 416 tells the length", "9110 14.4", get("Range: bytes=99999999-\r\n"), (416, 200), "SHOULD",
     check=status_is_told(416, r"bytes \*/\d+", "Content-Range"))
fine("edge: a part is as long as it says", "9110 14.4", get("Range: bytes=3-12\r\n"), (206,), check=all_of(part(3, 12), has("Content-Length", "10")))

# Content codings and weights (RFC 9110 12.4.2, 12.5.3)
for name, value in {"a weight of three digits": "gzip;q=0.123", "1.000": "gzip;q=1.000", "0.000": "gzip;q=0.000, identity", "blanks around": "gzip ; q=0.5 , identity;q=1",
                    "Q in capitals": "gzip;Q=0.5", "x-gzip": "x-gzip", "identity refused": "identity;q=0, gzip", "all refused but gzip": "*;q=0, gzip",
                    "the asterisk first": "*;q=0.5, gzip;q=0", "empty elements": ",gzip,,", "nothing but unknown": "x-a, x-b;q=0.5", "a name twice": "gzip;q=0, gzip",
                    "200 codings": ", ".join(f"x{i}" for i in range(200))}.items():
    fine(f"edge: Accept-Encoding with {name}", "9110 12.5.3", get(f"Accept-Encoding: {value}\r\n"), (200,), check=coded)
for name, value in {"a weight of four digits": "gzip;q=0.1234", "a weight above 1": "gzip;q=1.001", "a weight without a zero": "gzip;q=.5",
                    "a negative weight": "gzip;q=-1", "no weight": "gzip;q=", "a weight of letters": "gzip;q=a", "two weights": "gzip;q=1;q=0"}.items():
    fine(f"edge: Accept-Encoding with {name}", "9110 12.4.2", get(f"Accept-Encoding: {value}\r\n"), (200, 400), "MAY",
         check=lambda a, p: coded(a, p) if a[0].status == 200 else None)
fine("edge: HEAD of a coded page has no body", "9110 9.3.2", get("Accept-Encoding: gzip\r\n", method="HEAD"), check=no_body)
fine("edge: gzip refused by the asterisk", "9110 12.5.3", get("Accept-Encoding: *;q=0\r\n"), (200, 406), "MAY")
for name, value in {"a type of its own": "application/yaml", "a weight": "text/*;q=0.1, */*;q=0.2", "a parameter": "*/*;level=1", "a subtype of all": "application/*",
                    "rubbish": ";;q=;,", "a type without a subtype": "text", "0.001": "*/*;q=0.001"}.items():
    fine(f"edge: Accept with {name}", "9110 12.5.1", get(f"Accept: {value}\r\n"), (200, 406, 400) if name in ("rubbish", "a type without a subtype", "a parameter") else (200, 406))

# Methods (RFC 9110 9)
fine("edge: OPTIONS of what is not there", "9110 9.3.7", get(method="OPTIONS", target="/nothing-here"), (200, 204, 404), "SHOULD")
fine("edge: OPTIONS has no surprise for a browser", "9110 9.3.7", get(method="OPTIONS"), (200, 204), check=has("Allow", r".*GET.*"))
fine("edge: OPTIONS with Max-Forwards 0", "9110 7.6.2", get("Max-Forwards: 0\r\n", method="OPTIONS"), (200, 204))
fine("edge: TRACE with Max-Forwards 0", "9110 7.6.2", get("Max-Forwards: 0\r\n", method="TRACE"), (200, 403, 405, 501))
fine("edge: a method of one letter", "9110 9.1", get(method="X"), (405, 501))
fine("edge: a method that begins like one", "9110 9.1", get(method="GETS"), (405, 501))
fine("edge: a method that ends like one", "9110 9.1", get(method="FORGET"), (405, 501))
fine("edge: HEAD of what needs POST tells as GET would", "9110 9.3.2", get(method="HEAD", target="@Q"), ANY, check=no_body)
fine("edge: HEAD of a bad target has no body", "9110 9.3.2", get(method="HEAD", target="/%c0%af"), (400, 404), check=no_body)
add("edge: HEAD without Host has no body", "MUST", "9110 9.3.2", "HEAD @P HTTP/1.1\r\n\r\n", (400,), check=no_body)

# Chunks (RFC 9112 7.1)
for name, body in {"an extension with an empty quoted value": "5;a=\"\"\r\nhello\r\n0\r\n\r\n", "an extension with a quoted pair": "5;a=\"\\\"\"\r\nhello\r\n0\r\n\r\n",
                   "50 extensions": "5" + ";a=b" * 50 + "\r\nhello\r\n0\r\n\r\n", "obs-text in quotes": "5;a=\"\xe9\"\r\nhello\r\n0\r\n\r\n",
                   "a tab in quotes": "5;a=\"\t\"\r\nhello\r\n0\r\n\r\n", "ten trailers": "5\r\nhello\r\n0\r\n" + "X-A: b\r\n" * 10 + "\r\n",
                   "a trailer of obs-text": "5\r\nhello\r\n0\r\nX-A: \xe9\r\n\r\n", "mixed case": "00a\r\n0123456789\r\n0A\r\n0123456789\r\n0\r\n\r\n",
                   "a last chunk of many zeros and an extension": "5\r\nhello\r\n000;x\r\n\r\n"}.items():
    then(f"edge: chunks with {name}", "9112 7.1", chunked(body))
for name, body in {"blanks before an extension": "5 ;a=b\r\nhello\r\n0\r\n\r\n", "blanks in an extension": "5; a = b\r\nhello\r\n0\r\n\r\n",
                   "obs-text as an extension": "5;\xe9\r\nhello\r\n0\r\n\r\n"}.items():
    add(f"edge: chunks with {name}", "MAY", "9112 7.1.1", chunked(body) + NEXT, ANY + (400,), count=None)
for name, body in {"a quote that goes on": "5;a=\"b\r\nhello\r\n0\r\n\r\n", "text behind a quote": "5;a=\"b\"c\r\nhello\r\n0\r\n\r\n", "an extension of quotes alone": "5;\"a\"\r\nhello\r\n0\r\n\r\n",
                   "a size of 17 digits": "10000000000000005\r\nhello\r\n0\r\n\r\n", "DEL in a size line": "5\x7f\r\nhello\r\n0\r\n\r\n", "a colon": "5:\r\nhello\r\n0\r\n\r\n",
                   "an equals sign": "5=a\r\nhello\r\n0\r\n\r\n", "a size after a semicolon": ";5\r\nhello\r\n0\r\n\r\n", "two last chunks and a size": "0\r\n0\r\n\r\n",
                   "a full stop for a trailer": "0\r\n.\r\n\r\n", "a request line for a trailer": "0\r\nGET / HTTP/1.1\r\n\r\n", "only half of CR LF at the end": "5\r\nhello\r\n0\r\n\rX\r\n"}.items():
    refused(f"edge: chunks with {name}", "9112 7.1", chunked(body), (400,), "HARD", tail="" if "half" in name or "request line" in name else NEXT)

# What a fault leaves of what follows it (RFC 9112 9.3, 9.6)
for name, raw, statuses in (
        ("404", get(target="/nothing-here", close=False), (404,)), ("405", get(method="DELETE", close=False), (405,)), ("501", get(method="BREW", close=False), (501, 405)),
        ("412", get("If-Match: \"x\"\r\n", close=False), (412,)), ("416", get("Range: bytes=99999999-\r\n", close=False), (416,)),
        ("304", get("If-None-Match: *\r\n", close=False), (304,)), ("HEAD", get(method="HEAD", close=False), (200,)), ("204 or 200 of OPTIONS", get(method="OPTIONS", close=False), (200, 204)),
        ("a POST that is refused", post("Content-Length: 5\r\nContent-Type: text/plain\r\n", "hello"), ANY), ("an empty POST", post("Content-Length: 0\r\n"), ANY),
        ("an unread chunked body", chunked("5\r\nhello\r\n0\r\n\r\n", "Content-Type: text/plain\r\n"), ANY)):
    then(f"edge: after {name} the next request is understood", "9112 9.3", raw, statuses)
for name, raw in {"a bad request line": "GET\r\n\r\n", "a bad field": get("a b: c\r\n", close=False), "no Host": get(host="", close=False),
                  "a bad length": post("Content-Length: x\r\n"), "a bad chunk": chunked("x\r\n")}.items():
    refused(f"edge: after {name} nothing more is read", "9112 9.6", raw)
for name, raw in {"a bad request line": "GET\r\n\r\n", "a bad field": get("a b: c\r\n", close=False), "an unknown version": "GET @P HTTP/9.9\r\nHost: @H\r\n\r\n"}.items():
    add(f"edge: {name} is told that the connection ends", "SHOULD", "9112 9.6", raw, (400, 505), check=all_of(has("Connection", "close"), has("Date", DATE), has("Content-Length", r"\d+")))
then("edge: two requests, the first with fields of its own", "9112 9.3.2", get("If-None-Match: *\r\nRange: bytes=0-1\r\n", close=False), (304,),
     check=lambda a, p: None if a[1].body == p.body else "the second answer is not the page")
add("edge: a pipeline of GET, HEAD and POST is answered in order", "MUST", "9112 9.3.2",
    get(close=False) + get(target="/nothing-here", close=False) + post("Content-Length: 2\r\n", "{}") + NEXT, (200,), count=4, rest=ANY,
    check=lambda a, p: None if a[1].status == 404 and a[3].body == p.body else f"{[x.status for x in a]}")
add("edge: close in the middle of a pipeline", "MUST", "9112 9.6", get(close=False) + get() + get(close=False), (200,), count=2)
add("edge: Connection: close and keep-alive in HTTP/1.0", "MUST", "9112 9.3", get("Connection: close, keep-alive\r\n", version="HTTP/1.0", close=False) + NEXT, (200,), count=1)
add("edge: HTTP/1.0 with a body keeps in step", "MUST", "9112 9.3", post("Connection: keep-alive\r\nContent-Length: 2\r\n", "{}", version="HTTP/1.0") + NEXT, ANY, count=2)

# Bodies of other answers
fine("edge: an error has a type and a length", "9110 8.3", get(target="/nothing-here"), (404,), check=all_of(has("Content-Type"), has("Content-Length", r"\d+"), has("Date", DATE)))
fine("edge: 405 lists methods as tokens", "9110 10.2.1", get(method="DELETE"), (405,), check=has("Allow", r"[A-Z]+(, ?[A-Z]+)*"))
fine("edge: 204 and 304 have no coding of transfer", "9112 6.1", get("If-None-Match: *\r\n"), (304,), check=has("Transfer-Encoding", absent=True))
add("edge: an answer to HTTP/1.0 is not chunked", "MUST", "9112 6.1", get("Accept-Encoding: gzip\r\n", version="HTTP/1.0", close=False), (200,), check=has("Transfer-Encoding", absent=True))
fine("edge: Vary is a list of names", "9110 12.5.5", get(), check=lambda a, p: None if "vary" not in a[0].headers else has("Vary", r"\*|[A-Za-z-]+(, ?[A-Za-z-]+)*")(a, p))
fine("edge: no field of an answer has a name twice", "9110 5.3", get(), check=body_is(lambda page: page.body))

COUNT = len(CASES) - _FIRST
