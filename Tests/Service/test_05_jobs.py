"""Jobs: an analysis end to end, its results and pictures, reuse, cancelling, forgetting."""

import csv
import io
import json
import math
import re
import threading
import time

import numpy as np
import pytest
import requests
from PIL import Image

from service import CONTRACT, ion_path, ion_text, make_zip, npy, simulate

PARTS = ["view", "segmentation", "representation", "clustering", "embedding", "diff"]
COLUMNS = {
    "segmentation": ["cell_id", "x_px", "y_px", "x_um", "y_um", "area_px", "area_um2", "confidence"],
    "clustering": ["cell_id", "cluster"], "embedding": ["cell_id", "umap1", "umap2"],
    "diff": ["cluster", "rank", "mz", "label", "direction", "score", "between_within", "wbr",
             "log2_fold_change", "auc", "p_value", "p_adjusted"],
}
FAST = {"view": {"epochs": 20}, "representation": {"method": "mean"}}


@pytest.fixture(scope="module")
def parts(analysis):
    return analysis["inputs"]


@pytest.fixture(scope="module")
def labels(api, parts):
    return npy(api.result(parts["segmentation"], "npy").content)


def lines(api, job):
    """The rows of a result's CSV."""
    text = api.result(job, "csv").content.decode()
    assert text.endswith("\r\n") and not text.startswith("#")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def picture(content, least=32):
    image = Image.open(io.BytesIO(content))
    image.load()
    assert image.format == "PNG" and min(image.size) >= least
    assert len(np.unique(np.asarray(image.convert("RGB")).reshape(-1, 3), axis=0)) > 5, "not empty"
    return image


def check_table(api, job, kind):
    """JSON and CSV say the same, with the columns of the contract first."""
    document, rows = api.result(job, "json").json(), lines(api, job)
    columns = document["columns"]
    assert columns[:len(COLUMNS[kind])] == COLUMNS[kind] or set(COLUMNS[kind]) <= set(columns)
    assert len(rows) == len(document["rows"])
    for row, values in zip(rows, document["rows"]):
        assert list(row) == columns == list(values)
        for name, value in values.items():
            if value is None:
                assert row[name] == ""
            elif isinstance(value, str):
                assert row[name].lstrip("'") == value.lstrip("'")
            else:
                assert float(row[name]) == value
    return document


def test_an_analysis_is_made_of_its_parts(api, analysis, parts, dataset):
    assert analysis["kind"] == "analysis" and analysis["state"] == "succeeded"
    assert list(parts) == PARTS and len(set(parts.values())) == 6
    assert analysis["progress"]["fraction"] == 1 and analysis["error"] is None
    document = api.result(analysis["id"], "json").json()
    assert {k: v["job"] for k, v in document["parts"].items()} == parts
    assert {v["state"] for v in document["parts"].values()} == {"succeeded"}
    jobs = {kind: api.get(f"/v1/jobs/{id_}").json() for kind, id_ in parts.items()}
    for kind, job in jobs.items():
        assert (job["kind"], job["dataset"], job["state"]) == (kind, dataset["id"], "succeeded")
        assert job["submitted_at"] <= job["started_at"] <= job["finished_at"]
        assert job["attempts"] == 1 and job["interruptions"] == 0
        assert job["provenance"]["seed"] == 0 and job["provenance"]["parameters"] == job["parameters"]
        assert job["provenance"]["dataset_sha256"] == dataset["sha256"]
        for path in job["links"].values():
            assert path.endswith("/events") or api.get(path).ok
    # A part begins when its inputs have ended.
    for kind, upstream in [("representation", "segmentation"), ("clustering", "representation"),
                           ("embedding", "clustering"), ("diff", "clustering")]:
        assert jobs[kind]["inputs"][upstream] == parts[upstream]
        assert jobs[kind]["started_at"] >= jobs[upstream]["finished_at"]
    assert {j["id"] for j in api.get(f"/v1/jobs?dataset={dataset['id']}&limit=500").json()["items"]
            } >= {analysis["id"], *parts.values()}


def test_the_view(api, parts, truth):
    document = api.result(parts["view"], "json").json()
    rgb = npy(api.result(parts["view"], "npy").content)
    assert rgb.dtype == np.uint8 and rgb.shape == (*truth["mask"].shape, 3)
    assert (document["height"], document["width"]) == truth["mask"].shape
    image = picture(api.result(parts["view"], "png").content)
    assert np.array_equal(np.asarray(image.convert("RGB")), rgb)
    # Nuclei and ground have different colours.
    inside, outside = rgb[truth["mask"] > 0].mean(0), rgb[truth["mask"] == 0].mean(0)
    assert np.abs(inside - outside).max() > 15


def test_the_segmentation(api, parts, labels, truth, dataset):
    document = check_table(api, parts["segmentation"], "segmentation")
    assert labels.dtype == np.dtype("<i4") and labels.shape == truth["mask"].shape
    cells = document["rows"]
    assert document["cell_count"] == len(cells) == labels.max()
    assert [c["cell_id"] for c in cells] == list(range(1, len(cells) + 1))
    size = dataset["pixel_size_um"]
    for cell in cells:
        y, x = np.nonzero(labels == cell["cell_id"])
        assert cell["area_px"] == len(x)
        assert cell["x_px"] == pytest.approx(x.mean()) and cell["y_px"] == pytest.approx(y.mean())
        assert cell["x_um"] == pytest.approx(x.mean() * size)
        assert cell["area_um2"] == pytest.approx(len(x) * size**2)
        assert 0 <= cell["confidence"] <= 1
    assert document["marker"] == pytest.approx(134.05, abs=0.5)
    tif = Image.open(io.BytesIO(api.result(parts["segmentation"], "tif").content))
    assert np.array_equal(np.asarray(tif), labels)
    picture(api.result(parts["segmentation"], "png").content, 100)
    # It finds nuclei: most true ones overlap a found one.
    found = [np.bincount(labels[truth["mask"] == n])[1:].sum() > 0
             for n in range(1, truth["mask"].max() + 1)]
    assert np.mean(found) > 0.6


def area(ring):
    x, y = np.array(ring, float).T
    return np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) / 2


@pytest.mark.parametrize("kind", ["segmentation", "clustering"])
def test_outlines(api, parts, labels, kind):
    features = api.result(parts[kind], "geojson").json()["features"]
    assert [f["id"] for f in features] == list(range(1, labels.max() + 1))
    for feature in features:
        geometry = feature["geometry"]
        polygons = geometry["coordinates"]
        if geometry["type"] == "Polygon":
            polygons = [polygons]
        for ring in (r for p in polygons for r in p):
            assert ring[0] == ring[-1] and len(ring) >= 5
        total = sum(abs(area(p[0])) - sum(abs(area(h)) for h in p[1:]) for p in polygons)
        assert total == (labels == feature["id"]).sum(), "an outline holds its pixels"
        properties = feature["properties"]
        assert properties["cell_id"] == feature["id"]
        assert ("cluster" if kind == "clustering" else "confidence") in properties


def test_the_representation(api, parts, labels):
    document = api.result(parts["representation"], "json").json()
    matrix = npy(api.result(parts["representation"], "npy").content)
    cells = labels.max()
    assert document["method"] == "distilled" and document["cell_count"] == cells
    assert document["cell_ids"] == list(range(1, cells + 1))
    assert matrix.dtype == np.dtype("<f4") and matrix.shape[0] == cells == matrix.shape[0]
    assert matrix.shape[1] == document["dimension"] and np.isfinite(matrix).all()
    assert document["losses"][-1] < document["losses"][0], "it learns"
    picture(api.get(f"/v1/jobs/{parts['representation']}/plots/loss.png").content, 100)


def test_the_clustering(api, parts, labels):
    document = check_table(api, parts["clustering"], "clustering")
    clusters = np.array([row["cluster"] for row in document["rows"]])
    assert [row["cell_id"] for row in document["rows"]] == list(range(1, labels.max() + 1))
    sizes = np.bincount(clusters)[1:]
    assert document["n_clusters"] == len(sizes) and np.all(sizes > 0)
    assert np.all(np.diff(sizes) <= 0), "the largest is number 1"
    assert document["estimates"], "k was estimated"
    picture(api.result(parts["clustering"], "png").content, 100)


def test_the_embedding(api, parts, labels):
    document = check_table(api, parts["embedding"], "embedding")
    clusters = {r["cell_id"]: r["cluster"]
                for r in api.result(parts["clustering"], "json").json()["rows"]}
    assert {r["cell_id"]: r["cluster"] for r in document["rows"]} == clusters
    points = np.array([[r["umap1"], r["umap2"]] for r in document["rows"]])
    assert np.isfinite(points).all() and points.std(0).min() > 0.1
    plain = api.result(parts["embedding"], "png")
    picture(plain.content, 100)
    by_ion = api.result(parts["embedding"], "png", query="?ion=134")
    picture(by_ion.content, 100)
    assert by_ion.content != plain.content
    api.problem("GET", f"/v1/jobs/{parts['embedding']}/result.png?ion=9999", 404, "not-found")
    for job, suffix in ((parts["embedding"], "csv"), (parts["diff"], "png")):
        api.problem("GET", f"/v1/jobs/{job}/result.{suffix}?ion=134", 400, "bad-query")


def test_the_markers(api, parts, labels, truth, dataset):
    rows = check_table(api, parts["diff"], "diff")["rows"]
    ions = api.get(f"/v1/datasets/{dataset['id']}/ions").json()["rows"]
    clusters = {r["cell_id"]: r["cluster"]
                for r in api.result(parts["clustering"], "json").json()["rows"]}
    numbers = sorted(set(clusters.values()))
    if len(numbers) == 1:
        pytest.skip("one cluster has no rest to compare with")
    means = np.array([truth["cube"][:, labels == c].mean(1) for c in sorted(clusters)])
    of_cell = np.array([clusters[c] for c in sorted(clusters)])
    for number in numbers:
        own = [r for r in rows if r["cluster"] == number]
        assert len(own) == len(ions), "every ion for every cluster"
        assert [r["rank"] for r in own] == list(range(1, len(own) + 1))
        directions = [r["direction"] for r in own]
        assert directions == sorted(directions, reverse=True), "up ions first"
        up = [r["score"] for r in own if r["direction"] == "up" and r["score"] is not None]
        assert up == sorted(up, reverse=True), "by falling score"
        for row in own[::7]:
            index = next(i["index"] for i in ions if i["mz"] == row["mz"])
            here, rest = means[of_cell == number, index], means[of_cell != number, index]
            if here.mean() != rest.mean() and row["direction"] == "up":
                assert here.mean() >= rest.mean() * 0.9
            wins = (here[:, None] > rest).mean() + (here[:, None] == rest).mean() / 2
            if row["auc"] is not None:
                assert row["auc"] == pytest.approx(wins, abs=1e-6)
            if row["score"] is not None:
                assert row["score"] == row["between_within"]
    picture(api.result(parts["diff"], "png").content, 100)


def test_a_marker_table_of_k_ions(api, dataset, parts):
    for top in (1, 5):
        job = api.run(dataset["id"], "diff", {"top": top}, {"clustering": parts["clustering"]})
        rows = api.result(job["id"], "json").json()["rows"]
        assert len(rows) == top * len({r["cluster"] for r in rows})
        assert {r["rank"] for r in rows} == set(range(1, top + 1))


@pytest.mark.parametrize("method", ["t", "wilcoxon"])
def test_other_tests_of_markers(api, dataset, parts, method):
    job = api.run(dataset["id"], "diff", {"method": method}, {"clustering": parts["clustering"]})
    for row in check_table(api, job["id"], "diff")["rows"]:
        if row["p_value"] is not None:
            assert row["p_value"] <= row["p_adjusted"] + 1e-15


def test_every_plot_is_a_picture(api, analysis, parts):
    names = set()
    for job in [analysis["id"], *parts.values()]:
        for entry in api.get(f"/v1/jobs/{job}/plots").json()["plots"]:
            names.add(entry["name"])
            picture(api.get(entry["href"]).content, 100)
    assert names >= {"outlines", "map", "umap", "heatmap"}
    problem = api.problem(
        "GET", f"/v1/jobs/{parts['clustering']}/plots/mapp.png", 404, "not-found")
    assert "map" in problem["detail"]


def test_the_report_is_one_page_that_can_do_nothing(api, analysis, dataset):
    response = api.result(analysis["id"], "html")
    policy = response.headers["Content-Security-Policy"]
    assert policy == "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    page = response.text
    assert page.count("<img") >= 5 and dataset["name"] in page
    assert not re.search(r'src="(?!data:)|<script|<link|href="(?!#)', page)


def test_names_in_the_report_are_escaped(api):
    name = "<script>alert('x')</script>&\""
    files = {f"{m}.00 - {m}.05 u.txt": ion_text(np.arange(64).reshape(8, 8) % 7 + m % 3)
             for m in (60, 90, 134)}
    dataset = api.upload(make_zip(files), name=name).json()
    assert dataset["name"] == name
    job = api.wait(api.submit(dataset["id"], "analysis", FAST)["id"])
    assert job["state"] == "succeeded", job["error"]
    page = api.result(job["id"], "html").text
    assert "<script" not in page and "&lt;script&gt;" in page


# Making and reusing

def test_the_same_job_again_is_the_job_that_is_there(api, dataset, analysis, parts):
    for parameters in (None, {}, {"seed": 0}):
        response = api.post("/v1/jobs", 200, json={
            "dataset": dataset["id"], "kind": "analysis", **({"parameters": parameters} if parameters else {})})
        assert response.json()["id"] == analysis["id"] and response.json()["cached"] is True
        assert response.headers["Location"] == f"/v1/jobs/{analysis['id']}"
    for kind, id_ in parts.items():
        again = api.submit(dataset["id"], kind, expect=200)
        assert again["id"] == id_ and again["cached"] is True
    assert api.get(f"/v1/jobs/{analysis['id']}").json()["cached"] is False


def test_inputs_left_out_are_joined_reused_or_made(api, dataset, parts):
    job = api.submit(dataset["id"], "clustering", {"n_clusters": 2}, expect=202)
    assert job["inputs"] == {k: parts[k] for k in ("segmentation", "representation")}
    assert api.wait(job["id"])["state"] == "succeeded"
    assert api.result(job["id"], "json").json()["n_clusters"] == 2
    assert api.result(job["id"], "json").json()["estimates"] == []
    mean = api.submit(dataset["id"], "representation", {"method": "mean"}, expect=202)
    assert mean["inputs"] == {"segmentation": parts["segmentation"]}
    job = api.submit(dataset["id"], "diff", None, {"clustering": job["id"]}, expect=202)
    assert job["inputs"]["segmentation"] == parts["segmentation"]
    # A given input fixes everything upstream of it.
    chain = api.run(dataset["id"], "clustering", {"method": "kmeans", "n_clusters": 2},
                    {"representation": mean["id"]})
    assert chain["inputs"] == {"representation": mean["id"], "segmentation": parts["segmentation"]}
    embedding = api.submit(dataset["id"], "embedding", None, {"clustering": chain["id"]})
    assert embedding["inputs"]["representation"] == mean["id"]
    for made in (job, embedding):
        assert api.wait(made["id"])["state"] == "succeeded"
    document = api.result(mean["id"], "json").json()
    assert document["method"] == "mean" and document["losses"] == []
    matrix = npy(api.result(mean["id"], "npy").content)
    assert matrix.shape == (document["cell_count"], document["dimension"])


def test_a_change_of_pixel_size_touches_later_jobs_only(api):
    body = make_zip({"px - 134.05 u.txt": ion_text([[1, 2], [3, 4]])})
    dataset = api.upload(body).json()["id"]
    first = api.run(dataset, "view")
    assert api.submit(dataset, "view")["id"] == first["id"]
    api.patch(f"/v1/datasets/{dataset}", 200, json={"pixel_size_um": 2})
    assert api.submit(dataset, "view", expect=202)["id"] != first["id"]


def test_idempotency_keys(api, dataset):
    headers = {"Idempotency-Key": "key of a test 1"}
    body = {"dataset": dataset["id"], "kind": "clustering", "parameters": {"n_clusters": 3, "seed": 11}}
    first = api.post("/v1/jobs", 202, json=body, headers=headers).json()
    again = api.post("/v1/jobs", 200, json=dict(reversed(body.items())), headers=headers).json()
    assert again["id"] == first["id"]
    other = {**body, "parameters": {"n_clusters": 4}}
    problem = api.problem("POST", "/v1/jobs", 422, "invalid-body", json=other, headers=headers)
    assert "Idempotency-Key" in problem["detail"]
    for key in ("", "x" * 201):
        api.problem("POST", "/v1/jobs", 400, "bad-query", json=body, headers={"Idempotency-Key": key})
    # The key still names its request where the job was there already.
    headers = {"Idempotency-Key": "key of a test 2"}
    assert api.post("/v1/jobs", 200, json=body, headers=headers).json()["id"] == first["id"]
    api.problem("POST", "/v1/jobs", 422, "invalid-body", json=other, headers=headers)


def test_requests_that_cannot_be_accepted(api, dataset, parts):
    ds = dataset["id"]
    other = api.upload(make_zip({"other - 134.05 u.txt": ion_text([[1, 2]])})).json()["id"]
    elsewhere = api.submit(other, "segmentation")["id"]
    before = len(api.get("/v1/jobs?limit=500").json()["items"])
    for body, pointer, part in [
        ({}, "/dataset", "dataset"), ({"dataset": ds}, "/kind", "kind"),
        ({"dataset": 3, "kind": "view"}, "/dataset", "id"), ([], "", "object"),
        ({"dataset": "ds_no", "kind": "view"}, "/dataset", "ds_no"),
        ({"dataset": ds, "kind": "segmentatoin"}, "/kind", '"segmentation"'),
        ({"dataset": ds, "kind": "view", "parameter": {}}, "/parameter", '"parameters"'),
        ({"dataset": ds, "kind": "view", "parameters": {"neighbors": 3}}, "/parameters/neighbors",
         '"neighbours"'),
        ({"dataset": ds, "kind": "view", "parameters": {"neighbours": 1}}, "/parameters/neighbours",
         "2 to 200"),
        ({"dataset": ds, "kind": "view", "parameters": {"neighbours": 2.5}},
         "/parameters/neighbours", "whole"),
        ({"dataset": ds, "kind": "view", "parameters": {"neighbours": "3"}},
         "/parameters/neighbours", "whole"),
        ({"dataset": ds, "kind": "view", "parameters": {"seed": -1}}, "/parameters/seed", "0"),
        ({"dataset": ds, "kind": "view", "parameters": {"min_dist": 7}}, "/parameters/min_dist",
         "number"),
        ({"dataset": ds, "kind": "view", "parameters": [1]}, "/parameters", "object"),
        ({"dataset": ds, "kind": "segmentation", "parameters": {"method": "publishd"}},
         "/parameters/method", '"published"'),
        ({"dataset": ds, "kind": "segmentation", "parameters": {"marker": 9999.5}},
         "/parameters/marker", "nearest"),
        ({"dataset": ds, "kind": "segmentation", "parameters": {"marker": True}},
         "/parameters/marker", "m/z"),
        ({"dataset": ds, "kind": "segmentation", "parameters": {"features": []}},
         "/parameters/features", "at least one"),
        ({"dataset": ds, "kind": "segmentation", "parameters": {"features": [134.05, "nope"]}},
         "/parameters/features/1", "nope"),
        ({"dataset": ds, "kind": "analysis", "parameters": {"segmentation": {"method": "x"}}},
         "/parameters/segmentation/method", "mdl"),
        ({"dataset": ds, "kind": "analysis", "parameters": {"clustering": {"k": 3}}},
         "/parameters/clustering/k", "unknown"),
        ({"dataset": ds, "kind": "view", "inputs": {"segmentation": parts["segmentation"]}},
         "/inputs/segmentation", "no inputs"),
        ({"dataset": ds, "kind": "diff", "inputs": {"clusterin": parts["clustering"]}},
         "/inputs/clusterin", '"clustering"'),
        ({"dataset": ds, "kind": "diff", "inputs": {"clustering": parts["view"]}},
         "/inputs/clustering", "view"),
        ({"dataset": ds, "kind": "diff", "inputs": {"clustering": "job_no"}},
         "/inputs/clustering", "job_no"),
        ({"dataset": ds, "kind": "diff", "inputs": {"clustering": 7}}, "/inputs/clustering", "id"),
        ({"dataset": ds, "kind": "representation", "inputs": {"segmentation": elsewhere}},
         "/inputs/segmentation", "this dataset"),
        ({"dataset": ds, "kind": "diff", "inputs": []}, "/inputs", "object"),
    ]:
        problem = api.problem("POST", "/v1/jobs", 422, "invalid-body", json=body)
        found = [e for e in problem["errors"] if e["pointer"] == pointer]
        assert found and part in found[0]["detail"], (body, problem)
    several = api.problem("POST", "/v1/jobs", 422, "invalid-body", json={
        "dataset": ds, "kind": "view", "parameters": {"a": 1, "seed": -1, "epochs": 0}})
    assert len(several["errors"]) == 3, "all faults at once"
    assert len(api.get("/v1/jobs?limit=500").json()["items"]) == before, "nothing was made"


def test_lists_of_jobs(api, dataset, analysis, parts):
    items = api.get(f"/v1/jobs?dataset={dataset['id']}&kind=view&state=succeeded").json()["items"]
    assert parts["view"] in [j["id"] for j in items]
    assert {(j["kind"], j["state"], j["dataset"]) for j in items} == {
        ("view", "succeeded", dataset["id"])}
    everything = api.get("/v1/jobs?limit=500").json()["items"]
    assert [j["id"] for j in everything] == sorted((j["id"] for j in everything), reverse=True)
    problem = api.problem("GET", "/v1/jobs?state=done", 400, "bad-query")
    assert "succeeded" in problem["errors"][0]["detail"]
    api.problem("GET", "/v1/jobs?kind=views", 400, "bad-query")
    seen, path = [], "/v1/jobs?limit=3"
    while path:
        page = api.get(path).json()
        seen += [j["id"] for j in page["items"]]
        path = page["next"]
    assert len(seen) == len(set(seen)) and set(seen) >= {j["id"] for j in everything}


# Watching, cancelling, forgetting

@pytest.fixture(scope="module")
def large(api, tmp_path_factory):
    """A section whose jobs take a while."""
    archive, _ = simulate(tmp_path_factory.mktemp("large"), "--preset", "tiny", "--size", "192")
    return api.upload(archive.read_bytes()).json()["id"]


def running(api, job):
    """Waits until a job runs."""
    end = time.monotonic() + 60
    while True:
        document = api.get(f"/v1/jobs/{job}?wait=5").json()
        if document["state"] != "queued":
            assert document["state"] == "running", document
            return document
        assert time.monotonic() < end


def cpu_is_idle(server, seconds=2.0):
    """Whether the process takes next to no processor time within a few seconds."""
    def ticks():
        fields = open(f"/proc/{server.process.pid}/stat").read().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        before = ticks()
        time.sleep(0.3)
        if ticks() - before <= 3:
            return True
    return False


@pytest.mark.parametrize("kind, parameters", [
    ("view", {"epochs": 2000}), ("segmentation", {"method": "published", "epochs": 200}),
    ("representation", {"schedule": "published", "epochs": 2000}),
])
def test_cancel_stops_compute_within_two_seconds(api, server, large, kind, parameters):
    job = api.submit(large, kind, parameters)["id"]
    if kind == "representation":
        api.wait(api.get(f"/v1/jobs/{job}").json()["inputs"]["segmentation"])
    document = running(api, job)
    time.sleep(1)
    start = time.monotonic()
    cancelled = api.post(f"/v1/jobs/{job}/cancel", 200).json()
    assert cancelled["state"] == "cancelled" and time.monotonic() - start < 2
    assert cpu_is_idle(server), "it still computes"
    assert cancelled["finished_at"] and document["started_at"]
    assert api.post(f"/v1/jobs/{job}/cancel", 200).json()["state"] == "cancelled"
    problem = api.problem("GET", f"/v1/jobs/{job}/result", 409, "no-result")
    assert problem["state"] == "cancelled" and problem["job"] == job
    # A cancelled job is not there for the next request.
    again = api.submit(large, kind, parameters, expect=202)["id"]
    assert again != job
    api.post(f"/v1/jobs/{again}/cancel", 200)


def test_progress_moves_and_is_told(api, large):
    job = api.submit(large, "view", {"epochs": 60, "seed": 5}, expect=202)
    assert job["state"] in ("queued", "running") and job["cached"] is False
    early = api.problem("GET", f"/v1/jobs/{job['id']}/result", 409, "no-result")
    assert early["state"] in ("queued", "running")
    last, moved, seen = None, time.monotonic(), []
    while True:
        document = api.get(f"/v1/jobs/{job['id']}").json()
        progress = document["progress"]
        if progress != last:
            moved, last = time.monotonic(), progress
            seen.append(progress["fraction"])
        # The machine may be loaded: twice the promised 2 s, and some.
        assert time.monotonic() - moved < 6 or document["state"] == "queued", progress
        if document["state"] not in ("queued", "running"):
            break
        time.sleep(0.1)
    assert document["state"] == "succeeded"
    assert seen == sorted(seen) and len(set(seen)) > 5 and seen[-1] == 1


def test_wait_answers_as_soon_as_the_state_changes(api, large):
    job = api.submit(large, "view", {"epochs": 2000, "seed": 6})["id"]
    running(api, job)
    start = time.monotonic()
    response = api.get(f"/v1/jobs/{job}?wait=1")
    assert 0.8 < time.monotonic() - start < 4 and response.json()["state"] == "running"
    assert int(response.headers["Retry-After"]) >= 1
    threading.Timer(0.5, lambda: api_cancel(api.url, job)).start()
    start = time.monotonic()
    document = api.get(f"/v1/jobs/{job}?wait=60").json()
    assert document["state"] == "cancelled" and time.monotonic() - start < 10
    start = time.monotonic()
    response = api.get(f"/v1/jobs/{job}?wait=60")
    assert time.monotonic() - start < 2 and "Retry-After" not in response.headers
    for bad in ("-1", "x", "nan", ""):
        api.problem("GET", f"/v1/jobs/{job}?wait={bad}", 400, "bad-query")


def api_cancel(url, job):
    requests.post(f"{url}/v1/jobs/{job}/cancel", timeout=30)


def test_events(api, large):
    job = api.submit(large, "view", {"epochs": 30, "seed": 7})["id"]
    events = []
    with api.request("GET", f"/v1/jobs/{job}/events", 200, stream=True) as response:
        assert response.headers["Content-Type"].startswith("text/event-stream")
        name = None
        for line in response.iter_lines(decode_unicode=True):
            if line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data: "):
                events.append((name, json.loads(line[6:])))
    schema = CONTRACT.document["components"]["schemas"]["Job"]
    for _, document in events:
        CONTRACT.validate(schema, document)
        assert document["id"] == job
    assert [name for name, _ in events[:-1]] == ["progress"] * (len(events) - 1)
    assert events[-1][0] == "end" and events[-1][1]["state"] == "succeeded"
    assert len(events) > 2
    # Of a finished job: its end, at once.
    text = api.get(f"/v1/jobs/{job}/events").text
    assert text.startswith("event: end\ndata: {") and text.endswith("\n\n")


def test_cancelling_an_analysis_stops_its_parts(api, server, large):
    job = api.submit(large, "analysis", {"seed": 9, "view": {"epochs": 2000}})
    running(api, job["inputs"]["view"])
    api.post(f"/v1/jobs/{job['id']}/cancel", 200)
    states = {k: api.get(f"/v1/jobs/{i}").json()["state"] for k, i in job["inputs"].items()}
    assert states["view"] == "cancelled" and states["diff"] == "cancelled"
    assert set(states.values()) <= {"cancelled", "succeeded"}
    assert cpu_is_idle(server)


def test_a_running_job_is_not_forgotten_nor_its_dataset(api, large):
    job = api.submit(large, "view", {"epochs": 2000, "seed": 10})["id"]
    problem = api.problem("DELETE", f"/v1/jobs/{job}", 409, "conflict")
    assert problem["jobs"] == [job]
    problem = api.problem("DELETE", f"/v1/datasets/{large}", 409, "conflict")
    assert job in problem["jobs"]
    api.post(f"/v1/jobs/{job}/cancel", 200)
    api.delete(f"/v1/jobs/{job}", 204)
    api.problem("GET", f"/v1/jobs/{job}", 404, "not-found")


def test_deleting_a_job_that_others_use(api, archive):
    body = make_zip({f"del{m} - {m}.05 u.txt": ion_text(np.arange(64).reshape(8, 8) % 5)
                     for m in (60, 134)})
    dataset = api.upload(body).json()["id"]
    analysis = api.wait(api.submit(dataset, "analysis", FAST)["id"])
    segmentation = analysis["inputs"]["segmentation"]
    problem = api.problem("DELETE", f"/v1/jobs/{segmentation}", 409, "conflict")
    assert set(problem["jobs"]) >= {analysis["id"], analysis["inputs"]["representation"]}
    assert api.get(f"/v1/jobs/{segmentation}").json()["state"] == "succeeded"
    api.delete(f"/v1/jobs/{segmentation}?cascade=true", 204)
    for gone in (segmentation, analysis["id"], analysis["inputs"]["diff"]):
        api.problem("GET", f"/v1/jobs/{gone}", 404, "not-found")
    assert api.get(f"/v1/jobs/{analysis['inputs']['view']}").json()["state"] == "succeeded"
    assert api.submit(dataset, "segmentation", expect=202)["id"] != segmentation
    # With its dataset everything goes, running or not.
    api.delete(f"/v1/datasets/{dataset}?cancel=true", 204)
    assert api.get(f"/v1/jobs?dataset={dataset}").json()["items"] == []


def test_annotations(api, dataset, parts):
    job = api.run(dataset["id"], "clustering", {"n_clusters": 2, "seed": 21})["id"]
    path, annotations = f"/v1/jobs/{job}/annotations", {
        "clusters": {"1": {"name": "Hepatocytes <1>", "color": "#FF8800"}, "2": {"name": "B"}},
        "notes": "seen by eye"}
    before = api.result(job, "png").content
    plain = api.result(job, "csv").content
    tag = api.get(f"/v1/jobs/{job}").headers["ETag"]
    changed = api.patch(path, 200, json=annotations, headers={"If-Match": tag})
    assert changed.json()["annotations"] == annotations
    assert api.get(f"/v1/jobs/{job}").json()["annotations"] == annotations
    assert api.result(job, "png").content != before, "names are in the legend"
    assert api.result(job, "csv").content == plain, "the result does not change"
    stale = {"clusters": {}, "notes": "late"}
    api.problem("PATCH", path, 412, "precondition-failed", json=stale, headers={"If-Match": tag})
    assert api.get(f"/v1/jobs/{job}").json()["annotations"] == annotations
    for bad, pointer in [
        ({"note": "x"}, "/note"), ({"notes": 3}, "/notes"), ({"clusters": []}, "/clusters"),
        ({"clusters": {"0": {}}}, "/clusters/0"), ({"clusters": {"a": {}}}, "/clusters/a"),
        ({"clusters": {"1": {"color": "red"}}}, "/clusters/1/color"),
        ({"clusters": {"1": {"colour": "#ffffff"}}}, "/clusters/1/colour"),
        ({"clusters": {"1": 3}}, "/clusters/1"), ([], ""),
    ]:
        problem = api.problem("PATCH", path, 422, "invalid-body", json=bad)
        assert pointer in [e["pointer"] for e in problem["errors"]], problem
    assert api.get(f"/v1/jobs/{job}").json()["annotations"] == annotations


# Data that hold no cells

@pytest.mark.parametrize("contrast", ["0", None])
def test_tissue_without_nuclei_is_no_failure(api, tmp_path, contrast):
    """An analysis ends well whatever it finds; parts without enough cells are skipped."""
    if contrast:
        archive, _ = simulate(tmp_path, "--preset", "tiny", "--seed", "3", "--contrast", contrast)
        body = archive.read_bytes()
    else:
        noise = np.random.default_rng(1)
        body = make_zip({f"noise - {m}.05 u.txt": ion_text(noise.poisson(2, (48, 48)))
                         for m in (60, 80, 134)})
    dataset = api.upload(body).json()["id"]
    job = api.run(dataset, "analysis", {"view": {"epochs": 20}})
    document = api.result(job["id"], "json").json()["parts"]
    assert document["view"]["state"] == "succeeded"
    assert document["segmentation"]["state"] == "succeeded"
    cells = api.result(document["segmentation"]["job"], "json").json()["cell_count"]
    for kind in ("representation", "clustering", "embedding", "diff"):
        part = document[kind]
        if cells < 2:
            assert part["state"] == "skipped" and part["reason"], part
            failed = api.get(f"/v1/jobs/{part['job']}").json()
            assert failed["state"] == "failed"
            assert failed["error"]["type"] == "/errors/too-few-cells"
            assert failed["error"]["found"] == cells < failed["error"]["needed"]
            assert str(cells) in part["reason"]
        else:
            assert part["state"] in ("succeeded", "skipped")
    for suffix in ("json", "csv", "png", "npy", "tif", "geojson"):
        api.result(document["segmentation"]["job"], suffix)
    assert "Skipped" in api.result(job["id"], "html").text or cells > 2


def test_one_flat_image(api):
    """Nothing to see: every stage ends in an orderly way."""
    body = make_zip({f"flat - {m}.05 u.txt": ion_text(np.zeros((16, 16), int) + value)
                     for m, value in ((60, 0), (80, 3), (134, 0))})
    dataset = api.upload(body).json()["id"]
    job = api.run(dataset, "analysis", {"view": {"epochs": 10}})
    parts = api.result(job["id"], "json").json()["parts"]
    assert api.result(parts["segmentation"]["job"], "json").json()["cell_count"] == 0
    assert api.result(parts["segmentation"]["job"], "csv").content.count(b"\r\n") == 1
    assert npy(api.result(parts["segmentation"]["job"], "npy").content).max() == 0
    assert {parts[k]["state"] for k in PARTS[2:]} == {"skipped"}
    for suffix in ("png", "json", "npy"):
        api.result(parts["view"]["job"], suffix)
    for path in ("spectrum.png", "overlay.png?red=134", "colocalized?ion=134"):
        api.get(f"/v1/datasets/{dataset}/{path}")
    Image.open(io.BytesIO(api.get(ion_path(dataset, 134)).content)).load()


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (7, 1), (2, 2)])
def test_the_smallest_sections(api, shape):
    body = make_zip({f"s{shape} - {m}.05 u.txt": ion_text(
        np.arange(math.prod(shape)).reshape(shape) * 3 + m % 7) for m in (60, 134)})
    dataset = api.upload(body).json()["id"]
    job = api.run(dataset, "analysis")
    parts = api.result(job["id"], "json").json()["parts"]
    assert npy(api.result(parts["view"]["job"], "npy").content).shape == (*shape, 3)
    Image.open(io.BytesIO(api.result(parts["view"]["job"], "png").content)).load()
    assert npy(api.result(parts["segmentation"]["job"], "npy").content).shape == shape
    api.result(parts["segmentation"]["job"], "png")


def test_cells_known_by_labels_only(api, section, truth):
    """Channels without masses: the marker is a label, all channels are used."""
    cube, adenine = truth["cube"], int(truth["adenine"])
    body = make_zip({f"{'HH3' if i == adenine else f'CD{i}'}.txt": ion_text(plane)
                     for i, plane in enumerate(cube)})
    dataset = api.upload(body).json()["id"]
    api.submit(dataset, "analysis", expect=422)
    job = api.run(dataset, "analysis", {"marker": "HH3", **FAST, "n_clusters": 2})
    parts = api.result(job["id"], "json").json()["parts"]
    document = api.result(parts["segmentation"]["job"], "json").json()
    assert document["marker"] == "HH3" and document["cell_count"] > 10
    markers = api.result(parts["diff"]["job"], "json").json()["rows"]
    assert {row["mz"] for row in markers} == {None}
    assert {row["label"] for row in markers} >= {"HH3", "CD0"}
    assert api.get(f"/v1/jobs/{parts['clustering']['job']}").json()["parameters"]["n_clusters"] == 2


def test_features_and_exclude_choose_the_channels(api, dataset, parts):
    rows = api.get(f"/v1/datasets/{dataset['id']}/ions").json()["rows"]
    masses = [row["mz"] for row in rows]
    some = masses[3:9]
    job = api.run(dataset["id"], "diff", {"features": some, "exclude": [some[0]]},
                  {"clustering": parts["clustering"]})
    found = {row["mz"] for row in api.result(job["id"], "json").json()["rows"]}
    assert found == set(some[1:])
    job = api.run(dataset["id"], "segmentation", {"top_channels": 5})
    document = api.result(job["id"], "json").json()
    assert len(document["channels"]) == 5
    job = api.run(dataset["id"], "segmentation", {"min_area_px": 12, "max_area_px": 40})
    areas = [row["area_px"] for row in api.result(job["id"], "json").json()["rows"]]
    assert all(12 <= a <= 40 for a in areas)


def test_the_published_cut(api, dataset, truth):
    job = api.run(dataset["id"], "segmentation", {"method": "published"})
    labels = npy(api.result(job["id"], "npy").content)
    assert labels.max() > 5 and truth["mask"][labels > 0].astype(bool).mean() > 0.8
