"""Every page by axe-core: no serious or critical finding, light and dark, wide and narrow."""

import importlib.util
import json
import pathlib

import pytest

AXE = (pathlib.Path(importlib.util.find_spec("axe_playwright_python").origin).parent / "axe.min.js").read_text()
PAGES = {
    "datasets": "/?page=datasets", "ions": "/?page=ions&dataset={ds}", "cells": "/?page=cells&dataset={ds}&run={an}&nuclei=3",
    "markers": "/?page=markers&dataset={ds}&run={an}", "runs": "/?page=runs", "run": "/?page=run&dataset={ds}&job={an}",
    "start": "/?page=start&dataset={ds}", "compare": "/?page=compare&dataset={ds}&a={an}", "report": "/?page=report&dataset={ds}&run={an}",
    "help": "/?page=help", "missing": "/?page=ions&dataset=ds_nothing",
}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_serious_finding(pages, server, analysed, name, dark):
    dataset, analysis = analysed
    page = pages(server, PAGES[name].format(ds=dataset["id"], an=analysis["id"]))
    page.resize(1440 if not dark else 768, 1000, dark)
    page.run("new Promise((r) => setTimeout(r, 700))")
    page.send("Runtime.evaluate", expression=AXE)
    found = page.run("axe.run(document, {resultTypes: ['violations']}).then((r) => r.violations.map((v) => [v.impact, v.id, v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + ' ' + (n.any[0]?.message ?? ''))]))")
    assert [f for f in found if f[0] in ("serious", "critical")] == [], json.dumps(found, indent=1)


@pytest.mark.parametrize("width", [1440, 1024, 768])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_hangs_over_the_edge(pages, server, analysed, name, width):
    dataset, analysis = analysed
    page = pages(server, PAGES[name].format(ds=dataset["id"], an=analysis["id"]))
    page.resize(width, 900)
    page.run("new Promise((r) => setTimeout(r, 500))")
    assert page.run("document.documentElement.scrollWidth") <= width


def test_movement_stops_where_it_is_not_wanted(pages, server):
    page = pages(server)
    page.has("Choose files")
    duration = "getComputedStyle(document.querySelector('button.primary')).transitionDuration"
    assert page.run(duration) == "0.12s"
    page.resize(1440, 900, calm=True)
    assert page.run(duration) == "0s"
