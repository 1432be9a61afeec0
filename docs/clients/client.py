#!/usr/bin/env python3
"""Uploads a section, runs the whole analysis and opens its result with anndata.

    pip install requests anndata
    python client.py http://127.0.0.1:8080 liver.zip results --pixel-size 1.5625

SEAM_TOKEN in the environment is the token, where the server asks for one.
"""

import argparse
import os
import pathlib
import sys

import anndata
import requests
import zarr


class Seam:
    """A SEAM server."""

    def __init__(self, url, token=None):
        self.url = url.rstrip("/")
        self.session = requests.Session()
        if token:
            self.session.headers["Authorization"] = "Bearer " + token

    def ask(self, method, path, **options):
        """An answer; a refusal says why, in the server's words."""
        answer = self.session.request(method, self.url + path, timeout=600, **options)
        if answer.status_code >= 400:
            problem = answer.json()
            raise SystemExit(f"{problem['title']}: {problem.get('detail', '')}")
        return answer

    def upload(self, path, **fields):
        """Sends a file; its dataset. The same file again gives the dataset that is there."""
        with open(path, "rb") as file:
            name = pathlib.Path(path).name
            return self.ask(
                "POST", "/v1/datasets", files={"file": (name, file)}, data=fields).json()

    def run(self, dataset, kind="analysis", **parameters):
        """Runs a job to its end; its document."""
        body = {"dataset": dataset["id"], "kind": kind, "parameters": parameters}
        job = self.ask("POST", "/v1/jobs", json=body).json()
        while job["state"] in ("queued", "running"):
            progress = job["progress"]
            print(f"\r{progress['fraction']:4.0%} {progress['stage'][:60]:60}", end="", file=sys.stderr)
            job = self.ask("GET", f"/v1/jobs/{job['id']}?wait=10").json()
        print(file=sys.stderr)
        if job["state"] != "succeeded":
            raise SystemExit(f"the job {job['state']}: {job['error']}")
        return job

    def save(self, path, file):
        """Keeps the body of a path in a file, however large it is."""
        with self.ask("GET", path, stream=True) as answer, open(file, "wb") as out:
            for piece in answer.iter_content(1 << 20):
                out.write(piece)
        return file


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("url")
    arguments.add_argument("file")
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--pixel-size", type=float, help="side of a pixel in micrometres")
    given = arguments.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)

    seam = Seam(given.url, os.environ.get("SEAM_TOKEN"))
    fields = {"pixel_size_um": given.pixel_size} if given.pixel_size else {}
    dataset = seam.upload(given.file, **fields)
    analysis = seam.run(dataset)
    result = f"/v1/jobs/{analysis['id']}/result"
    seam.save(result + ".html", given.folder / "report.html")
    seam.save(f"/v1/jobs/{analysis['inputs']['diff']}/result.csv", given.folder / "markers.csv")
    archive = seam.save(result + ".adata.zarr.zip", given.folder / "cells.adata.zarr.zip")

    adata = anndata.read_zarr(zarr.storage.ZipStore(str(archive), mode="r"))
    adata.write_h5ad(given.folder / "cells.h5ad")
    print(f"{adata.n_obs} nuclei, {adata.n_vars} ions")
    if "cluster" in adata.obs:
        print(adata.obs["cluster"].value_counts().to_string())


if __name__ == "__main__":
    main()
