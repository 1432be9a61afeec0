"""Tables by pandas, outlines by shapely."""

import io

import numpy as np
import pandas as pd
import pytest
import shapely
import shapely.geometry


@pytest.fixture(scope="module")
def jobs(analysis):
    return analysis["inputs"]


@pytest.mark.parametrize("kind", ["segmentation", "clustering", "embedding", "diff"])
def test_csv_tsv_and_json_are_the_same_table(service, jobs, kind):
    path = f"/v1/jobs/{jobs[kind]}/result"
    comma = pd.read_csv(io.BytesIO(service.get(path + ".csv").content))
    tabs = pd.read_csv(io.BytesIO(service.get(path + ".tsv").content), sep="\t")
    pd.testing.assert_frame_equal(comma, tabs)
    document = service.json(path + ".json")
    assert list(comma.columns) == document["columns"]
    for column in comma.columns:
        told = pd.Series([row[column] for row in document["rows"]], dtype=comma[column].dtype)
        pd.testing.assert_series_equal(comma[column], told, check_names=False)


def test_units_are_in_the_headers(service, dataset, jobs):
    cells = pd.read_csv(io.BytesIO(service.get(f"/v1/jobs/{jobs['segmentation']}/result.csv").content))
    assert np.allclose(cells["area_um2"], cells["area_px"] * 1.5625**2)
    assert np.allclose(cells["x_um"], cells["x_px"] * 1.5625)
    for table in ("ions", "spectrum"):
        path = f"/v1/datasets/{dataset['id']}/{table}"
        comma = pd.read_csv(io.BytesIO(service.get(path + ".csv").content))
        tabs = pd.read_csv(io.BytesIO(service.get(path + ".tsv").content), sep="\t")
        pd.testing.assert_frame_equal(comma, tabs)


def test_a_text_with_tabs_and_formulas_stays_in_its_field(service):
    out = io.BytesIO()
    np.savez(out, cube=np.ones((2, 2, 2)), labels=["=1+1", 'a "b"'])
    id_ = service.upload(out.getvalue(), "odd.npz")["id"]
    tabs = pd.read_csv(io.BytesIO(service.get(f"/v1/datasets/{id_}/ions.tsv").content), sep="\t",
                       quoting=3)
    assert sorted(tabs["label"]) == ["'=1+1", 'a "b"']


def raster(geometry, shape):
    """The pixels whose centres are in a geometry."""
    y, x = np.mgrid[:shape[0], :shape[1]] + 0.5
    return shapely.contains_xy(geometry, x, y)


def check_outlines(collection, labels):
    found = np.zeros_like(labels)
    for feature in collection["features"]:
        geometry = shapely.geometry.shape(feature["geometry"])
        assert geometry.is_valid
        inside = raster(geometry, labels.shape)
        assert not found[inside].any(), "no two cells overlap"
        found[inside] = feature["properties"]["cell_id"]
        assert geometry.area == inside.sum()
    assert np.array_equal(found, labels)


@pytest.mark.parametrize("kind", ["segmentation", "clustering"])
def test_outlines_are_exactly_the_mask(service, jobs, labels, kind):
    collection = service.json(f"/v1/jobs/{jobs[kind]}/result.geojson")
    check_outlines(collection, labels)


def test_measurements_are_in_micrometres(service, jobs, cells, labels):
    place = {c["cell_id"]: c for c in cells}
    for feature in service.json(f"/v1/jobs/{jobs['segmentation']}/result.geojson")["features"]:
        assert feature["properties"]["objectType"] == "cell"
        cell = place[feature["properties"]["cell_id"]]
        geometry = shapely.geometry.shape(feature["geometry"])
        measured = feature["properties"]["measurements"]
        assert measured["Area µm^2"] == pytest.approx(cell["area_um2"])
        assert measured["Perimeter µm"] == pytest.approx(geometry.length * 1.5625)
        # A pixel's centre is half a pixel from its corner, where outlines count from.
        assert measured["Centroid X µm"] == pytest.approx(cell["x_um"] + 0.5 * 1.5625)
        assert measured["Centroid Y µm"] == pytest.approx(geometry.centroid.y * 1.5625)


def test_clusters_are_classes_for_qupath(service, jobs):
    rows = service.json(f"/v1/jobs/{jobs['clustering']}/result.json")["rows"]
    cluster = {row["cell_id"]: row["cluster"] for row in rows}
    for feature in service.json(f"/v1/jobs/{jobs['clustering']}/result.geojson")["features"]:
        number = cluster[feature["properties"]["cell_id"]]
        shown = feature["properties"]["classification"]
        assert shown["name"] == f"Cluster {number}" and len(shown["color"]) == 3


def test_holes_islands_and_corners_come_back(service):
    """A mask with a hole, an island in it, parts that touch at a corner, and a ring, given by a user."""
    import geopandas

    rng = np.random.default_rng(3)
    collection = None
    for seed in range(3):
        # Blobs of noise have holes and corners of every sort; the marker is bright in the nuclei.
        noise = rng.normal(size=(48, 48))
        for _ in range(2):
            noise = (noise + np.roll(noise, 1, 0) + np.roll(noise, 1, 1)) / 3
        bright = np.where(noise > 0.25, 40, 1)
        cube = np.stack([rng.poisson(bright), rng.poisson(bright), rng.poisson(5, bright.shape)])
        out = io.BytesIO()
        np.savez(out, cube=cube, mz=[134.05, 135.05, 200.0], pixel_um=0.5)
        id_ = service.upload(out.getvalue(), f"blobs{seed}.npz")["id"]
        job = service.run(id_, "segmentation", parameters={"min_area_px": 1})
        labels = np.load(io.BytesIO(service.get(f"/v1/jobs/{job['id']}/result.npy").content))
        collection = service.json(f"/v1/jobs/{job['id']}/result.geojson")
        check_outlines(collection, labels)
    frame = geopandas.GeoDataFrame.from_features(collection["features"])
    assert len(frame) == len(collection["features"]) and frame.geometry.is_valid.all()
