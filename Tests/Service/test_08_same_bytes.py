"""The same data, parameters and seed give the same bytes, whatever the number of threads."""

import io

import pytest
from PIL import Image

from service import npy

FORMS = {
    "view": ["npy", "png"], "segmentation": ["npy", "json", "csv", "tif", "geojson", "png"],
    "representation": ["npy", "json"], "clustering": ["json", "csv", "png", "geojson"],
    "embedding": ["json", "csv", "png"], "diff": ["json", "csv", "png"],
}
PUBLISHED = {"segmentation": {"method": "published"}, "representation": {"schedule": "published",
             "epochs": 3}, "clustering": {"method": "kmeans"}, "diff": {"method": "wilcoxon"},
             "view": {"epochs": 20}, "seed": 5}


def results(start, folder, archive, parameters, **options):
    """Every result of an analysis on a fresh store."""
    server = start(folder, **options)
    api = server.client()
    dataset = api.upload(archive).json()["id"]
    analysis = api.run(dataset, "analysis", parameters)
    found = {}
    for kind, suffixes in FORMS.items():
        job = analysis["inputs"][kind]
        for suffix in suffixes:
            content = api.result(job, suffix).content
            # Pictures name the job they are of in their text.
            found[kind, suffix] = content if suffix != "png" else pixels(content)
    for suffix in ("adata.zarr.zip", "sdata.zarr.zip"):
        found["analysis", suffix] = api.result(analysis["id"], suffix).content
    assert server.stop() == 0
    return found


def pixels(content):
    return Image.open(io.BytesIO(content)).convert("RGB").tobytes()


@pytest.mark.parametrize("parameters", [{}, PUBLISHED], ids=["defaults", "published"])
def test_one_thread_and_two_give_the_same_bytes(start, tmp_path, archive, parameters):
    one = results(start, tmp_path / "1", archive, parameters, env={"SEAM_THREADS": "1"})
    two = results(start, tmp_path / "2", archive, parameters, env={"SEAM_THREADS": "2"})
    different = [key for key in one if one[key] != two[key]]
    assert different == []


def test_the_seed_matters(api, dataset, analysis):
    other = api.run(dataset["id"], "view", {"seed": 1, "epochs": 50})
    same = api.run(dataset["id"], "view", {"seed": 2, "epochs": 50})
    assert (npy(api.result(other["id"], "npy").content)
            != npy(api.result(same["id"], "npy").content)).any()
