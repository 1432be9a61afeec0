"""The archive and the report of an analysis, and the clients of docs/clients."""

import hashlib
import html.parser
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import zipfile

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from conftest import ROOT


@pytest.fixture(scope="module")
def answer(service, analysis):
    return service.get(f"/v1/jobs/{analysis['id']}/bundle.zip")


@pytest.fixture(scope="module")
def folder(answer, tmp_path_factory):
    """The bundle, unpacked."""
    path = tmp_path_factory.mktemp("bundle")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        archive.extractall(path)
    (top,) = path.iterdir()
    return top


def test_it_comes_with_a_name_a_digest_and_ranges(service, analysis, answer, folder):
    assert f'filename="{folder.name}.zip"' in answer.headers["Content-Disposition"]
    part = service.session.get(
        f"{service.url}/v1/jobs/{analysis['id']}/bundle.zip", headers={"Range": "bytes=10-99"},
        timeout=120)
    assert part.status_code == 206 and part.content == answer.content[10:100]
    assert part.headers["ETag"] == answer.headers["ETag"]
    same = service.session.get(
        f"{service.url}/v1/jobs/{analysis['id']}/bundle.zip",
        headers={"If-None-Match": answer.headers["ETag"]}, timeout=120)
    assert same.status_code == 304


def test_the_readme_names_every_file_and_the_sums_hold(folder):
    readme = (folder / "README.txt").read_text()
    sums = dict(line.split("  ")[::-1] for line in (folder / "SHA256SUMS").read_text().splitlines())
    for file in folder.rglob("*"):
        path = file.relative_to(folder).as_posix()
        if not file.is_file() or ".zarr/" in path or path == "SHA256SUMS":
            continue
        assert hashlib.sha256(file.read_bytes()).hexdigest() == sums.pop(path), path
        assert path in readme or path == "README.txt", path
    assert not sums
    named = re.findall(r"^  (\S+)  ", readme, re.MULTILINE)
    assert len(named) > 20 and all((folder / name).exists() for name in named)


def test_every_parameter_is_told(service, analysis, folder):
    told = json.loads((folder / "parameters.json").read_text())
    assert told["analysis"]["parameters"] == analysis["parameters"]
    for kind, job in analysis["inputs"].items():
        assert told["parts"][kind]["parameters"] == service.json(f"/v1/jobs/{job}")["parameters"]


def test_its_folders_open_by_path(folder, labels):
    import spatialdata as sd

    adata = ad.read_zarr(next(folder.glob("*.adata.zarr")))
    data = sd.read_zarr(next(folder.glob("*.sdata.zarr")))
    assert np.array_equal(data.labels["nuclei"].values, labels)
    assert np.array_equal(data.tables["table"].X, adata.X)
    cells = pd.read_csv(next(folder.glob("*_segmentation/cells.csv")))
    assert cells["cell_id"].tolist() == adata.obs["cell_id"].tolist()


def test_a_part_has_a_bundle_too(service, analysis):
    content = service.get(f"/v1/jobs/{analysis['inputs']['clustering']}/bundle.zip").content
    names = {n.split("/", 1)[1] for n in zipfile.ZipFile(io.BytesIO(content)).namelist()}
    assert {"README.txt", "1_segmentation/labels.tif", "3_clustering/clusters.csv"} <= names


@pytest.fixture(scope="module")
def empty(service):
    """An analysis of tissue without nuclei, its pixel size not known, a channel without a mass."""
    y, x = np.mgrid[:24, :24]
    cube = np.stack([(7 * x + 13 * y) % 3, 0 * x, (5 * x + 3 * y) % 4, (3 * x + 5 * y) % 7])
    out = io.BytesIO()
    np.savez(out, cube=cube, mz=[26.0, 45.0, 134.05, np.nan], labels=["", "", "", "=IdU"])
    dataset = service.upload(out.getvalue(), "flat.npz", name='<img src=x onerror="a()">')
    return service.run(dataset["id"], "analysis", parameters={"marker": 45})


def test_tissue_without_nuclei_has_a_bundle_and_a_report(service, empty, tmp_path):
    content = service.get(f"/v1/jobs/{empty['id']}/bundle.zip").content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path)
    (top,) = tmp_path.iterdir()
    assert ad.read_zarr(next(top.glob("*.adata.zarr"))).shape == (0, 4)
    assert "Skipped" in (top / "report.html").read_text()
    assert pd.read_csv(next(top.glob("*_segmentation/cells.csv"))).empty


class Page(html.parser.HTMLParser):
    """What a page refers to, and whether its elements are closed."""

    VOID = {"meta", "img", "br", "link", "hr"}

    def __init__(self):
        super().__init__()
        self.open, self.references, self.ids, self.tags = [], [], set(), []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        for name, value in attributes:
            if name in ("src", "href"):
                self.references.append(value)
            if name == "id":
                self.ids.add(value)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_report_needs_nothing_else(service, analysis, folder):
    text = (folder / "report.html").read_text()
    page = Page()
    page.feed(text)
    assert not page.open and page.tags.count("h1") == 1 and page.tags.count("img") >= 5
    for reference in page.references:
        assert reference.startswith("data:image/png;base64,") or reference.removeprefix("#") in page.ids
    assert "<script" not in text and "url(" not in text and "http://" not in text
    for wanted in ("Nature Methods 18", "Methods", "Parameters", "Provenance", "1.5625 µm a pixel"):
        assert wanted in text, wanted
    for kind, job in analysis["inputs"].items():
        for name in service.json(f"/v1/jobs/{job}")["parameters"]:
            assert f"<td>{name}</td>" in text, name


def test_a_name_cannot_become_markup(service, empty):
    text = service.get(f"/v1/jobs/{empty['id']}/result.html").text
    assert "<img src=x" not in text and "&lt;img src=x" in text


def test_the_python_client_does_the_whole_way(service, section, tmp_path):
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs/clients/client.py"), service.url, str(section),
         str(tmp_path), "--pixel-size", "1.5625"],
        capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "nuclei" in done.stdout
    names = {file.name for file in tmp_path.iterdir()}
    assert {"report.html", "markers.csv"} <= names
    assert ad.read_h5ad(next(tmp_path.glob("*.h5ad"))).n_obs > 0


def has_r():
    """Whether R is at hand with what its client needs."""
    wanted = 'stopifnot(all(sapply(c("httr2", "jsonlite", "curl"), requireNamespace, quietly = TRUE)))'
    return shutil.which("Rscript") and not subprocess.run(
        ["Rscript", "-e", wanted], capture_output=True, timeout=60).returncode


@pytest.mark.skipif(not has_r(), reason="R with httr2 is not at hand")
def test_the_r_client_does_the_whole_way(service, section, tmp_path):
    done = subprocess.run(
        ["Rscript", str(ROOT / "docs/clients/client.R"), service.url, str(section), str(tmp_path)],
        capture_output=True, text=True, timeout=300, env={**os.environ, "R_PROFILE_USER": ""})
    assert done.returncode == 0, done.stderr
    assert {"report.html", "markers.csv"} <= {file.name for file in pathlib.Path(tmp_path).iterdir()}
