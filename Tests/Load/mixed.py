#!/usr/bin/env python3
"""Mixed load for some minutes: memory and descriptors of the service once in a while.

    Tests/Load/mixed.py [SEAM] [--minutes 30] [--clients 4] [--pause 0.02]

Each client, with a token of its own, goes through reading, drawing, uploading, resumable uploads, jobs, event
streams, refused requests and connections that break off. Prints memory (RSS), descriptors and threads as it goes on,
and fails where an answer is 5xx or the descriptors at the end are more than at the beginning.
"""

import argparse
import collections
import http.client
import io
import json
import os
import pathlib
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zipfile

import beside_nginx as load


def section(seed, size=24):
    """A small zip of ion images that nobody has sent before."""
    draw = random.Random(seed)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for mz in ("134.05", "119.04", "92.02"):
            text = "\n".join(f"{x} {y} {draw.randrange(60)}" for y in range(size) for x in range(size))
            archive.writestr(f"{seed} - {mz} u.txt", text + "\n")
    return out.getvalue()


class Client(threading.Thread):
    def __init__(self, port, token, number, pause):
        super().__init__(daemon=True)
        self.port, self.pause = port, pause
        self.draw, self.goes_on = random.Random(number), True
        self.fields = {"Authorization": "Bearer " + token}
        self.counts, self.datasets, self.number = collections.Counter(), [], number
        self.connection = None

    def ask(self, method, path, body=None, **fields):
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            self.connection.request(method, path, body, {**self.fields, **fields})
            answer = self.connection.getresponse()
            data = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.connection = None
            self.counts[type(error).__name__] += 1
            return 0, {}, b""
        self.counts[answer.status] += 1
        if answer.will_close:
            self.connection = None
        return answer.status, dict(answer.getheaders()), data

    def upload(self):
        status, _, body = self.ask("POST", "/v1/datasets", section(self.draw.random()), **{"Content-Type": "application/zip"})
        if status == 201:
            self.datasets.append(json.loads(body)["id"])
        if len(self.datasets) > 5:
            self.ask("DELETE", f"/v1/datasets/{self.datasets.pop(0)}?cancel=true")

    def resume(self):
        tus = {"Tus-Resumable": "1.0.0"}
        status, fields, _ = self.ask("POST", "/v1/uploads", None, **tus, **{"Upload-Length": "200000"})
        if status != 201:
            return
        for offset in (0, 100_000):
            self.ask("PATCH", fields["Location"], os.urandom(100_000), **tus,
                     **{"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"})
        self.ask("DELETE", fields["Location"], None, **tus)

    def read(self):
        if not self.datasets:
            return self.upload()
        dataset = self.draw.choice(self.datasets)
        for path in ("", "/ions", "/ions/134.png", f"/ions/119.png?zoom={self.draw.randrange(1, 5)}", "/spectrum", "/ions/92.npy"):
            self.ask("GET", f"/v1/datasets/{dataset}{path}")
            self.ask("GET", f"/v1/datasets/{dataset}{path}", None, **{"Accept-Encoding": "gzip"})

    def compute(self):
        if not self.datasets:
            return
        body = json.dumps({"dataset": self.draw.choice(self.datasets), "kind": "view",
                           "parameters": {"epochs": 1, "components": 3, "neighbours": 2}})
        status, fields, _ = self.ask("POST", "/v1/jobs", body, **{"Content-Type": "application/json", "Prefer": "wait=20"})
        if status in (200, 202):
            self.ask("GET", fields["Location"])
            self.ask("GET", fields["Location"] + "/events")

    def misbehave(self):
        raw = self.draw.choice([
            b"GET / HTTP/1.1\r\n", b"BROKEN\r\n\r\n", b"POST /v1/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 90\r\n\r\n{",
            b"GET /openapi.yaml HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 20, os.urandom(200)])
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
                connection.sendall(raw)
                if self.draw.random() < 0.5:
                    connection.settimeout(0.1)
                    connection.recv(100)
        except OSError:
            pass
        self.counts["misbehaved"] += 1

    def run(self):
        deeds = [self.read] * 12 + [self.upload, self.resume, self.compute, self.misbehave, self.misbehave]
        while self.goes_on:
            self.draw.choice(deeds)()
            time.sleep(self.pause)
        if self.connection:
            self.connection.close()


def measure(pid):
    lines = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines())
    return {"rss_mib": int(lines["VmRSS"].split()[0]) // 1024, "descriptors": len(os.listdir(f"/proc/{pid}/fd")),
            "threads": int(lines["Threads"])}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("seam", nargs="?", default=str(load.ROOT / ".build/release/seam"))
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--pause", type=float, default=0.02)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(run(options, pathlib.Path(folder)))


def run(options, folder):
    tokens = [subprocess.run(
        [options.seam, "token", "create", "--owner", f"client{n}", "--role", "member", "--data-dir", folder / "data"],
        check=True, capture_output=True, text=True).stdout.strip() for n in range(options.clients)]
    with open(folder / "seam.log", "wb") as log:
        server = subprocess.Popen([options.seam, "serve", "--port", "0", "--data-dir", folder / "data"],
                                  stdout=subprocess.PIPE, stderr=log, text=True)
    port = int(server.stdout.readline().rsplit(":", 1)[1])
    first = measure(server.pid)
    print("before", first, flush=True)
    clients = [Client(port, token, n, options.pause) for n, token in enumerate(tokens)]
    for client in clients:
        client.start()
    begun = time.monotonic()
    while time.monotonic() - begun < options.minutes * 60:
        time.sleep(min(60, options.minutes * 6))
        total = sum((client.counts for client in clients), collections.Counter())
        print(f"{time.monotonic() - begun:.0f} s", measure(server.pid), f"{sum(total.values())} requests", flush=True)
    for client in clients:
        client.goes_on = False
    for client in clients:
        client.join(timeout=90)
    time.sleep(3)
    last = measure(server.pid)
    total = sum((client.counts for client in clients), collections.Counter())
    print("after", last, dict(sorted(total.items(), key=str)))
    server.terminate()
    code = server.wait(timeout=60)
    faults = [status for status in total if isinstance(status, int) and status >= 500]
    return 1 if code or faults or last["descriptors"] > first["descriptors"] + 8 else 0


if __name__ == "__main__":
    main()
