"""What the scenarios share: a server, simulated sections, one finished analysis."""

import subprocess

import pytest

from service import SEAM, Server, simulate


@pytest.fixture(scope="session", autouse=True)
def executable():
    """The executable under test is there and runs."""
    done = subprocess.run([SEAM, "version"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"{SEAM} does not run: {done.stderr}"
    return SEAM


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The server most scenarios share."""
    process = Server(tmp_path_factory.mktemp("shared") / "data")
    yield process
    code = process.stop()
    assert code == 0, process.errors()
    assert process.output == f"listening on {process.url}\n", "standard output holds one line"


@pytest.fixture(scope="session")
def api(server):
    """A client of the shared server."""
    return server.client()


@pytest.fixture
def start(tmp_path):
    """Starts servers of a scenario's own; those that still run at its end are stopped."""
    started = []

    def run(data=None, *arguments, **options):
        process = Server(data or tmp_path / f"data{len(started)}", *arguments, **options)
        started.append(process)
        return process

    yield run
    for process in started:
        if process.process.poll() is None:
            process.stop()


@pytest.fixture(scope="session")
def section(tmp_path_factory):
    """The tiny section: (path of the zip, arrays of the truth)."""
    return simulate(tmp_path_factory.mktemp("tiny"), "--preset", "tiny", "--seed", "1")


@pytest.fixture(scope="session")
def archive(section):
    """Its zip as bytes."""
    return section[0].read_bytes()


@pytest.fixture(scope="session")
def truth(section):
    """Its arrays: cube, mz, mask, types, …"""
    return section[1]


@pytest.fixture(scope="session")
def dataset(api, archive):
    """Its document on the shared server; scenarios leave it as it is."""
    return api.upload(archive, file="tiny.zip", expect=(200, 201)).json()


@pytest.fixture(scope="session")
def analysis(api, dataset):
    """The finished analysis of it on the shared server; scenarios leave it as it is."""
    return api.run(dataset["id"], "analysis")
