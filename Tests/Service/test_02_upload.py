"""Uploads: every layout that is met in practice, and every one that is refused."""

import hashlib
import http.client
import io
import struct
import time
import zipfile
import zlib

import numpy as np
import pytest

from service import ion_path, ion_text, make_zip, npy, spool

A = [[0, 1, 2], [30, 4, 500]]
B = [[7, 0, 0], [1, 70000, 2]]


def image(api, dataset, ion):
    return npy(api.get(ion_path(dataset, ion) + ".npy").content)


def two_ions(**layout):
    return {"m/m_1 (5) - 50.12 u.txt": ion_text(A, **layout),
            "m/m_1 (6) - 134.05 u.txt": ion_text(B, **layout)}


def check_two_ions(api, document):
    assert (document["width"], document["height"], document["ion_count"]) == (3, 2, 2)
    assert document["total_counts"] == np.sum(A) + np.sum(B)
    assert (document["mz_min"], document["mz_max"]) == (50.12, 134.05)
    assert image(api, document["id"], 50.12).tolist() == A
    assert image(api, document["id"], 134.05).tolist() == B


def test_the_simulated_section_arrives_exactly(api, dataset, truth, archive):
    assert dataset["sha256"] == hashlib.sha256(archive).hexdigest()
    assert dataset["bytes"] == len(archive)
    assert (dataset["height"], dataset["width"]) == truth["mask"].shape
    assert dataset["ion_count"] == len(truth["mz"])
    assert dataset["polarity"] == "negative"
    assert dataset["pixel_size_um"] == pytest.approx(float(truth["pixel_um"]))
    assert dataset["owner"] == "local" and dataset["visibility"] == "lab"
    assert any("otal" in warning for warning in dataset["warnings"]), "the total ion is told"
    cube = api.cube(dataset["id"])
    assert np.array_equal(cube, truth["cube"])
    assert dataset["total_counts"] == truth["cube"].sum()


LAYOUTS = {
    "plain": {}, "from one": {"first": 1}, "CRLF": {"end": "\r\n"}, "tabs": {"separator": "\t"},
    "blanks": {"separator": "   "}, "BOM": {"header": "\ufeff"},
    "header": {"header": "# File: a.itm\n# Polarity: negative\n# X Y Intensity\n"},
    "nine lines": {"header": "".join(f"line {n} of words\n" for n in range(9))},
    "BOM, header and CRLF": {"header": "\ufeff# x\r\n\r\n", "end": "\r\n"},
    "floats": {"number": lambda v: f"{v:.3e}"}, "decimals": {"number": lambda v: f"{v}.000"},
    "order": {"order": [5, 0, 3, 1, 4, 2]}, "columns first": {"order": [0, 3, 1, 4, 2, 5]},
    "trailing lines": {"end": "\n"},
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_mean_the_same(api, layout):
    options = LAYOUTS[layout]
    document = api.upload(make_zip(two_ions(**options)), expect=(200, 201)).json()
    check_two_ions(api, document)


def test_fractions_are_kept(api):
    values = [[0.5, 1.25], [2, 3]]
    document = api.upload(make_zip({"f - 60.00 u.txt": ion_text(values)})).json()
    found = image(api, document["id"], "60.00")
    assert found.dtype == np.float32 and found.tolist() == values


def test_the_smallest_type_that_holds_the_data(api):
    cases = {"10.00": ([[255, 0]], "u1"), "11.00": ([[256, 0]], "<u2"),
             "12.00": ([[65536, 0]], "<u4"), "13.00": ([[0.1, 0]], "<f8"),
             "14.00": ([[0.5, 0]], "<f4"), "15.00": ([[5e9, 0]], None)}
    files = {f"t - {mz} u.txt": ion_text(v, number=repr) for mz, (v, _) in cases.items()}
    document = api.upload(make_zip(files)).json()
    for mz, (values, dtype) in cases.items():
        found = image(api, document["id"], mz)
        assert found.astype(float).tolist() == values, mz
        if dtype:
            assert found.dtype == np.dtype(dtype), mz


def test_forms_of_one_archive_of_many_files_and_plain_bodies(api):
    files = {name.split("/")[-1]: text for name, text in two_ions(separator="  ").items()}
    check_two_ions(api, api.upload(files, name="liver").json())
    body = make_zip(two_ions(separator=" \t"))
    document = api.post("/v1/datasets?name=plain", 201, data=body).json()
    assert document["name"] == "plain"
    check_two_ions(api, document)
    # curl says this of any body it sends with --data-binary.
    body = make_zip(two_ions(separator="\t "))
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    check_two_ions(api, api.post("/v1/datasets", 201, data=body, headers=headers).json())
    body = make_zip(two_ions(separator="\t\t"))
    response = api.put("/v1/datasets/my%20liver.zip", 201, data=body)
    assert response.headers["Location"] == "/v1/datasets/" + response.json()["id"]
    check_two_ions(api, response.json())


def test_a_single_file_without_an_archive(api):
    document = api.put("/v1/datasets/77.50.txt", 201, data=ion_text(A)).json()
    assert document["ion_count"] == 1 and image(api, document["id"], "77.50").tolist() == A


def test_folders_in_the_names_of_a_form_are_dropped(api):
    files = {"C:\\data\\liver - 50.50 u.txt": ion_text(A), "../../liver - 51.50 u.txt": ion_text(B)}
    document = api.upload(files).json()
    assert document["name"] == "liver" and document["ion_count"] == 2


def test_fields_come_from_the_form_or_the_query(api):
    fields = {"name": "liver 3", "sample": "mouse", "group": "old", "polarity": "positive",
              "notes": "first line\nsecond – line", "pixel_size_um": "1.5", "visibility": "private"}
    for n, send in enumerate(("form", "query")):
        body = make_zip({f"q - {20 + n}.00 u.txt": ion_text(A)})
        if send == "form":
            document = api.upload(body, **fields).json()
        else:
            document = api.post("/v1/datasets", 201, data=body, params=fields).json()
        for name, value in fields.items():
            assert str(document[name]) == value, (send, name)


def test_names_of_ions(api):
    files = {
        "liver_1 (96) - 134.05 u.txt": A, "liver_1 - 50.12 u.txt": A, "liver_1 - Cl-.txt": A,
        "61.20.txt": A, "HH3.txt": A, "liver_1 - total.txt": A, "README.txt": None,
        "__MACOSX/liver_1/._61.20.txt": None, "liver_1/.DS_Store": None, "notes.pdf": None,
    }
    body = make_zip({n: ion_text(v) if v else b"some words, not an image\n" if n.endswith("txt")
                     else b"\0\1\2" for n, v in files.items()})
    document = api.upload(body).json()
    rows = api.get(f"/v1/datasets/{document['id']}/ions").json()["rows"]
    assert [row["mz"] for row in rows] == [50.12, 61.2, 134.05, None, None]
    assert [row["label"] for row in rows[3:]] == ["Cl-", "HH3"]
    assert image(api, document["id"], "HH3").tolist() == A
    assert image(api, document["id"], "Cl-").tolist() == A
    assert any("total" in warning for warning in document["warnings"])


def test_the_same_bytes_again_are_the_same_dataset(api, archive, dataset):
    before = len(api.datasets())
    again = api.upload(archive, expect=200, file="other.zip").json()
    assert again["id"] == dataset["id"]
    assert api.put("/v1/datasets/x.zip", 200, data=archive).json()["id"] == dataset["id"]
    assert len(api.datasets()) == before


def test_a_dry_run_keeps_nothing(api):
    before = len(api.datasets())
    body = make_zip({"dry - 88.00 u.txt": ion_text(A)})
    document = api.upload(body, expect=200, dry_run="true").json()
    assert document["id"] is None and document["ion_count"] == 1 and document["width"] == 3
    assert [ion["mz"] for ion in document["ions"]] == [88.0]
    assert len(api.datasets()) == before
    bad = make_zip({"dry - 88.00 u.txt": b"0 0 x\n"})
    assert api.upload(bad, expect=422, dry_run="true").json()["errors"][0]["line"] == 1
    assert len(api.datasets()) == before


def test_missing_pixels_become_zero_when_asked_for(api):
    text = b"0 0 1\n1 0 2\n0 1 3\n"
    body = make_zip({"g - 90.00 u.txt": text, "g - 91.00 u.txt": ion_text([[1, 1], [1, 1]])})
    refused = api.upload(body, expect=422).json()
    place = refused["errors"][0]
    assert place["file"].endswith("90.00 u.txt") and "1 missing" in place["detail"]
    document = api.upload(body, missing="zero").json()
    assert image(api, document["id"], "90.00").tolist() == [[1, 2], [3, 0]]
    assert any("missing" in warning for warning in document["warnings"])


def test_channels_with_few_counts_are_left_out_when_asked_for(api):
    body = make_zip({"c - 90.00 u.txt": ion_text([[1, 0]]), "c - 91.00 u.txt": ion_text([[9, 9]])})
    document = api.upload(body, min_total_counts="5").json()
    assert document["ion_count"] == 1 and document["mz_min"] == 91
    # Read another way the same bytes are another dataset.
    assert api.upload(body, expect=201).json()["id"] != document["id"]


# Refusals

def entry(name, content, method=0, flags=0, crc=None, local_name=None, size=None, attributes=0,
          system=0):
    """A hand-made member: (local header and data, central header without its offset)."""
    data = content
    if method == 8:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        data = packer.compress(content) + packer.flush()
    crc = zlib.crc32(content) if crc is None else crc
    size = len(content) if size is None else size
    own = name.encode() if isinstance(name, str) else name
    local_name = own if local_name is None else local_name
    common = struct.pack("<HHHHHIII", 20, flags, method, 0, 0x5021, crc, len(data), size)
    local = struct.pack("<I", 0x04034B50) + common + struct.pack("<HH", len(local_name), 0)

    def central(offset):
        return (struct.pack("<IH", 0x02014B50, 20 | system << 8) + common
                + struct.pack("<HHHHHII", len(own), 0, 0, 0, 0, attributes, offset) + own)

    return local + local_name + data, central


def raw_zip(*entries, prefix=b"", overlap=False):
    body, centrals = prefix, b""
    for local, central in entries:
        centrals += central(0 if overlap else len(body))
        body += local
    count = len(entries)
    return body + centrals + struct.pack(
        "<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(centrals), len(body), 0)


GOOD = ion_text(A)
NAME = "z - 70.00 u.txt"
UNIX_LINK, UNIX_DEVICE = 0o120777 << 16, 0o020666 << 16


def bomb():
    content = bytes(60 << 20)
    return raw_zip(entry(NAME, content, 8), entry("z - 71.00 u.txt", GOOD, 8, size=len(GOOD)))


def false_size():
    """Unpacks to far more than its headers say."""
    return raw_zip(entry(NAME, GOOD * 20000, 8, crc=zlib.crc32(GOOD), size=len(GOOD)))


ARCHIVES = {
    "an empty archive": make_zip({}),
    "folders only": make_zip({"a/": b""}),
    "no ion images": make_zip({"a.bin": b"\0\1\2\3"}),
    "nested archives only": make_zip({"inner.zip": make_zip({NAME: GOOD})}),
    "total ions only": make_zip({"z - total.txt": GOOD}),
    "a bad CRC": raw_zip(entry(NAME, GOOD, crc=1)),
    "headers that disagree": raw_zip(entry(NAME, GOOD, local_name=b"z - 71.00 u.txt")),
    "duplicate names": raw_zip(entry(NAME, GOOD), entry(NAME, GOOD)),
    "an absolute name": raw_zip(entry("/etc/" + NAME, GOOD)),
    "a climbing name": raw_zip(entry("../../" + NAME, GOOD)),
    "a name with a control character": raw_zip(entry("z\n - 70.00 u.txt", GOOD)),
    "a name with a backslash": raw_zip(entry("..\\z - 70.00 u.txt", GOOD)),
    "a link": raw_zip(entry(NAME, b"/etc/passwd", attributes=UNIX_LINK, system=3)),
    "a device": raw_zip(entry(NAME, b"", attributes=UNIX_DEVICE, system=3)),
    "encryption": raw_zip(entry(NAME, GOOD, flags=1)),
    "another method": raw_zip(entry(NAME, GOOD, method=14)),
    "overlapping entries": raw_zip(
        entry(NAME, GOOD), entry("z - 71.00 u.txt", GOOD, local_name=NAME.encode()), overlap=True),
    "bytes before the first header": raw_zip(entry(NAME, GOOD), prefix=b"MZ" * 40),
    "a wrong size": false_size(),
    "cut off": make_zip({NAME: GOOD, "z - 71.00 u.txt": GOOD})[:-30],
}


def refused(api, server, body, status=422, **options):
    before = [d["id"] for d in api.datasets()]
    problem = api.upload(body, expect=status, **options).json()
    assert [d["id"] for d in api.datasets()] == before, "nothing is kept"
    assert spool(server.data) == [], "nothing is left in the spool"
    return problem


@pytest.mark.parametrize("case", ARCHIVES)
def test_bad_archives_are_refused_and_leave_nothing(api, server, case):
    body = ARCHIVES[case]
    if case == "bytes before the first header":
        # It does not begin as an archive does, so it may also be taken for an unknown format.
        problem = refused(api, server, body, (415, 422))
    elif case == "another method":
        # Known, but not read.
        problem = refused(api, server, body, 415)
        assert "method 14" in problem["detail"]
    else:
        problem = refused(api, server, body)
        assert problem["type"] == "/errors/bad-upload"
    assert len(problem["detail"]) > 15


def test_a_bomb_is_stopped_while_it_is_unpacked(api, server):
    problem = refused(api, server, bomb(), (413, 422))
    assert problem["type"] in ("/errors/bad-upload", "/errors/too-large")


LINES = {
    "two fields": ("0 0 1\n1 0\n0 1 3\n1 1 4\n", 2, "three fields"),
    "four fields": ("0 0 1\n1 0 2 9\n0 1 3\n1 1 4\n", 2, "three fields"),
    "a negative count": ("0 0 1\n1 0 2\n0 1 -3\n1 1 4\n", 3, "-3"),
    "a count that is no number": ("0 0 1\n1 0 two\n0 1 3\n1 1 4\n", 2, "two"),
    "nan": ("0 0 1\n1 0 nan\n0 1 3\n1 1 4\n", 2, "nan"),
    "infinity": ("0 0 1\n1 0 1e999\n0 1 3\n1 1 4\n", 2, "1e999"),
    "a fractional coordinate": ("0 0 1\n1.5 0 2\n0 1 3\n1 1 4\n", 2, "1.5"),
    "a negative coordinate": ("0 0 1\n-1 0 2\n0 1 3\n1 1 4\n", 2, "-1"),
    "a coordinate twice": ("0 0 1\n1 0 2\n0 1 3\n1 1 4\n1 0 5\n", 5, "repeated"),
    "a coordinate missing": ("# h\n0 0 1\n1 0 2\n1 1 4\n", 4, "missing"),
    "words in the middle": ("0 0 1\n1 0 2\n# why\nno 1 3\n1 1 4\n", 4, "no"),
    "nothing": ("", None, ""),
    "a huge coordinate": ("0 0 1\n99999999999 0 2\n", 2, "99999999999"),
}


@pytest.mark.parametrize("case", LINES)
def test_bad_lines_are_named(api, server, case):
    text, line, part = LINES[case]
    body = make_zip({"s/s - 70.00 u.txt": text.encode(), "s/s - 71.00 u.txt": b"0 0 1\n1 0 2\n0 1 3\n1 1 4\n"})
    problem = refused(api, server, body)
    assert problem["type"] == "/errors/bad-upload"
    place = problem["errors"][0]
    assert place["file"].endswith("s - 70.00 u.txt"), place
    assert place.get("line") == line, place
    assert part in place["detail"], place


def test_an_ion_twice_is_refused_naming_both_files(api, server):
    body = make_zip({"a - 70.00 u.txt": GOOD, "b - 70.00 u.txt": GOOD})
    problem = refused(api, server, body)
    assert [e["file"] for e in problem["errors"]] == ["a - 70.00 u.txt", "b - 70.00 u.txt"]


def test_images_of_different_size_are_refused(api, server):
    body = make_zip({"a - 70.00 u.txt": GOOD, "a - 71.00 u.txt": ion_text([[1, 2]])})
    problem = refused(api, server, body)
    assert problem["errors"][0]["file"] == "a - 71.00 u.txt"


@pytest.mark.parametrize("head, word", [
    (b"\x89HDF\r\n\x1a\n" + bytes(100), "HDF5"), (b"\x93NUMPY\x01\x00" + bytes(100), "NumPy"),
    (b"MATLAB 5.0 MAT-file" + bytes(100), "MATLAB"),
    (b"%PDF-1.7 " + bytes(100), "PDF"), (b"\x89PNG\r\n\x1a\n" + bytes(100), "PNG"),
    (b'<?xml version="1.0"?><mzML/>' + b" " * 80, "imzML"),
])
def test_known_formats_that_are_not_read_are_415_with_advice(api, server, head, word):
    problem = refused(api, server, head, 415)
    assert problem["type"] == "/errors/unsupported-format"
    assert word in problem["detail"] and "ASCII" in problem["detail"]


@pytest.mark.parametrize("body", [b"", bytes(range(256)) * 4, b"hello\n", b"PK\x03\x04" + bytes(50)])
def test_rubbish_is_refused(api, server, body):
    refused(api, server, body)
    response = api.post("/v1/datasets", 422, data=body)
    assert response.json()["type"] == "/errors/bad-upload"


def test_side_limit_is_checked_before_anything_is_allocated(api, server):
    problem = refused(api, server, {"w - 70.00 u.txt": b"0 0 1\n9000 0 1\n"}, 413)
    assert problem["type"] == "/errors/too-large" and "8192" in problem["detail"]
    problem = refused(
        api, server, {"w - 70.00 u.txt": b"0 0 1\n8000 8000 1\n"}, (413, 422), missing="zero")


def test_bad_fields_are_refused_naming_them(api, server):
    for field, value in [("pixel_size_um", "-1"), ("pixel_size_um", "wide"), ("polarity", "up"),
                         ("visibility", "all"), ("missing", "one"), ("dry_run", "perhaps"),
                         ("min_total_counts", "-3"), ("name", ""), ("layers", "keep"), ("layers", "3-2"),
                         ("mz_axis", "fine"), ("tolerance_mz", "0"), ("tolerance_ppm", "all")]:
        body = make_zip({"b - 70.00 u.txt": GOOD})
        problem = refused(api, server, body, **{field: value})
        assert problem["type"] == "/errors/invalid-body"
        assert field in problem["errors"][0]["pointer"], problem
        problem = api.problem(
            "POST", "/v1/datasets", 400, "bad-query", params={field: value}, data=body)
        assert problem["errors"][0]["parameter"] == field
    problem = refused(api, server, make_zip({"b - 70.00 u.txt": GOOD}), pixelsize_um="1")
    assert "pixel_size_um" in problem["errors"][0]["detail"]
    assert spool(server.data) == []


def test_a_form_without_files_and_one_that_is_cut_off(api, server):
    api.post("/v1/datasets", 422, files={"name": (None, "only a field")})
    body = b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n0 0 1\n"
    problem = api.post(
        "/v1/datasets", 400, data=body, headers={"Content-Type": "multipart/form-data; boundary=b"})
    assert problem.json()["type"] == "/errors/bad-form"
    api.post("/v1/datasets", 415, data=body, headers={"Content-Type": "multipart/form-data"})
    assert spool(server.data) == []


def test_an_upload_that_breaks_off_leaves_nothing(api, server, archive):
    before = len(api.datasets())
    for sent in (0, 1, 1000, len(archive) - 1):
        connection = http.client.HTTPConnection(server.host, server.port, timeout=20)
        connection.putrequest("POST", "/v1/datasets")
        connection.putheader("Content-Length", str(len(archive) + 7))
        connection.endheaders()
        connection.send(archive[:sent])
        connection.close()
    for _ in range(50):
        if not spool(server.data):
            break
        api.get("/v1/jobs?limit=1")
        time.sleep(0.1)
    assert spool(server.data) == [] and len(api.datasets()) == before


def test_zip_of_other_tools(api):
    """Data descriptors, stored members, UTF-8 names, comments."""
    out = io.BytesIO()

    class Pipe(io.RawIOBase):  # not seekable: zipfile writes data descriptors
        def writable(self):
            return True

        def write(self, data):
            out.write(data)
            return len(data)

    with zipfile.ZipFile(Pipe(), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = b"made by hand"
        archive.writestr("größe/größe - 50.12 u.txt", ion_text(A, separator="  "))
        archive.writestr(zipfile.ZipInfo("größe/größe - 134.05 u.txt"), ion_text(B, separator="  "))
    document = api.upload(out.getvalue()).json()
    assert document["name"] == "größe"
    check_two_ions(api, document)
