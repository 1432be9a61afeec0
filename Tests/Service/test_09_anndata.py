"""An analysis as AnnData and SpatialData: a Zarr store (version 2) in a zip, read by the specification."""

import io
import json
import zipfile
import zlib

import numpy as np
import pytest

from service import ion_text, make_zip


class Store:
    """A Zarr store in a zip archive."""

    def __init__(self, content):
        self.zip = zipfile.ZipFile(io.BytesIO(content))
        assert self.zip.testzip() is None
        assert all(m.compress_type == zipfile.ZIP_STORED for m in self.zip.infolist())
        self.names = set(self.zip.namelist())
        metadata = self.json(".zmetadata")["metadata"]
        assert set(metadata) == {
            n for n in self.names if n.rsplit("/", 1)[-1] in (".zgroup", ".zattrs", ".zarray")}
        assert all(self.json(name) == value for name, value in metadata.items())

    def json(self, path):
        return json.loads(self.zip.read(path))

    def attributes(self, path):
        return self.json(f"{path}/.zattrs" if path else ".zattrs")

    def array(self, path):
        """The values of an array, texts as a list."""
        about = self.json(path + "/.zarray")
        shape, chunk = about["shape"], about["chunks"]
        separator = about.get("dimension_separator", ".")
        assert about["zarr_format"] == 2 and about["order"] == "C"
        assert about["compressor"]["id"] == "zlib" and min(chunk, default=1) >= 1
        if about["dtype"] == "|O":
            assert about["filters"] == [{"id": "vlen-utf8"}] and about["fill_value"] == ""
            return self.texts(path) if 0 not in shape else []
        whole = np.zeros([-(-n // c) * c for n, c in zip(shape, chunk)], about["dtype"])
        for place in np.ndindex(*[-(-n // c) for n, c in zip(shape, chunk)]):
            name = separator.join(map(str, place)) or "0"
            data = zlib.decompress(self.zip.read(f"{path}/{name}"))
            part = tuple(slice(p * c, p * c + c) for p, c in zip(place, chunk))
            whole[part] = np.frombuffer(data, about["dtype"]).reshape(chunk)
        return whole[tuple(slice(n) for n in shape)]

    def texts(self, path):
        data = zlib.decompress(self.zip.read(path + "/0"))
        count = int.from_bytes(data[:4], "little")
        at, found = 4, []
        for _ in range(count):
            end = at + 4 + int.from_bytes(data[at:at + 4], "little")
            found.append(data[at + 4:end].decode())
            at = end
        assert at == len(data)
        return found

    def categories(self, path):
        assert self.attributes(path) == {
            "encoding-type": "categorical", "encoding-version": "0.2.0", "ordered": False}
        names = self.array(path + "/categories")
        return [names[code] if code >= 0 else None for code in self.array(path + "/codes")]


def rows(api, job):
    return api.result(job, "json").json()["rows"]


@pytest.fixture(scope="module")
def stores(api, analysis):
    answers = {s: api.result(analysis["id"], s) for s in ("adata.zarr.zip", "sdata.zarr.zip")}
    for answer in answers.values():
        assert answer.headers["Content-Type"] == "application/zip"
    return {suffix[:5]: Store(answer.content) for suffix, answer in answers.items()}


@pytest.fixture(scope="module", params=["", "tables/table/"])
def table(request, stores):
    """The annotated matrix, alone and in SpatialData: (store, path)."""
    return stores["sdata" if request.param else "adata"], request.param


def test_cells_are_observations(api, analysis, table):
    store, at = table
    cells = rows(api, analysis["inputs"]["segmentation"])
    assert store.attributes(at.rstrip("/"))["encoding-type"] == "anndata"
    assert store.array(at + "obs/_index") == [str(c["cell_id"]) for c in cells]
    for column in ("cell_id", "x_px", "y_px", "area_px", "area_um2", "confidence"):
        if cells[0][column] is not None:
            assert store.array(f"{at}obs/{column}").tolist() == [c[column] for c in cells], column
        else:
            assert f"{at}obs/{column}/.zarray" not in store.names
    unit = "um" if cells[0]["x_um"] is not None else "px"
    assert store.array(at + "obsm/spatial").tolist() == [[c["x_" + unit], c["y_" + unit]]
                                                         for c in cells]
    for table_ in ("obs", "var", "uns/markers"):
        columns = store.attributes(at + table_)["column-order"]
        assert all(f"{at}{table_}/{c}/.zattrs" in store.names for c in columns)


def test_clusters_embedding_and_markers_are_those_of_the_parts(api, analysis, table):
    store, at = table
    inputs = analysis["inputs"]
    clusters = [str(row["cluster"]) for row in rows(api, inputs["clustering"])]
    for key in ("cluster", "SIMLR"):
        assert store.categories(f"{at}obs/{key}") == clusters
        colors = store.array(f"{at}uns/{key}_colors")
        assert len(colors) == len(set(clusters)) and colors[0] == "#e69f00"
    umap = store.array(at + "obsm/X_umap")
    assert np.array_equal(
        umap, np.float32([[r["umap1"], r["umap2"]] for r in rows(api, inputs["embedding"])]))
    markers = rows(api, inputs["diff"])
    columns = store.attributes(at + "uns/markers")["column-order"]
    for column in set(columns) - {"name"}:
        found = list(store.array(f"{at}uns/markers/{column}"))
        for value, row in zip(found, markers, strict=True):
            wanted = row[column]
            missing = wanted is None and (value == "" if column == "label" else np.isnan(value))
            assert missing or value == wanted, column


def test_the_matrix_and_the_counts(api, dataset, analysis, truth, table):
    store, at = table
    matrix = store.array(at + "X")
    counts = store.array(at + "layers/counts")
    document = api.result(analysis["inputs"]["representation"], "json").json()
    mz = store.array(at + "var/mz")
    assert matrix.shape == counts.shape == (document["cell_count"], len(document["channels"]))
    assert mz.tolist() == document["channels"]
    assert np.isfinite(matrix).all() and (matrix > 0).all() and matrix.std() > 0
    names = store.array(at + "var/_index")
    assert len(set(names)) == len(names)
    labels = np.load(io.BytesIO(api.result(analysis["inputs"]["segmentation"], "npy").content))
    ions = {row["mz"]: row for row in api.get(f"/v1/datasets/{dataset['id']}/ions").json()["rows"]}
    cube = api.cube(dataset["id"])[[ions[m]["index"] for m in mz]].astype(float)
    expected = [[plane[labels == c + 1].mean() for plane in cube] for c in range(len(counts))]
    assert np.allclose(counts, expected, rtol=1e-6, atol=0)
    # X is the mean of the logarithms of the median-normalised counts.
    normal = np.log(1 + (cube + 1) / (np.median(cube, axis=0) + 1))
    expected = [[plane[labels == c + 1].mean() for plane in normal] for c in range(len(matrix))]
    assert np.allclose(matrix, expected, rtol=1e-5)
    assert np.allclose(store.array(at + "uns/average_spectrum"), cube.mean(axis=(1, 2)))


def test_spatialdata_holds_images_and_nuclei(api, dataset, analysis, stores):
    store = stores["sdata"]
    labels = np.load(io.BytesIO(api.result(analysis["inputs"]["segmentation"], "npy").content))
    assert np.array_equal(store.array("labels/nuclei/s0"), labels)
    names = store.array("tables/table/var/_index")
    channels = store.attributes("images/ions")["omero"]["channels"]
    assert [channel["label"] for channel in channels] == names
    ions = {row["mz"]: row for row in api.get(f"/v1/datasets/{dataset['id']}/ions").json()["rows"]}
    places = [ions[m]["index"] for m in store.array("tables/table/var/mz")]
    assert np.array_equal(store.array("images/ions/s0"), api.cube(dataset["id"])[places])
    scale = store.attributes("labels/nuclei")["multiscales"][0]["coordinateTransformations"][0]
    assert scale["scale"] == [dataset["pixel_size_um"] or 1] * 2
    assert set(store.categories("tables/table/obs/region")) == {"nuclei"}


def test_the_origin_is_told(api, dataset, analysis, table):
    store, at = table
    assert store.texts(at + "uns/seam/dataset") == [dataset["name"]]
    for kind, job in analysis["inputs"].items():
        told = json.loads(store.texts(f"{at}uns/seam/parameters/{kind}")[0])
        assert told == api.get(f"/v1/jobs/{job}").json()["parameters"], kind


def test_tissue_without_nuclei_has_no_observations(api):
    def image(a, b, n):
        return [[(a * x + b * y) % n for x in range(24)] for y in range(24)]

    flat = make_zip({f"s - {mz} u.txt": ion_text(image(*pattern)) for mz, pattern in {
        "26.00": (7, 13, 3), "45.00": (0, 0, 1), "79.96": (5, 3, 4), "134.05": (3, 5, 7)}.items()})
    id_ = api.upload(flat, expect=(200, 201), file="flat.zip").json()["id"]
    job = api.run(id_, "analysis", {"marker": 45})
    for suffix, at in (("adata.zarr.zip", ""), ("sdata.zarr.zip", "tables/table/")):
        store = Store(api.result(job["id"], suffix).content)
        assert store.array(at + "obs/_index") == []
        assert store.array(at + "layers/counts").shape == (0, 4)
        assert at + "X/.zarray" not in store.names
        assert "region" not in store.attributes(at.rstrip("/"))
        assert store.array(at + "var/_index") == ["26.00", "45.00", "79.96", "134.05"]


def test_the_same_job_gives_the_same_bytes(api, analysis):
    for suffix in ("adata.zarr.zip", "sdata.zarr.zip"):
        first, second = (api.result(analysis["id"], suffix) for _ in range(2))
        assert first.content == second.content
        assert first.headers["ETag"] == second.headers["ETag"]
