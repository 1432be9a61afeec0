"""The viewer's files as they are served."""

import gzip
import re

import pytest
import yaml

from service import PAGES, ROOT

TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".html": "text/html"}


@pytest.fixture(scope="session")
def base(server):
    return re.search(r'/viewer/[0-9a-f]{16}/', server.ask("/")[2].decode()).group(0)


def test_the_page_has_a_strict_policy_and_nothing_inline(server):
    status, headers, body = server.ask("/?page=ions&dataset=ds_1")
    policy, text = headers["Content-Security-Policy"], body.decode()
    assert status == 200 and headers["Content-Type"].startswith("text/html")
    assert "default-src 'none'" in policy and "unsafe" not in policy and "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy and "require-trusted-types-for 'script'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "style=" not in text and "<style" not in text and not re.search(r"<script(?![^>]*src=)", text)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', text) and "{version}" not in text


@pytest.mark.parametrize("name", sorted(path.name for path in PAGES.iterdir()))
def test_every_file_is_in_the_executable_and_kept_for_good(server, base, name):
    status, headers, body = server.ask(base + name)
    assert status == 200 and body == (PAGES / name).read_bytes()
    assert headers["Content-Type"].split(";")[0] == TYPES["." + name.split(".")[-1]]
    assert "immutable" in headers["Cache-Control"] and headers["X-Content-Type-Options"] == "nosniff"
    again, _, _ = server.ask(base + name, headers={"If-None-Match": headers["ETag"]})
    assert again == 304
    _, coded, packed = server.ask(base + name, headers={"Accept-Encoding": "gzip"})
    if len(body) >= 1024:
        assert coded["Content-Encoding"] == "gzip" and gzip.decompress(packed) == body


def test_other_files_and_versions_are_not_there(server, base):
    for path in (base + "nothing.js", "/viewer/0000000000000000/app.js", base + "..%2Fapp.js"):
        status, headers, _ = server.ask(path)
        assert status == 404 and headers["Content-Type"] == "application/problem+json"


def test_no_file_asks_another_host_or_makes_markup_of_text():
    for path in PAGES.glob("*.js"):
        text = path.read_text()
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
            assert word not in text, f"{path.name}: {word}"
        hosts = {host for host in re.findall(r"https?://([\w.-]+)", text)} - {"www.w3.org"}
        assert not hosts, f"{path.name}: {hosts}"


def test_the_reference_reads_the_contract_as_yaml_does(page, base):
    found = page.run(f"import('{base}yaml.js').then(async (m) => m.parseYaml(await (await fetch('/openapi.yaml')).text()))")

    def plain(value):
        if isinstance(value, dict):
            return {str(key): plain(part) for key, part in value.items()}
        if isinstance(value, list):
            return [plain(part) for part in value]
        # JavaScript's numbers are doubles.
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value

    assert plain(found) == plain(yaml.safe_load((ROOT / "openapi.yaml").read_text()))


def test_the_first_page_is_small(page):
    page.has("Drop an export here")
    sizes = page.run("performance.getEntriesByType('resource').filter((e) => e.name.includes('/viewer/')).map((e) => [e.name, e.encodedBodySize])")
    total = sum(size for _, size in sizes) + page.run("performance.getEntriesByType('navigation')[0].encodedBodySize")
    assert len(sizes) > 10 and all(size > 0 for _, size in sizes)
    assert total < 150_000, f"{total} bytes"
