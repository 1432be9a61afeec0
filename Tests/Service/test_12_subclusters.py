"""Some clusters divided further: a clustering of the cells of clusters of another one."""

import pytest


@pytest.fixture(scope="module")
def parent(api, dataset, analysis):
    return api.run(dataset["id"], "clustering", {"method": "kmeans", "n_clusters": 2},
                   {"representation": analysis["inputs"]["representation"]})


def clusters(api, job):
    rows = api.result(job["id"], "json").json()["rows"]
    return {row["cell_id"]: row["cluster"] for row in rows}


@pytest.mark.parametrize("method", ["leiden", "simlr", "kmeans"])
def test_cells_of_one_cluster_are_divided(api, dataset, parent, method):
    job = api.run(dataset["id"], "clustering",
                  {"method": method, "n_clusters": 2, "of_clusters": [1], "stability_draws": 2, "neighbours": 5},
                  {"clustering": parent["id"]})
    assert job["inputs"] == {**parent["inputs"], "clustering": parent["id"]}
    found = clusters(api, job)
    assert set(found) == {cell for cell, cluster in clusters(api, parent).items() if cluster == 1}
    assert set(found.values()) == {1, 2}
    assert len(api.result(job["id"], "csv").content.splitlines()) == len(found) + 1
    assert api.result(job["id"], "png").content.startswith(b"\x89PNG")


def test_what_builds_on_it_sees_its_cells_only(api, dataset, parent):
    part = api.run(dataset["id"], "clustering", {"method": "kmeans", "n_clusters": 2, "of_clusters": [1]},
                   {"clustering": parent["id"]})
    markers = api.run(dataset["id"], "diff", {"top": 3}, {"clustering": part["id"]})
    assert markers["inputs"]["clustering"] == part["id"]
    rows = api.result(markers["id"], "json").json()["rows"]
    assert {row["cluster"] for row in rows} == {1, 2}
    # The same cells as both clusters together are the same as all.
    whole = api.run(dataset["id"], "clustering", {"method": "kmeans", "n_clusters": 2, "of_clusters": [1, 2]},
                    {"clustering": parent["id"]})
    assert clusters(api, whole) == clusters(api, parent)


def test_without_a_clustering_the_default_one_is_divided(api, dataset, analysis):
    job = api.run(dataset["id"], "clustering", {"method": "kmeans", "n_clusters": 2, "of_clusters": [1]})
    assert job["inputs"]["clustering"] == analysis["inputs"]["clustering"]


def test_what_cannot_be_is_said(api, dataset, parent):
    problem = api.problem("POST", "/v1/jobs", 422, "invalid-body", json={
        "dataset": dataset["id"], "kind": "clustering", "inputs": {"clustering": parent["id"]}})
    assert problem["errors"][0]["pointer"] == "/inputs/clustering", problem
    assert "of_clusters" in problem["errors"][0]["detail"]
    job = api.submit(dataset["id"], "clustering", {"of_clusters": [7]}, {"clustering": parent["id"]})
    job = api.wait(job["id"])
    assert job["state"] == "failed"
    assert "1 to 2" in str(job["error"]) and "found 7" in str(job["error"]), job["error"]
