"""From an upload to markers in one flow, by keyboard alone, with live progress."""

import re

import pytest

from service import section


def test_from_upload_to_markers_by_keyboard(page, folder, server):
    path = section(folder, "flow", 2)
    page.has("Drop an export here")
    page.tab_to("Choose files")
    page.key("Enter")
    page.wait("true")
    for _ in range(100):
        if page.choosers:
            break
        page.run("new Promise((r) => setTimeout(r, 20))")
    page.give([path])
    page.has("is stored")
    page.tab_to("Analyse it")
    page.key("Enter")
    page.has("What to run")
    page.tab_to("Start", most=80)
    while page.focused().strip() != "Start":
        page.tab_to("Start", most=80)
    page.key("Enter")
    page.has("Whole analysis")
    # Live: what the page says changes while it is open, without a reload.
    page.run("window.stays = true")
    seen = set()
    for _ in range(1200):
        text = page.text()
        seen.update(re.findall(r"(\d+)\s%", text))
        if page.run("document.querySelector('main .state')?.textContent.includes('succeeded') ?? false"):
            break
        assert "failed" not in page.run("document.querySelector('main .state')?.textContent ?? ''"), text
        page.run("new Promise((r) => setTimeout(r, 100))")
    page.has("Look at nuclei")
    assert page.run("window.stays") is True and len(seen) >= 2, seen
    page.wait("[...document.querySelectorAll('main tbody .state')].filter((e) => e.textContent.includes('succeeded')).length >= 5")
    page.tab_to("Look at nuclei")
    page.key("Enter")
    page.has("nuclei in")
    page.tab_to("Markers")
    page.key("Enter")
    page.wait("document.querySelector('h1')?.textContent === 'Markers'")
    page.wait("document.querySelectorAll('[aria-label=\"Table of markers\"] tbody tr').length > 5")
    page.tab_to("Show m/z")
    page.key("Enter")
    page.has("Than in all other nuclei".lower())


def test_the_progress_of_a_run_comes_as_events(pages, server, folder):
    path = section(folder, "events", 3)
    dataset = server.json("/v1/datasets", "POST", path.read_bytes())
    job = server.json("/v1/jobs", "POST", {"dataset": dataset["id"], "kind": "analysis"})
    page = pages(server, f"/?page=run&dataset={dataset['id']}&job={job['id']}")
    page.wait("document.querySelector('main .state').textContent.includes('succeeded')", 240)
    assert any(url.endswith(f"/v1/jobs/{job['id']}/events") for url in page.requests)


def test_a_run_can_be_cancelled_and_run_again_with_changes(pages, server, analysed):
    dataset, _ = analysed
    job = server.json("/v1/jobs", "POST", {"dataset": dataset["id"], "kind": "view", "parameters": {"epochs": 2000, "seed": 5}})
    page = pages(server, f"/?page=run&dataset={dataset['id']}&job={job['id']}")
    page.tab_to("Cancel")
    page.key("Enter")
    page.wait("document.querySelector('main .state').textContent.includes('cancelled')")
    page.tab_to("Run again with changes")
    page.key("Enter")
    page.wait("document.querySelector('h1')?.textContent === 'Run again with changes'")
    page.wait("document.querySelector('form') !== null")
    values = page.run("Object.fromEntries([...document.querySelectorAll('main form .field')].map((f) => [f.querySelector('label').textContent, f.querySelector('input, select').value]))")
    assert values["epochs"] == "2000" and values["seed"] == "5"


@pytest.mark.parametrize("kind", ["analysis", "segmentation", "clustering"])
def test_forms_have_every_parameter_of_the_api(pages, server, analysed, kind):
    dataset, _ = analysed
    schema = next(k for k in server.json("/v1")["kinds"] if k["kind"] == kind)["parameters"]["properties"]
    page = pages(server, f"/?page=start&dataset={dataset['id']}&kind={kind}")
    page.wait("document.querySelectorAll('main form .fields .field').length > 4")
    labels = page.run("[...document.querySelectorAll('main form label')].map((l) => l.textContent)")
    for name, part in schema.items():
        assert all(inner in labels for inner in part["properties"]) if "properties" in part else name in labels
