"""Arrays as NumPy writes them, tables as pandas and NumPy write them, BIF6 by its layout."""

import gzip
import io
import struct
import tarfile
import zipfile

import numpy as np
import pytest

from in_reading import reader  # noqa: F401

RANDOM = np.random.default_rng(3)


def counts(dtype=np.uint16, shape=(4, 11, 13)):
    return RANDOM.poisson(3.0, shape).astype(dtype)


def saved(array, **options):
    out = io.BytesIO()
    np.save(out, array, **options)
    return out.getvalue()


@pytest.mark.parametrize("dtype", ["u1", "<u2", ">u2", "<i4", ">i8", "<f4", ">f8"])
def test_npz_and_npy(reader, dtype):
    cube, mz = counts(dtype), np.array([134.05, 50.5, 79.9663, 60.0])
    out = io.BytesIO()
    np.savez_compressed(out, cube=cube, mz=mz, pixel_um=np.float64(0.5))
    order = np.argsort(mz)
    for files in (("a.npz", out.getvalue()), {"cube.npy": saved(cube), "mz.npy": saved(mz), "pixel_um.npy": saved(np.float64(0.5))}):
        read = reader.read(files)
        assert read.mz == sorted(mz) and read.document["pixel_size_um"] == 0.5
        assert np.array_equal(read.cube, cube[order].astype(np.float64))
    alone = reader.read(("stack.npy", saved(cube)))
    assert alone.labels == ["image 1", "image 2", "image 3", "image 4"]
    assert np.array_equal(alone.cube, cube.astype(np.float64))
    assert reader.read(("one.npy", saved(cube[0]))).document["ion_count"] == 1


def test_pickles_are_refused(reader):
    reader.refused(("cube.npy", saved(np.array([{}], dtype=object), allow_pickle=True)))


def ascii_images(cube):
    """SurfaceLab's three columns, one file an ion."""
    lines = [f"{x} {y}" for y in range(cube.shape[1]) for x in range(cube.shape[2])]
    return {
        f"liver (7) - {50 + i}.05 u.txt": ("# h\n" + "".join(
            f"{place} {value}\n" for place, value in zip(lines, image.flat))).encode()
        for i, image in enumerate(cube)}


def test_archives_as_python_writes_them(reader):
    cube = counts()
    members = ascii_images(cube)
    bodies = {}
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", method) as archive:
            for name, body in members.items():
                with archive.open(zipfile.ZipInfo("d/" + name), "w", force_zip64=True) as member:
                    member.write(body)
        bodies[f"zip64-{method}.zip"] = out.getvalue()

    class Pipe(io.RawIOBase):
        """Not seekable: zipfile must write data descriptors."""

        def __init__(self):
            self.out = bytearray()

        def writable(self):
            return True

        def write(self, data):
            self.out += data
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    bodies["descriptors.zip"] = bytes(pipe.out)
    for mode, format_ in (("w", tarfile.PAX_FORMAT), ("w", tarfile.GNU_FORMAT), ("w:gz", tarfile.USTAR_FORMAT)):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode=mode, format=format_) as archive:
            for name, body in members.items():
                info = tarfile.TarInfo(name)
                info.size = len(body)
                archive.addfile(info, io.BytesIO(body))
        bodies[f"{mode[-1]}{format_}.tar"] = out.getvalue()
    for name, body in bodies.items():
        read = reader.read((name, body))
        assert read.mz == [50.05, 51.05, 52.05, 53.05], name
        assert np.array_equal(read.cube, cube), name
    packed = {name + ".gz": gzip.compress(body) for name, body in members.items()}
    assert np.array_equal(reader.read(packed).cube, cube)
    one = dict(list(packed.items())[:1])
    assert np.array_equal(reader.read(one).cube, cube[:1])


def test_tables_and_matrices(reader):
    cube = counts()
    y, x = np.mgrid[:11, :13]
    table = np.column_stack([x.ravel(), y.ravel(), *(image.ravel() for image in cube)])
    names = ["X", "Y", "134.05", "m/z 60.5", "IdU", "79.96 u"]
    for delimiter in ("\t", ",", ";"):
        out = io.StringIO()
        np.savetxt(out, table, fmt="%d", delimiter=delimiter, header=delimiter.join(names))
        read = reader.read(("table.csv", out.getvalue().encode()))
        assert read.mz == [60.5, 79.96, 134.05, None] and read.labels[3] == "IdU"
        assert np.array_equal(read.cube, cube[[1, 3, 0, 2]])
    files = {}
    for mz, image in zip((50.5, 60.5, 70.5, 80.5), cube):
        out = io.StringIO()
        np.savetxt(out, image.astype(float))
        files[f"{mz}.txt"] = out.getvalue().encode()
    assert np.array_equal(reader.read(files).cube, cube)


def test_layers_are_summed_or_some_of_them(reader):
    cube = counts(shape=(5, 7, 9))
    z, y, x = np.mgrid[:5, :7, :9]
    out = io.StringIO()
    np.savetxt(out, np.column_stack([a.ravel() for a in (x, y, z, cube)]), fmt="%d", header="X Y Slice Intensity")
    body = out.getvalue().encode()
    read = reader.read(("a - 134.05 u.txt", body))
    assert read.document["layers"] == 5 and np.array_equal(read.cube[0], cube.sum(0))
    read = reader.read(("a - 134.05 u.txt", body), layers="1-3")
    assert read.document["layers"] == 3 and np.array_equal(read.cube[0], cube[1:4].sum(0))
    document = reader.refused(("a.txt", body), 422, "invalid-body", layers="keep")
    assert "not kept one by one" in document["detail"]


def test_bif6(reader):
    cube = counts(np.uint32, (3, 5, 6))
    body = b"\0\0BIF6" + struct.pack("<3H", 3, 6, 5)
    for index, (image, mz) in enumerate(zip(cube, (0.0, 134.05, 79.0))):
        body += struct.pack("<I3f", index, max(mz - 0.5, 0), mz, mz + 0.5 if mz else 0)
        body += image.astype("<u4").tobytes()
    read = reader.read(("liver.bif6", body))
    assert np.allclose(read.mz, [79.0, 134.05]) and read.document["source"] == "bif6"
    assert np.array_equal(read.cube, cube[[2, 1]])
    reader.refused(("liver.bif6", body[:-1]))


@pytest.mark.parametrize("head, words", [
    (b"\x89HDF\r\n\x1a\n" + bytes(100), ["HDF5", "numpy.savez"]),
    (b"ITStrF01" + bytes(100), ["ION-TOF", "ASCII"]),
    (b"MATLAB 5.0 MAT-file" + bytes(100), ["MATLAB", "numpy.savez"]),
    (b"\x89PNG\r\n\x1a\n" + bytes(100), ["PNG", "ASCII"]),
    (b"7z\xbc\xaf\x27\x1c" + bytes(100), ["7-Zip", ".zip"]),
])
def test_known_formats_that_are_not_read_say_what_to_export(reader, head, words):
    problem = reader.refused(("data.bin", head), 415, "unsupported-format")
    assert all(word in problem["detail"] for word in words), problem["detail"]


def test_a_dry_run_tells_ions_and_keeps_nothing(reader):
    cube = counts()
    document = reader.api.upload(ascii_images(cube), expect=200, dry_run="true").json()
    assert document["id"] is None and document["ion_count"] == 4
    assert [ion["mz"] for ion in document["ions"]] == [50.05, 51.05, 52.05, 53.05]
    assert [ion["total_counts"] for ion in document["ions"]] == cube.sum((1, 2)).tolist()
