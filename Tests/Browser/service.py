"""The service under test, and requests to it without a browser."""

import json
import os
import pathlib
import subprocess
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
SEAM = os.path.abspath(os.environ.get("SEAM") or ROOT / ".build/release/seam")
PAGES = ROOT / "Sources/CViewer/pages"


def environment():
    return {k: v for k, v in os.environ.items() if not k.startswith("SEAM_")}


class Server:
    """One process of `seam serve` with a folder of its own."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.log = open(self.folder / "log", "ab")
        self.data = self.folder / "data"
        self.process = subprocess.Popen(
            [SEAM, "serve", "--port", "0", "--data-dir", str(self.data)], stdout=subprocess.PIPE, stderr=self.log,
            env=environment(), text=True)
        line = self.process.stdout.readline()
        assert line.startswith("listening on "), f"the server did not start: see {self.log.name}"
        self.url = line.split()[-1]

    def token(self, owner, role):
        done = subprocess.run(
            [SEAM, "token", "create", "--owner", owner, "--role", role, "--data-dir", str(self.data)],
            check=True, capture_output=True, text=True, env=environment())
        return done.stdout.split()[-1]

    def ask(self, path, method="GET", body=None, token=None, headers=None):
        """Status, headers and body of an answer; a dict is sent as JSON."""
        headers = dict(headers or {})
        if isinstance(body, dict):
            body, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        if token:
            headers["Authorization"] = f"Bearer {token}"
        request = urllib.request.Request(self.url + path, data=body, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def json(self, path, method="GET", body=None, token=None):
        status, _, text = self.ask(path, method, body, token)
        assert status < 300, text
        return json.loads(text)

    def finished(self, job, seconds=240, token=None):
        """Waits for a job's success."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            document = self.json(f"/v1/jobs/{job}?wait=10", token=token)
            if document["state"] in ("succeeded", "failed", "cancelled"):
                assert document["state"] == "succeeded", document
                return document
        raise AssertionError(f"{job} did not end in {seconds} s")

    def close(self):
        self.process.terminate()
        self.process.wait(30)
        self.process.stdout.close()
        self.log.close()


def section(folder, name, seed):
    """A small simulated section as SurfaceLab writes it: the zip's path."""
    subprocess.run([SEAM, "simulate", "-o", str(folder), "--preset", "tiny", "--seed", str(seed), "--name", name,
                    "--format", "ascii"], check=True, capture_output=True, env=environment())
    return next(pathlib.Path(folder).glob(f"{name}*.zip"))
