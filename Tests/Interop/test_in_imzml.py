"""imzML as pyimzML writes it, and as it reads it, opens with the same values."""

import collections
import os
import pathlib

import numpy as np
import pytest
from pyimzml.compression import NoCompression, ZlibCompression
from pyimzml.ImzMLParser import ImzMLParser
from pyimzml.ImzMLWriter import ImzMLWriter

from in_reading import reader  # noqa: F401

# The field's example files, if they are at hand; they are not part of the repository.
EXAMPLES = sorted(pathlib.Path(os.environ.get("IMZML_EXAMPLES", "/nonexistent")).glob("*.imzML"))


def files(path):
    return {p.name: p.read_bytes() for p in (path, path.with_suffix(".ibd"))}


def summed(places, spectra):
    """Sums by m/z and pixel, zeros where there is no spectrum."""
    xs, ys = [c[0] for c in places], [c[1] for c in places]
    shape = (max(ys) - min(ys) + 1, max(xs) - min(xs) + 1)
    found = collections.defaultdict(lambda: np.zeros(shape))
    for (x, y, _), (masses, values) in zip(places, spectra):
        for mz, value in zip(masses, values):
            found[float(mz)][y - min(ys), x - min(xs)] += float(value)
    return found


def images(path):
    """The same of what pyimzML reads."""
    parser = ImzMLParser(str(path))
    spectra = [parser.getspectrum(index) for index in range(len(parser.coordinates))]
    return summed(parser.coordinates, spectra)


def check(reader, path, expected):
    read = reader.read(files(path), mz_axis="exact")
    assert read.mz == sorted(expected)
    assert np.array_equal(read.cube, np.stack([expected[mz] for mz in read.mz]))
    return read


def written(path, mode, mz, values, compression, places, spectra):
    with ImzMLWriter(
            str(path), mode=mode, mz_dtype=mz, intensity_dtype=values, mz_compression=compression(),
            intensity_compression=compression()) as writer:
        for place, (masses, counts) in zip(places, spectra):
            writer.addSpectrum(masses, counts, place)
    return pathlib.Path(path)


@pytest.mark.parametrize("mode", ["continuous", "processed"])
@pytest.mark.parametrize("compression", [NoCompression, ZlibCompression])
@pytest.mark.parametrize("mz", [np.float32, np.float64])
@pytest.mark.parametrize("values", [np.float32, np.float64, np.int32, np.int64])
def test_every_type_and_mode(reader, tmp_path, mode, compression, mz, values):
    random = np.random.default_rng(4)
    axis = np.sort(random.uniform(50, 500, 30)).astype(mz)
    places, spectra = [], []
    for z in (1, 2):
        for y in range(2, 6):
            for x in range(3, 8):
                if (x, y) == (4, 4):
                    continue
                chosen = axis if mode == "continuous" else axis[np.sort(random.choice(30, 9, False))]
                places.append((x, y, z))
                spectra.append((chosen, random.poisson(20, len(chosen)).astype(values)))
    path = written(tmp_path / "a.imzML", mode, mz, values, compression, places, spectra)
    # pyimzML writes zlib and does not undo it when it reads.
    expected = summed(places, spectra) if compression is ZlibCompression else images(path)
    read = check(reader, path, expected)
    assert read.document["layers"] == 2
    assert any("2 layers" in w for w in read.warnings)
    assert any("1 of 20 pixels" in w for w in read.warnings)


def test_peaks_keep_every_count(reader, tmp_path):
    random = np.random.default_rng(5)
    base = np.array([60.0, 79.96, 134.05, 400.2])
    spectra = [(base + random.normal(0, 2e-4, 4), np.array([1, 2, 3, 4], np.float32)) for _ in range(400)]
    places = [(i % 20 + 1, i // 20 + 1, 1) for i in range(400)]
    path = written(tmp_path / "a.imzML", "processed", np.float64, np.float32, NoCompression, places, spectra)
    for fields in ({}, {"tolerance_mz": 0.01}, {"tolerance_ppm": 30}):
        read = reader.read(files(path), **fields)
        assert read.document["ion_count"] == 4, (fields, read.mz)
        assert np.allclose(read.mz, base, atol=1e-3)
        assert np.array_equal(read.cube.sum((1, 2)), [400, 800, 1200, 1600])


def test_a_file_that_is_not_its_pair_is_refused(reader, tmp_path):
    one = [(np.array([50.0, 60.0]), np.array([1.0, 2.0]))]
    for name in "ab":
        written(tmp_path / f"{name}.imzML", "processed", np.float64, np.float32, NoCompression, [(1, 1, 1)], one)
    sent = {"a.imzML": (tmp_path / "a.imzML").read_bytes(), "a.ibd": (tmp_path / "b.ibd").read_bytes()}
    assert "not a pair" in reader.refused(sent)["detail"]
    whole = bytearray((tmp_path / "a.ibd").read_bytes())
    whole[20] ^= 1
    sent["a.ibd"] = bytes(whole)
    assert "SHA-1" in reader.refused(sent)["detail"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_of_the_field(reader, path):
    expected = images(path)
    check(reader, path, expected)
    peaks = reader.read(files(path))
    assert peaks.document["ion_count"] <= 4000
    total = sum(image.sum() for image in expected.values())
    assert abs(peaks.document["total_counts"] - total) <= 1e-9 * total
