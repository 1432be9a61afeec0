"""What the tests share: a server of $SEAM over loopback, a simulated section, one finished analysis."""

import io
import os
import pathlib
import subprocess
import threading
import time

import numpy as np
import pytest
import requests

SEAM = os.environ["SEAM"]
ROOT = pathlib.Path(__file__).resolve().parents[2]


class Service:
    """A running server and how to ask it."""

    def __init__(self, folder):
        clean = {k: v for k, v in os.environ.items() if not k.startswith("SEAM_")}
        self.log = open(folder / "log", "wb")
        self.process = subprocess.Popen(
            [SEAM, "serve", "--port", "0", "--data-dir", str(folder / "data")],
            stdout=subprocess.PIPE, stderr=self.log, env=clean, text=True)
        line = self.process.stdout.readline()
        assert line.startswith("listening on "), (folder / "log").read_text()
        self.url = line.removeprefix("listening on ").strip()
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        self.session = requests.Session()
        self.session.trust_env = False

    def get(self, path, **options):
        answer = self.session.get(self.url + path, timeout=300, **options)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:500]}"
        return answer

    def json(self, path):
        return self.get(path).json()

    def save(self, path, file):
        """Keeps the body of a path in a file."""
        file.write_bytes(self.get(path).content)
        return file

    def upload(self, content, file, **fields):
        """The document of a dataset; an answer that refuses it fails."""
        answer = self.session.post(
            self.url + "/v1/datasets", files=[("file", (file, content))], data=fields, timeout=300)
        assert answer.status_code in (200, 201), answer.text[:1000]
        return answer.json()

    def run(self, dataset, kind, **body):
        """The document of a job that must succeed."""
        answer = self.session.post(
            self.url + "/v1/jobs", json={"dataset": dataset, "kind": kind, **body}, timeout=60)
        assert answer.status_code in (200, 202), answer.text[:1000]
        job = answer.json()
        end = time.monotonic() + 300
        while job["state"] in ("queued", "running"):
            assert time.monotonic() < end, job
            job = self.json(f"/v1/jobs/{job['id']}?wait=20")
        assert job["state"] == "succeeded", job
        return job

    def cube(self, dataset):
        """The ion images, each from its `.npy`."""
        rows = self.json(f"/v1/datasets/{dataset}/ions")["rows"]
        names = [row["label"] or repr(row["mz"]) for row in rows]
        path = f"/v1/datasets/{dataset}/ions/"
        return np.stack([
            np.load(io.BytesIO(self.get(path + requests.utils.quote(n, safe="") + ".npy").content))
            for n in names])

    def stop(self):
        self.process.terminate()
        try:
            return self.process.wait(timeout=60)
        finally:
            self.process.kill()
            self.log.close()


@pytest.fixture(scope="session")
def service(tmp_path_factory):
    running = Service(tmp_path_factory.mktemp("service"))
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="session")
def section(tmp_path_factory):
    """The archive of a small simulated section with four types of nuclei."""
    folder = tmp_path_factory.mktemp("section")
    subprocess.run(
        [SEAM, "simulate", "--preset", "tiny", "--seed", "1", "-o", str(folder)], check=True,
        capture_output=True, timeout=120)
    return next(folder.glob("*_ascii.zip"))


@pytest.fixture(scope="session")
def dataset(service, section):
    return service.upload(section.read_bytes(), "tiny.zip", pixel_size_um="1.5625")


@pytest.fixture(scope="session")
def analysis(service, dataset):
    return service.run(dataset["id"], "analysis", parameters={"n_clusters": 3})


@pytest.fixture(scope="session")
def labels(service, analysis):
    """The label image."""
    path = f"/v1/jobs/{analysis['inputs']['segmentation']}/result.npy"
    return np.load(io.BytesIO(service.get(path).content))


@pytest.fixture(scope="session")
def cells(service, analysis):
    return service.json(f"/v1/jobs/{analysis['inputs']['segmentation']}/result.json")["rows"]
