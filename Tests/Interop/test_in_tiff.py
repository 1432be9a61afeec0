"""TIFF as tifffile and Pillow write it opens with the values they wrote."""

import io

import numpy as np
import pytest
import tifffile
from PIL import Image

from in_reading import reader  # noqa: F401

RANDOM = np.random.default_rng(7)
SHAPE = (5, 37, 41)


def cube(dtype, shape=SHAPE):
    values = RANDOM.poisson(3.0, shape)
    if np.dtype(dtype).kind == "f":
        return (values * 0.37).astype(dtype)
    values[0].flat[0] = np.iinfo(dtype).max if np.dtype(dtype).itemsize < 4 else 2**31 - 5
    return values.astype(dtype)


def written(data, **options):
    out = io.BytesIO()
    tifffile.imwrite(out, data, photometric="minisblack", **options)
    return out.getvalue()


@pytest.mark.parametrize("dtype", ["u1", "u2", "u4", "i2", "i4", "f4", "f8"])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("options", [
    {}, {"bigtiff": True}, {"rowsperstrip": 8}, {"tile": (16, 32)}, {"compression": "zlib"},
    {"compression": "zlib", "predictor": True}, {"compression": "adobe_deflate", "rowsperstrip": 5},
    {"compression": "packbits"}, {"tile": (16, 16), "compression": "zlib", "predictor": True},
    {"planarconfig": "separate"}, {"imagej": True}, {"ome": True},
], ids=str)
def test_every_layout_has_the_values_that_were_written(reader, dtype, order, options):
    if options.get("imagej") and dtype not in ("u1", "u2", "f4"):
        pytest.skip("ImageJ has no such type")
    data = cube(dtype)
    if options.get("imagej") or options.get("ome"):
        options = {**options, "metadata": {"axes": "CYX"}}
    body = written(data, byteorder=order, **options)
    read = reader.read(("stack.tif", body))
    assert (read.document["width"], read.document["height"]) == (41, 37)
    assert read.document["source"] == "tiff"
    assert np.array_equal(read.cube, data.astype(np.float64))


def test_samples_of_a_page_are_channels(reader):
    data = cube("u2", (37, 41, 6))
    for options in ({}, {"tile": (16, 16)}, {"compression": "zlib", "predictor": True}):
        read = reader.read(("stack.tif", written(data, planarconfig="contig", **options)))
        assert np.array_equal(read.cube, np.moveaxis(data, -1, 0).astype(np.float64)), options


def test_ome_names_sizes_and_order(reader):
    data = cube("u2", (3, 4, 37, 41))
    names = ["134.05", "m/z 79.00", "IdU"]
    for axes, stack in (("CZYX", data), ("ZCYX", np.moveaxis(data, 1, 0)), ("TCYX", np.moveaxis(data, 1, 0))):
        body = written(np.ascontiguousarray(stack), ome=True, metadata={
            "axes": axes, "Channel": {"Name": names}, "PhysicalSizeX": 500, "PhysicalSizeXUnit": "nm",
            "PhysicalSizeY": 500, "PhysicalSizeYUnit": "nm"})
        read = reader.read(("stack.ome.tif", body))
        assert read.mz == [79.0, 134.05, None] and read.labels == [None, None, "IdU"]
        assert read.document["layers"] == 4 and read.document["pixel_size_um"] == 0.5
        assert np.array_equal(read.cube, data.sum(1)[[1, 0, 2]].astype(np.float64)), axes
        assert any("4 layers" in warning for warning in read.warnings)
    read = reader.read(("stack.ome.tif", body), layers="2-3")
    assert np.array_equal(read.cube, data[:, 1:3].sum(1)[[1, 0, 2]].astype(np.float64))
    assert read.document["layers"] == 2


def test_imagej_hyperstack_and_labels(reader):
    data = cube("u2", (4, 3, 37, 41))
    body = written(data, imagej=True, resolution=(2.0, 2.0), metadata={"axes": "ZCYX", "unit": "um"})
    read = reader.read(("hyper.tif", body))
    assert read.document["pixel_size_um"] == 0.5 and read.document["layers"] == 4
    assert np.array_equal(read.cube, data.sum(0).astype(np.float64))
    labels = ["d", "134.05", "b", "79.00 u"]
    for order in "<>":
        body = written(data[:, 0], imagej=True, byteorder=order, metadata={"Labels": labels})
        read = reader.read(("plain.tif", body))
        assert (read.mz, read.labels) == ([79.0, 134.05, None, None], [None, None, "b", "d"])
        assert np.array_equal(read.cube, data[[3, 1, 2, 0], 0].astype(np.float64))


def test_files_of_one_page_are_named_by_their_ion(reader):
    data = cube("u2")
    files = {f"liver_1 ({i}) - {50 + i}.05 u.tif": written(data[i]) for i in range(4)}
    files["liver_1 (9) - IdU.tif"] = written(data[4])
    read = reader.read(files)
    assert read.mz == [50.05, 51.05, 52.05, 53.05, None] and read.labels[4] == "IdU"
    assert read.document["name"] == "liver_1"
    assert np.array_equal(read.cube, data.astype(np.float64))


def test_pages_with_names(reader):
    data = cube("f4")
    out = io.BytesIO()
    with tifffile.TiffWriter(out) as writer:
        for page, name in zip(data, ["HH3", "134.05", "P", "98.1", "CD45"]):
            writer.write(page, photometric="minisblack", metadata=None, extratags=[(285, 2, 0, name, True)])
    read = reader.read(("mibi.tiff", out.getvalue()))
    assert (read.mz, read.labels) == ([98.1, 134.05, None, None, None], [None, None, "CD45", "HH3", "P"])
    assert np.array_equal(read.cube, data[[3, 1, 4, 0, 2]].astype(np.float64))


def test_pillow(reader):
    data = cube("u2")
    pages = [Image.fromarray(page) for page in data]
    for compression in ("raw", "tiff_adobe_deflate", "tiff_deflate", "packbits"):
        out = io.BytesIO()
        pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], compression=compression)
        assert np.array_equal(reader.read(("stack.tif", out.getvalue())).cube, data), compression


def test_what_is_not_read_says_what_to_do(reader):
    data = cube("u2")
    for options, word in (({"compression": "lzw"}, "LZW"), ({"compression": "zstd"}, "Zstandard")):
        problem = reader.refused(("stack.tif", written(data, **options)), 415, "unsupported-format")
        assert word in problem["detail"] and "deflate" in problem["detail"]
    out = io.BytesIO()
    tifffile.imwrite(out, np.zeros((20, 20, 3), "u1"), photometric="rgb")
    problem = reader.refused(("picture.tif", out.getvalue()), 415, "unsupported-format")
    assert "colours" in problem["detail"]
    half = written(data.astype("f2"))
    assert "16 bits" in reader.refused(("half.tif", half), 415, "unsupported-format")["detail"]
    negative = (data % 1000).astype("i2")
    negative[3, 2, 1] = -4
    assert "-4" in reader.refused(("negative.tif", written(negative)))["detail"]
