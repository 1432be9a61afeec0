"""What is in a dataset: the table of ions, ion images and pictures, spectra, colocalisation."""

import csv
import io

import numpy as np
import pytest
from PIL import Image

from service import ion_path, ion_text, make_zip, npy

COLORMAPS = ["viridis", "cividis", "magma", "inferno", "gray", "hot"]


@pytest.fixture(scope="module")
def rows(api, dataset):
    return api.get(f"/v1/datasets/{dataset['id']}/ions").json()["rows"]


@pytest.fixture(scope="module")
def adenine(truth):
    return int(truth["adenine"])


def table(response):
    """The rows of a CSV answer, all fields as text."""
    assert response.content.endswith(b"\r\n") and b"#" not in response.content[:1]
    return list(csv.DictReader(io.StringIO(response.content.decode(), newline="")))


def picture(response):
    image = Image.open(io.BytesIO(response.content))
    image.load()
    assert image.format == "PNG"
    return image


def rgb(response):
    return np.asarray(picture(response).convert("RGB"))


def test_the_table_of_ions(api, dataset, truth, rows):
    cube = truth["cube"]
    assert [row["index"] for row in rows] == list(range(len(cube)))
    assert [row["mz"] for row in rows] == pytest.approx(truth["mz"], abs=0.006)
    assert [row["mz"] for row in rows] == sorted(row["mz"] for row in rows)
    for row, plane in zip(rows, cube):
        assert row["total_counts"] == plane.sum()
        assert row["max"] == plane.max()
        assert row["mean"] == pytest.approx(plane.mean())
        assert row["nonzero_fraction"] == pytest.approx((plane > 0).mean())
    lines = table(api.get(f"/v1/datasets/{dataset['id']}/ions.csv"))
    assert len(lines) == len(rows)
    for line, row in zip(lines, rows):
        assert list(line) == list(row)
        for name, value in row.items():
            assert line[name] == "" if value is None else float(line[name]) == value


def test_an_ion_image_is_the_same_in_every_form(api, dataset, truth, rows):
    for index in (0, 7, len(rows) - 1):
        plane, mz = truth["cube"][index], rows[index]["mz"]
        path = ion_path(dataset["id"], f"{mz:.2f}")
        array = npy(api.get(path + ".npy").content)
        assert array.shape == plane.shape and np.array_equal(array, plane)
        assert array.dtype == np.min_scalar_type(plane.max())
        assert array.flags["C_CONTIGUOUS"]
        document = api.get(path + ".json").json()
        assert document["mz"] == mz and document["index"] == index
        assert np.array_equal(document["values"], plane)
        assert (document["width"], document["height"]) == plane.shape[::-1]
        lines = table(api.get(path + ".csv"))
        assert list(lines[0]) == ["x_px", "y_px", "counts"] and len(lines) == plane.size
        for line in lines[:: plane.size // 50]:
            assert float(line["counts"]) == plane[int(line["y_px"]), int(line["x_px"])]
        tif = Image.open(io.BytesIO(api.get(path + ".tif").content))
        assert np.array_equal(np.asarray(tif), plane)
        assert picture(api.get(path + ".png")).size == plane.shape[::-1]
        assert picture(api.get(path)).size == plane.shape[::-1]


def test_ions_are_found_by_mass_nominal_mass_and_label(api, dataset, truth, rows, adenine):
    def used(name, query=""):
        response = api.get(ion_path(dataset["id"], name) + ".json" + query)
        assert float(response.headers["X-Seam-Ion"]) == response.json()["mz"]
        return response.json()["index"]

    masses = np.array([row["mz"] for row in rows])
    totals = np.array([row["total_counts"] for row in rows])
    for nominal in sorted({int(m) for m in masses}):
        same = np.flatnonzero(masses.astype(int) == nominal)
        assert used(nominal) == same[np.argmax(totals[same])]
    assert used("134") == adenine
    assert used(f"{masses[3] + 0.3:.3f}") == np.argmin(np.abs(masses - masses[3] - 0.3))
    assert used(f"{masses[3]:.4f}", "?tolerance_mz=0.001") == 3
    assert used(f"{masses[3] * (1 + 20e-6):.6f}", "?tolerance_ppm=50") == 3


def test_an_ion_that_is_not_there_names_the_nearest(api, dataset, rows):
    masses = [row["mz"] for row in rows]
    far = masses[-1] + 300
    for name, query, near in [
        (f"{far:.2f}", "", masses[-1]), (str(int(far)), "", masses[-1]),
        (f"{masses[2] + 0.2:.4f}", "?tolerance_mz=0.01", masses[2]),
        (f"{masses[2] * 1.001:.5f}", "?tolerance_ppm=10", masses[2]),
    ]:
        problem = api.problem("GET", ion_path(dataset["id"], name) + query, 404, "not-found")
        assert f"{near:.2f}" in problem["detail"], problem
    problem = api.problem("GET", ion_path(dataset["id"], "adenin"), 404, "not-found")
    assert "adenin" in problem["detail"]
    for odd in ("-5", "nan", "inf", "1e400", "0", "..%2f", "134.05.05", "x" * 3000):
        api.problem("GET", f"/v1/datasets/{dataset['id']}/ions/{odd}", 404, "not-found")


def test_labels(api):
    values = {"HH3": [[1, 2]], "IdU": [[3, 4]], "dsDNA": [[5, 6]]}
    body = make_zip({f"{name}.txt": ion_text(v) for name, v in values.items()})
    dataset = api.upload(body).json()
    assert dataset["mz_min"] is None and dataset["mz_max"] is None
    for name, value in values.items():
        response = api.get(ion_path(dataset["id"], name) + ".npy")
        assert npy(response.content).tolist() == value
        assert response.headers["X-Seam-Ion"] == name
    assert npy(api.get(ion_path(dataset["id"], "hh3.npy")).content).tolist() == values["HH3"]
    problem = api.problem("GET", ion_path(dataset["id"], "HH4"), 404, "not-found")
    assert "HH3" in problem["detail"]
    lines = table(api.get(f"/v1/datasets/{dataset['id']}/ions.csv"))
    assert [line["label"] for line in lines] == sorted(values)
    assert {line["mz"] for line in lines} == {""}
    problem = api.submit(dataset["id"], "segmentation", expect=422)
    assert problem["errors"][0]["pointer"] == "/parameters/marker"
    assert "HH3" in problem["errors"][0]["detail"]


def test_labels_that_a_spreadsheet_would_run_are_disarmed(api):
    body = make_zip({"m - =1+1.txt": ion_text([[1, 2]]), "m - @x.txt": ion_text([[1, 3]])})
    dataset = api.upload(body).json()["id"]
    lines = table(api.get(f"/v1/datasets/{dataset}/ions.csv"))
    assert [line["label"] for line in lines] == ["'=1+1", "'@x"]
    rows = api.get(f"/v1/datasets/{dataset}/ions").json()["rows"]
    assert [row["label"] for row in rows] == ["=1+1", "@x"]


@pytest.mark.parametrize("colormap", COLORMAPS)
def test_colour_maps(api, dataset, truth, adenine, colormap):
    plane = truth["cube"][adenine].astype(float)
    image = rgb(api.get(ion_path(dataset["id"], 134) + f".png?colormap={colormap}&clip=100"))
    assert image.shape == (*plane.shape, 3)
    # One colour a value, and the brighter the larger.
    luminance = image @ np.array([0.2126, 0.7152, 0.0722])
    order = np.argsort(plane.ravel(), kind="stable")
    assert np.all(np.diff(luminance.ravel()[order]) > -3)
    assert luminance[plane == plane.max()].min() > luminance[plane == 0].max() + 100
    if colormap == "gray":
        assert np.array_equal(image[..., 0], image[..., 1])
        expected = plane / plane.max() * 255
        assert np.abs(image[..., 0] - expected).max() <= 1


def test_clip_and_scale(api, dataset, truth, adenine):
    plane = truth["cube"][adenine].astype(float)
    path = ion_path(dataset["id"], 134) + ".png?colormap=gray"
    for clip in (50, 90, 99, 100):
        top = np.percentile(plane[plane > 0], clip)
        for scale, law in [("linear", lambda v: v), ("sqrt", np.sqrt), ("log", np.log1p)]:
            image = rgb(api.get(f"{path}&clip={clip}&scale={scale}"))[..., 0]
            expected = np.minimum(law(plane) / law(top), 1) * 255
            assert np.abs(image - expected).max() <= 1, (clip, scale)
    assert api.get(path).content == api.get(path + "&clip=99&scale=linear&zoom=1").content


def test_zoom_smooth_normalization_scale_bar_and_legend(api, dataset, truth):
    height, width = truth["mask"].shape
    path = ion_path(dataset["id"], 134) + ".png?colormap=gray"
    plain = rgb(api.get(path))
    for zoom in (2, 8):
        zoomed = rgb(api.get(f"{path}&zoom={zoom}"))
        assert np.array_equal(zoomed, plain.repeat(zoom, 0).repeat(zoom, 1))
    smooth = rgb(api.get(path + "&smooth=2")).astype(float)
    assert np.abs(np.diff(smooth[..., 0], axis=1)).mean() < np.abs(
        np.diff(plain[..., 0].astype(float), axis=1)).mean() / 2
    for normalization in ("tic", "median", "rms"):
        assert rgb(api.get(f"{path}&normalization={normalization}")).shape == plain.shape
    assert not np.array_equal(rgb(api.get(path + "&normalization=tic")), plain)
    legend = api.get(path + "&legend=true&zoom=4")
    assert picture(legend).size[0] > 4 * width and legend.headers["Cache-Control"] == "no-cache"
    bar = picture(api.get(path + "&scalebar=true&zoom=4"))
    assert bar.size[0] >= 4 * width and bar.size[1] > 4 * height


def test_bad_options_are_400_naming_what_is_allowed(api, dataset):
    path = ion_path(dataset["id"], 134)
    for query, parameter, part in [
        ("colormap=viridi", "colormap", "viridis"), ("clip=0", "clip", "100"),
        ("clip=101", "clip", "100"), ("clip=nan", "clip", "100"), ("scale=cubic", "scale", "sqrt"),
        ("zoom=9", "zoom", "8"), ("zoom=1.5", "zoom", "8"), ("zoom=", "zoom", "8"),
        ("smooth=-1", "smooth", "20"), ("legend=maybe", "legend", "true"),
        ("normalization=max", "normalization", "rms"), ("colourmap=gray", "colourmap", "colormap"),
        ("tolerance_mz=-1", "tolerance_mz", "0"), ("tolerance_ppm=inf", "tolerance_ppm", "0"),
        ("tolerance_mz=1&tolerance_ppm=1", "tolerance_ppm", "not both"),
        ("zoom=1&zoom=2", "zoom", "twice"),
    ]:
        problem = api.problem("GET", f"{path}.png?{query}", 400, "bad-query")
        found = [e for e in problem["errors"] if e["parameter"] == parameter]
        assert found and part in found[0]["detail"], (query, problem)
    # Options of pictures are for pictures.
    api.problem("GET", path + ".json?colormap=gray", 400, "bad-query")


def test_overlay(api, dataset, truth, rows):
    base = f"/v1/datasets/{dataset['id']}/overlay.png"
    masses = [f"{rows[i]['mz']:.2f}" for i in (1, 5, 9)]
    query = f"?red={masses[0]}&green={masses[1]}&blue={masses[2]}&clip=100"
    response = api.get(base + query)
    assert response.headers["X-Seam-Ion"].count(",") == 2
    image = rgb(response)
    assert image.shape == (*truth["mask"].shape, 3)
    for channel, index in enumerate((1, 5, 9)):
        plane = truth["cube"][index].astype(float)
        assert np.corrcoef(image[..., channel].ravel(), plane.ravel())[0, 1] > 0.95
    only = rgb(api.get(base + f"?green={masses[1]}"))
    assert only[..., 0].max() == 0 and only[..., 2].max() == 0 and only[..., 1].max() == 255
    assert picture(api.get(base + query + "&legend=true&zoom=4")).size[0] > 4 * image.shape[1]
    api.problem("GET", base, 400, "bad-query")
    api.problem("GET", base + "?red=9999.5", 404, "not-found")
    api.problem("GET", base + "?red=134&colormap=gray", 400, "bad-query")


def test_spectrum(api, dataset, truth, rows):
    base = f"/v1/datasets/{dataset['id']}/spectrum"
    document = api.get(base).json()
    cube = truth["cube"]
    assert [row["mean"] for row in document["rows"]] == pytest.approx(cube.mean((1, 2)))
    assert [row["max"] for row in document["rows"]] == cube.max((1, 2)).tolist()
    lines = table(api.get(base + ".csv"))
    assert [float(line["mean"]) for line in lines] == [r["mean"] for r in document["rows"]]
    assert list(lines[0]) == document["columns"]
    assert min(picture(api.get(base + ".png")).size) > 200


def test_spectrum_of_a_cluster(api, dataset, truth, analysis):
    base = f"/v1/datasets/{dataset['id']}/spectrum"
    job = analysis["inputs"]["clustering"]
    clusters = api.result(job, "json").json()
    labels = npy(api.result(analysis["inputs"]["segmentation"], "npy").content)
    for number in range(1, clusters["n_clusters"] + 1):
        cells = [r["cell_id"] for r in clusters["rows"] if r["cluster"] == number]
        inside = np.isin(labels, cells)
        found = api.get(f"{base}?job={job}&cluster={number}").json()["rows"]
        assert [r["mean"] for r in found] == pytest.approx(truth["cube"][:, inside].mean(1))
        assert [r["max"] for r in found] == truth["cube"][:, inside].max(1).tolist()
    for query in (f"?job={job}", "?cluster=1", f"?job={job}&cluster=99", f"?job={job}&cluster=0",
                  f"?job={analysis['inputs']['view']}&cluster=1"):
        api.problem("GET", base + query, 400, "bad-query")
    api.problem("GET", base + "?job=job_nothing&cluster=1", 404, "not-found")


def ranks(values):
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return ((ends - counts + 1 + ends) / 2)[inverse]


@pytest.mark.parametrize("metric", ["pearson", "cosine", "spearman"])
def test_colocalized(api, dataset, truth, rows, adenine, metric):
    flat = truth["cube"].reshape(len(rows), -1).astype(float)
    if metric == "spearman":
        flat = np.array([ranks(f) for f in flat])
    if metric != "cosine":
        flat = flat - flat.mean(1, keepdims=True)
    norms = np.sqrt((flat**2).sum(1))
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = flat @ flat[adenine] / norms / norms[adenine]
    path = f"/v1/datasets/{dataset['id']}/colocalized?ion=134&metric={metric}"
    response = api.get(path + "&limit=1000")
    document = response.json()
    found = document["rows"]
    assert float(response.headers["X-Seam-Ion"]) == rows[adenine]["mz"]
    assert document["metric"] == metric and len(found) == len(rows) - 1
    for row in found:
        if row["correlation"] is not None:
            assert row["correlation"] == pytest.approx(expected[row["index"]], abs=1e-9)
    values = [r["correlation"] for r in found if r["correlation"] is not None]
    assert values == sorted(values, reverse=True)
    assert [r["rank"] for r in found] == list(range(1, len(rows)))
    assert api.get(path).json()["rows"] == found[:20]
    lines = table(api.get(path.replace("colocalized", "colocalized.csv") + "&limit=5"))
    assert [int(line["index"]) for line in lines] == [r["index"] for r in found[:5]]


def test_bad_questions_about_colocalisation(api, dataset):
    base = f"/v1/datasets/{dataset['id']}/colocalized"
    api.problem("GET", base, 400, "bad-query")
    api.problem("GET", base + "?ion=134&metric=kendall", 400, "bad-query")
    api.problem("GET", base + "?ion=134&limit=0", 400, "bad-query")
    api.problem("GET", base + "?ion=9999", 404, "not-found")
