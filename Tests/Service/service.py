"""Starts the service under test, talks to it, and makes what is sent to it.

Every answer that goes through `Client` is compared with openapi.yaml.
"""

import io
import json
import os
import pathlib
import queue
import signal
import subprocess
import threading
import time
import urllib.parse
import zipfile

import numpy as np
import requests

from contract import Contract

ROOT = pathlib.Path(__file__).resolve().parents[2]
SEAM = os.path.abspath(os.environ.get("SEAM") or ROOT / ".build/release/seam")
CONTRACT = Contract(ROOT / "openapi.yaml")


def environment(**more):
    """This process's environment without settings of the service."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("SEAM_")}
    return {**kept, **more}


def seam(*arguments, env=None, timeout=300, cwd=None):
    """Runs a command of `seam` to its end."""
    return subprocess.run(
        [SEAM, *map(str, arguments)], capture_output=True, text=True, timeout=timeout,
        env=environment(**(env or {})), cwd=cwd)


class Server:
    """One process of `seam serve`."""

    def __init__(self, data, *arguments, env=None, flags=("--port", "0"), log=None):
        self.data = pathlib.Path(data)
        self.log = pathlib.Path(log or str(self.data) + ".log")
        self._lines = []
        self._first = queue.Queue()
        with open(self.log, "ab") as log_file:
            self.process = subprocess.Popen(
                [SEAM, "serve", *flags, "--data-dir", str(data), *map(str, arguments)],
                stdout=subprocess.PIPE, stderr=log_file, env=environment(**(env or {})))
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        line = self._first.get(timeout=60)
        if line is None:
            raise RuntimeError(f"the server ended with {self.process.wait()}: {self.errors()}")
        prefix = "listening on "
        assert line.startswith(prefix) and line.endswith("\n"), line
        self.url = line[len(prefix):].strip()
        parts = urllib.parse.urlsplit(self.url)
        self.host, self.port = parts.hostname, parts.port

    def _read(self):
        for line in self.process.stdout:
            self._lines.append(line.decode())
            self._first.put(self._lines[-1])
        self._first.put(None)

    def errors(self):
        return self.log.read_text(errors="replace")[-3000:]

    @property
    def output(self):
        """All that came on standard output so far."""
        return "".join(self._lines)

    def client(self, token=None):
        return Client(self.url, token)

    def token_text(self, owner, role="member", *arguments):
        """Makes a token beside the running server; its text."""
        done = seam("token", "create", "--owner", owner, "--role", role, "--data-dir", self.data,
                    *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def token(self, owner, role="member"):
        """A client with a new token."""
        return self.client(self.token_text(owner, role))

    def kill(self):
        """Ends the process without a warning."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=30)

    def stop(self, timeout=60):
        """Asks the process to end; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(timeout=timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        self._reader.join(timeout=10)
        return code


class Client:
    """A client of one server, whose every answer must be as openapi.yaml says."""

    def __init__(self, url, token=None):
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False
        if token:
            self.session.headers["Authorization"] = "Bearer " + token

    def request(self, method, path, expect=None, timeout=120, **options):
        response = self.session.request(method, self.url + path, timeout=timeout, **options)
        if not options.get("stream"):
            CONTRACT.check(method, urllib.parse.urlsplit(path).path, response)
        if expect is not None:
            wanted = expect if isinstance(expect, tuple) else (expect,)
            assert response.status_code in wanted, (
                f"{method} {path}: {response.status_code} instead of {expect}: {response.text[:1500]}")
        return response

    def get(self, path, expect=200, **options):
        return self.request("GET", path, expect, **options)

    def head(self, path, expect=200, **options):
        return self.request("HEAD", path, expect, **options)

    def post(self, path, expect=None, **options):
        return self.request("POST", path, expect, **options)

    def put(self, path, expect=None, **options):
        return self.request("PUT", path, expect, **options)

    def patch(self, path, expect=None, **options):
        return self.request("PATCH", path, expect, **options)

    def delete(self, path, expect=None, **options):
        return self.request("DELETE", path, expect, **options)

    def problem(self, method, path, status, type_, **options):
        """The problem document of a request that must be refused."""
        response = self.request(method, path, status, **options)
        document = response.json()
        assert document["type"] == f"/errors/{type_}", document
        return document

    # Datasets

    def upload(self, body, expect=201, file="section.zip", **fields):
        """Sends an archive (bytes) or several files (name -> bytes) as a form."""
        files = {file: body} if isinstance(body, (bytes, bytearray)) else body
        form = [("file", (name, content)) for name, content in files.items()]
        return self.post("/v1/datasets", expect, files=form, data=fields)

    def datasets(self):
        return self.get("/v1/datasets?limit=500").json()["items"]

    def cube(self, dataset):
        """Every ion image of a dataset, by its `.npy`."""
        rows = self.get(f"/v1/datasets/{dataset}/ions").json()["rows"]
        names = [row["label"] or repr(row["mz"]) for row in rows]
        return np.stack([npy(self.get(ion_path(dataset, n) + ".npy").content) for n in names])

    # Jobs

    def submit(self, dataset, kind, parameters=None, inputs=None, expect=(200, 202), headers=None):
        body = {"dataset": dataset, "kind": kind}
        if parameters is not None:
            body["parameters"] = parameters
        if inputs is not None:
            body["inputs"] = inputs
        return self.post("/v1/jobs", expect, json=body, headers=headers).json()

    def wait(self, job, timeout=200):
        """The document of a job when it has ended."""
        end = time.monotonic() + timeout
        while True:
            document = self.get(f"/v1/jobs/{job}?wait=20").json()
            if document["state"] in ("succeeded", "failed", "cancelled"):
                return document
            assert time.monotonic() < end, f"the job did not end: {document}"

    def run(self, dataset, kind, parameters=None, inputs=None):
        """A job that must succeed."""
        job = self.submit(dataset, kind, parameters, inputs)
        document = self.wait(job["id"])
        assert document["state"] == "succeeded", json.dumps(document, indent=1)
        return document

    def result(self, job, suffix, expect=200, query=""):
        return self.get(f"/v1/jobs/{job}/result.{suffix}{query}", expect)


def ion_path(dataset, ion):
    return f"/v1/datasets/{dataset}/ions/{urllib.parse.quote(str(ion), safe='')}"


def npy(content):
    return np.load(io.BytesIO(content), allow_pickle=False)


def simulate(folder, *options):
    """A simulated section: its zip, and the arrays of its truth."""
    folder = pathlib.Path(folder)
    done = seam("simulate", "-o", folder, *options)
    assert done.returncode == 0, done.stderr
    archive = next(folder.glob("*_ascii.zip"))
    arrays = dict(np.load(next(folder.glob("*.npz")), allow_pickle=False))
    return archive, arrays


def ion_text(image, header="", separator=" ", end="\n", first=0, order=None, number=str):
    """The text of one ion's file."""
    lines = [
        separator.join([str(x + first), str(y + first), number(image[y][x])])
        for y in range(len(image)) for x in range(len(image[0]))
    ]
    if order is not None:
        lines = [lines[i] for i in order]
    return (header + end.join(lines) + end).encode()


def make_zip(files, method=zipfile.ZIP_DEFLATED):
    """A zip of name -> bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def spool(data):
    """What lies in the spool of a data folder."""
    return sorted(p for p in (pathlib.Path(data) / "uploads").rglob("*"))
