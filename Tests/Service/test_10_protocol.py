"""The protocol, by raw requests written from RFC 9110 and 9112; see http_cases, http_vectors and http_edges."""

import concurrent.futures

import pytest

from http_edges import CASES, SLOW
from http_runner import Page, Server, fault


@pytest.fixture(scope="module")
def target(server):
    target = Server(server.host, server.port, "/openapi.yaml", "/v1/datasets")
    page = Page(target)
    assert page.status == 200 and {"etag", "last-modified"} <= set(page.headers)
    return target, page


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(target, case):
    assert (wrong := fault(case, *target)) is None, f"{case.level} RFC {case.ref}: {wrong}"


def test_slow_clients_are_ended_within_the_limits(target):
    """All at once, each against the default limits."""
    with concurrent.futures.ThreadPoolExecutor(len(SLOW)) as pool:
        faults = dict(zip([c.name for c in SLOW], pool.map(lambda c: fault(c, *target), SLOW)))
    assert not any(faults.values()), {k: v for k, v in faults.items() if v}
