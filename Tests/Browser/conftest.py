"""One browser and one analysed dataset for all tests; every page is looked at when its test ends."""

import urllib.parse

import pytest

from devtools import Browser
from service import Server, section


@pytest.fixture(scope="session")
def browser():
    browser = Browser()
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("sections")


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A server in open mode."""
    server = Server(tmp_path_factory.mktemp("open"))
    yield server
    server.close()


@pytest.fixture(scope="session")
def analysed(server, folder):
    """A dataset that is analysed, with a second clustering: its document and the analysis's."""
    path = section(folder, "liver", 1)
    dataset = server.json("/v1/datasets?name=liver&sample=L1", "POST", path.read_bytes())
    job = server.json("/v1/jobs", "POST", {"dataset": dataset["id"], "kind": "analysis"})
    analysis = server.finished(job["id"])
    other = server.json("/v1/jobs", "POST", {"dataset": dataset["id"], "kind": "clustering",
                                             "parameters": {"method": "kmeans", "n_clusters": 2}})
    server.finished(other["id"])
    return dataset, analysis


@pytest.fixture
def pages(browser):
    """Makes pages, and looks at each when the test ends: no fault, no other host, no report of the policy."""
    made = []

    def make(server, path="/", **options):
        page = browser.page(**options)
        made.append((page, server))
        page.send("Page.setInterceptFileChooserDialog", enabled=True)
        page.send("Page.addScriptToEvaluateOnNewDocument", source="""
            document.addEventListener("securitypolicyviolation", (e) => console.error("policy: " + e.violatedDirective + " " + e.blockedURI));""")
        page.open(server.url + path)
        return page

    yield make
    for page, server in made:
        page.run("1")
        assert page.faults == []
        host = urllib.parse.urlsplit(server.url).netloc
        strangers = [url for url in page.requests if not url.startswith(("data:", "blob:", "about:"))
                     and urllib.parse.urlsplit(url).netloc != host]
        assert strangers == []
        page.close()


@pytest.fixture
def page(pages, server):
    return pages(server)
