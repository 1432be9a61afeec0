"""Label images and ion-image stacks, read by tifffile, numpy and pyimzML; and read back by the server."""

import io
import warnings
import xml.etree.ElementTree as ElementTree
import zipfile

import numpy as np
import pytest
import tifffile


@pytest.fixture(scope="module")
def cube(service, dataset):
    return service.cube(dataset["id"])


@pytest.fixture(scope="module")
def ions(service, dataset):
    return service.json(f"/v1/datasets/{dataset['id']}/ions")["rows"]


def tiff(service, path):
    return tifffile.TiffFile(io.BytesIO(service.get(path).content))


def images(service, dataset, form):
    return service.get(f"/v1/datasets/{dataset['id']}/images.{form}").content


def pixel_size(page):
    numerator, denominator = page.tags["XResolution"].value
    return denominator / numerator


def test_labels_are_imagej_tiff_with_the_pixel_size(service, analysis, labels):
    with tiff(service, f"/v1/jobs/{analysis['inputs']['segmentation']}/result.tif") as file:
        assert file.is_imagej and file.imagej_metadata["unit"] == "micron"
        assert file.asarray().dtype == np.uint16 and np.array_equal(file.asarray(), labels)
        assert abs(pixel_size(file.pages[0]) - 1.5625) < 1e-6


def test_clusters_are_an_image(service, analysis, labels):
    job = analysis["inputs"]["clustering"]
    rows = service.json(f"/v1/jobs/{job}/result.json")["rows"]
    cluster = np.zeros(labels.max() + 1, int)
    for row in rows:
        cluster[row["cell_id"]] = row["cluster"]
    with tiff(service, f"/v1/jobs/{job}/result.tif") as file:
        assert np.array_equal(file.asarray(), cluster[labels])


def test_a_stack_for_imagej_has_slices_labels_and_size(service, dataset, cube, ions):
    with tifffile.TiffFile(io.BytesIO(images(service, dataset, "tif"))) as file:
        assert file.is_imagej and len(file.pages) == len(cube)
        assert np.array_equal(file.asarray(), cube)
        metadata = file.imagej_metadata
        assert metadata["slices"] == len(cube) and metadata["unit"] == "micron"
        assert (metadata["min"], metadata["max"]) == (cube.min(), cube.max())
        assert len(metadata["Labels"]) == len(cube)
        for label, ion in zip(metadata["Labels"], ions, strict=True):
            assert abs(float(label.split()[1]) - ion["mz"]) < 0.01
        assert abs(pixel_size(file.pages[0]) - 1.5625) < 1e-6


def test_an_ome_tiff_has_channels_and_the_physical_size(service, dataset, cube, ions):
    with tifffile.TiffFile(io.BytesIO(images(service, dataset, "ome.tif"))) as file:
        assert file.is_ome and file.series[0].axes == "CYX"
        assert np.array_equal(file.series[0].asarray(), cube)
        space = {"": "http://www.openmicroscopy.org/Schemas/OME/2016-06"}
        pixels = ElementTree.fromstring(file.ome_metadata).find(".//Pixels", space)
        assert pixels.get("PhysicalSizeX") == "1.5625" and pixels.get("PhysicalSizeXUnit") == "µm"
        names = [c.get("Name") for c in pixels.findall("Channel", space)]
        assert [float(n) for n in names] == [ion["mz"] for ion in ions]


def test_npy_and_npz_are_read_by_numpy(service, dataset, cube, ions):
    assert np.array_equal(np.load(io.BytesIO(images(service, dataset, "npy"))), cube)
    with np.load(io.BytesIO(images(service, dataset, "npz")), allow_pickle=False) as arrays:
        assert set(arrays) == {"cube", "mz", "labels", "pixel_um"}
        assert np.array_equal(arrays["cube"], cube) and arrays["cube"].dtype == cube.dtype
        assert arrays["mz"].tolist() == [ion["mz"] for ion in ions]
        assert float(arrays["pixel_um"]) == 1.5625


@pytest.fixture(scope="module")
def pair(service, dataset, tmp_path_factory):
    folder = tmp_path_factory.mktemp("imzml")
    with zipfile.ZipFile(io.BytesIO(images(service, dataset, "imzml.zip"))) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    return next(folder.glob("*.imzML"))


def test_pyimzml_reads_every_spectrum(dataset, cube, ions, pair):
    from pyimzml.ImzMLParser import ImzMLParser

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        parser = ImzMLParser(str(pair))
    assert parser.imzmldict["pixel size x"] == parser.imzmldict["pixel size y"] == 1.5625
    assert (parser.imzmldict["max count of pixels x"], len(parser.coordinates)) == (
        dataset["width"], dataset["width"] * dataset["height"])
    assert parser.polarity == (dataset["polarity"] or None) or dataset["polarity"] is None
    for index, (x, y, _) in enumerate(parser.coordinates):
        mz, values = parser.getspectrum(index)
        assert np.array_equal(values, cube[:, y - 1, x - 1])
    assert mz.tolist() == [ion["mz"] for ion in ions]


@pytest.mark.parametrize("form", ["imzml.zip", "npz"])
def test_the_server_reads_its_own_files_back(service, dataset, cube, ions, form):
    again = service.upload(images(service, dataset, form), f"again.{form}")
    assert again["id"] != dataset["id"] and again["pixel_size_um"] == 1.5625
    rows = service.json(f"/v1/datasets/{again['id']}/ions")["rows"]
    assert [row["mz"] for row in rows] == [ion["mz"] for ion in ions]
    assert np.array_equal(service.cube(again["id"]), cube)


def test_channels_without_a_mass_keep_their_labels(service):
    rng = np.random.default_rng(5)
    cube = rng.integers(0, 90_000, (3, 5, 7)).astype(np.uint32)
    out = io.BytesIO()
    np.savez(out, cube=cube, mz=[26.0031, 134.0472, np.nan], labels=["CN-", "", "IdU"])
    document = service.upload(out.getvalue(), "labelled.npz")
    with np.load(io.BytesIO(images(service, document, "npz"))) as arrays:
        assert arrays["labels"].tolist() == ["CN-", "", "IdU"]
        assert np.array_equal(arrays["cube"], cube) and np.isnan(arrays["mz"][2])
    with tifffile.TiffFile(io.BytesIO(images(service, document, "tif"))) as file:
        # ImageJ has no 32-bit whole numbers.
        assert file.asarray().dtype == np.float64 and np.array_equal(file.asarray(), cube)
        assert file.imagej_metadata["unit"] == "pixel"
    with zipfile.ZipFile(io.BytesIO(images(service, document, "imzml.zip"))) as archive:
        xml = archive.read("labelled.imzML").decode()
    assert 'name="external array length" value="2"' in xml and "pixel size" not in xml


def test_a_dataset_without_masses_is_no_imzml(service):
    out = io.BytesIO()
    np.savez(out, cube=np.ones((1, 2, 2)), labels=["IdU"])
    document = service.upload(out.getvalue(), "massless.npz")
    answer = service.session.get(
        f"{service.url}/v1/datasets/{document['id']}/images.imzml.zip", timeout=60)
    assert answer.status_code == 406 and "m/z" in answer.json()["detail"]
