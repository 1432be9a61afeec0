"""The AnnData file of an analysis, read by anndata and zarr; run with current and with old versions."""

import json

import anndata as ad
import numpy as np
import pytest
import zarr


@pytest.fixture(scope="module")
def file(service, analysis, tmp_path_factory):
    path = tmp_path_factory.mktemp("adata") / "tiny.adata.zarr.zip"
    return service.save(f"/v1/jobs/{analysis['id']}/result.adata.zarr.zip", path)


@pytest.fixture(scope="module")
def adata(file):
    store = (getattr(zarr, "storage", zarr)).ZipStore(str(file), mode="r")
    return ad.read_zarr(store)


def rows(service, job):
    return service.json(f"/v1/jobs/{job}/result.json")["rows"]


def test_cells_are_rows_and_ions_columns(service, dataset, adata, cells):
    assert adata.shape == (len(cells), dataset["ion_count"])
    assert list(adata.obs_names) == [str(c["cell_id"]) for c in cells]
    assert adata.obs["cell_id"].tolist() == [c["cell_id"] for c in cells]
    assert adata.obs["area_um2"].tolist() == [c["area_um2"] for c in cells]
    assert adata.obs["cell_size"].tolist() == [c["area_px"] for c in cells]
    assert set(adata.obs["library_id"]) == {dataset["sample"] or dataset["name"]}
    assert adata.var_names.is_unique and (np.diff(adata.var["mz"]) > 0).all()


def test_clusters_are_categories_with_their_colours(service, analysis, adata):
    clusters = rows(service, analysis["inputs"]["clustering"])
    for key in ("cluster", "SIMLR"):
        assert adata.obs[key].dtype == "category"
        assert adata.obs[key].tolist() == [str(c["cluster"]) for c in clusters]
        colors = list(adata.uns[key + "_colors"])
        assert len(colors) == len(adata.obs[key].cat.categories) == 3
        assert all(c[0] == "#" and len(c) == 7 for c in colors)


def test_layers_are_mean_counts_of_the_nuclei(service, dataset, adata, labels):
    cube = service.cube(dataset["id"]).astype(float)
    expected = [[plane[labels == c].mean() for plane in cube] for c in adata.obs["cell_id"]]
    assert np.allclose(adata.layers["counts"], expected, rtol=1e-6, atol=0)
    normal = np.log(1 + (cube + 1) / (np.median(cube, axis=0) + 1))
    expected = [[plane[labels == c].mean() for plane in normal] for c in adata.obs["cell_id"]]
    assert np.allclose(adata.X, expected, rtol=1e-5)


def test_places_layout_and_vectors(service, analysis, adata, cells, labels):
    assert np.allclose(adata.obsm["spatial"], [[c["x_um"], c["y_um"]] for c in cells])
    umap = [[r["umap1"], r["umap2"]] for r in rows(service, analysis["inputs"]["embedding"])]
    assert np.array_equal(adata.obsm["X_umap"], np.float32(umap))
    # SIMS-ID: a column a pixel of a nucleus, each a distribution over the nuclei.
    vectors = adata.obsm["ID"]
    assert vectors.shape == (len(cells), (labels > 0).sum())
    assert np.allclose(vectors.sum(axis=0), 1, atol=1e-4)


def test_markers_and_every_parameter_are_told(service, dataset, analysis, adata):
    markers = adata.uns["markers"]
    assert len(markers) == len(rows(service, analysis["inputs"]["diff"]))
    assert set(markers["direction"]) <= {"up", "down"} and set(markers["name"]) <= set(adata.var_names)
    seam = adata.uns["seam"]
    assert seam["dataset_sha256"] == dataset["sha256"] and float(seam["pixel_size_um"]) == 1.5625
    for kind, job in analysis["inputs"].items():
        told = json.loads(str(seam["parameters"][kind]))
        assert told == service.json(f"/v1/jobs/{job}")["parameters"], kind


def test_it_becomes_h5ad_and_back(adata, tmp_path):
    adata.write_h5ad(tmp_path / "tiny.h5ad")
    again = ad.read_h5ad(tmp_path / "tiny.h5ad")
    assert np.array_equal(again.X, adata.X) and again.obs.equals(adata.obs)
    assert list(again.uns["cluster_colors"]) == list(adata.uns["cluster_colors"])


def test_names_of_clusters_become_cell_types(service, analysis, file):
    path = f"/v1/jobs/{analysis['inputs']['clustering']}/annotations"
    change = {"clusters": {"1": {"name": "Hepatocyte", "color": "#123456"}}}
    assert service.session.patch(service.url + path, json=change, timeout=60).status_code == 200
    try:
        named = file.with_name("named.adata.zarr.zip")
        service.save(f"/v1/jobs/{analysis['id']}/result.adata.zarr.zip", named)
        adata = ad.read_zarr(getattr(zarr, "storage", zarr).ZipStore(str(named), mode="r"))
        assert adata.uns["cluster_colors"][0] == "#123456"
        first = adata.obs["cluster"] == "1"
        assert set(adata.obs["cell_type"][first]) == {"Hepatocyte"}
        assert "Hepatocyte" not in set(adata.obs["cell_type"][~first])
    finally:
        gone = {"clusters": {"1": None}}
        service.session.patch(service.url + path, json=gone, timeout=60)
