"""What scanpy, squidpy, spatialdata and ome-zarr make of the files of an analysis."""

import zipfile

import anndata as ad
import matplotlib
import numpy as np
import pytest
import zarr

matplotlib.use("Agg")


@pytest.fixture(scope="module")
def adata(service, analysis, tmp_path_factory):
    path = tmp_path_factory.mktemp("adata") / "tiny.adata.zarr.zip"
    service.save(f"/v1/jobs/{analysis['id']}/result.adata.zarr.zip", path)
    return ad.read_zarr(zarr.storage.ZipStore(str(path), mode="r"))


@pytest.fixture(scope="module")
def folder(service, analysis, tmp_path_factory):
    """The SpatialData store, unpacked."""
    path = tmp_path_factory.mktemp("sdata")
    service.save(f"/v1/jobs/{analysis['id']}/result.sdata.zarr.zip", path / "tiny.zip")
    with zipfile.ZipFile(path / "tiny.zip") as archive:
        archive.extractall(path / "tiny.sdata.zarr")
    return path / "tiny.sdata.zarr"


def test_scanpy_plots_the_umap_in_our_colours(adata):
    import scanpy as sc

    figure = sc.pl.umap(adata, color="cluster", show=False, return_fig=True)
    points = figure.axes[0].collections[0]
    drawn = {matplotlib.colors.to_hex(c) for c in points.get_facecolors()}
    assert drawn == set(adata.uns["cluster_colors"])
    assert len(points.get_offsets()) == adata.n_obs


def test_scanpy_ranks_our_counts(adata):
    import scanpy as sc

    copy = adata.copy()
    sc.tl.rank_genes_groups(copy, "cluster", layer="counts", use_raw=False)
    assert len(copy.uns["rank_genes_groups"]["names"]) == copy.n_vars


def test_squidpy_finds_neighbourhoods(adata):
    import squidpy as sq

    copy = adata.copy()
    sq.gr.spatial_neighbors(copy, coord_type="generic", n_neighs=6)
    sq.gr.nhood_enrichment(copy, cluster_key="cluster", seed=0, show_progress_bar=False)
    scores = copy.uns["cluster_nhood_enrichment"]["zscore"]
    assert scores.shape == (3, 3) and np.isfinite(np.diag(scores)).all()


def test_spatialdata_opens_images_nuclei_and_table(service, dataset, folder, labels, adata):
    import spatialdata as sd

    data = sd.read_zarr(folder)
    assert np.array_equal(data.labels["nuclei"].values, labels)
    image = data.images["ions"]
    cube = service.cube(dataset["id"])
    assert np.array_equal(image.values, cube)
    assert list(image.coords["c"].values) == list(adata.var_names)
    scale = sd.transformations.get_transformation(data.labels["nuclei"])
    assert scale.to_affine_matrix(("x", "y"), ("x", "y"))[0, 0] == 1.5625
    element, table = sd.join_spatialelement_table(
        sdata=data, spatial_element_names="nuclei", table_name="table", how="left")
    assert table.n_obs == adata.n_obs
    assert np.array_equal(table.obs["cluster"].values, adata.obs["cluster"].values)


def test_ome_zarr_opens_images_and_labels(folder, labels):
    from ome_zarr.io import parse_url
    from ome_zarr.reader import Reader

    node = list(Reader(parse_url(str(folder / "labels" / "nuclei")))())[0]
    assert np.array_equal(np.asarray(node.data[0]), labels)
    node = list(Reader(parse_url(str(folder / "images" / "ions")))())[0]
    assert np.asarray(node.data[0]).shape[1:] == labels.shape
