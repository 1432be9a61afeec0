#!/usr/bin/env python3
"""Times of queue operations beside a deep queue: SEAM=<binary> measure_queue.py [OWNERS] [JOBS]

Fills the queue with JOBS jobs of OWNERS owners behind one that runs, then asks, submits, lists and cancels. Prints the
median and the 99th percentile of each, in milliseconds, as a client on the same machine sees them. Not a test: the
machine's disk syncs every acknowledged change, and what else runs counts as well.
"""

import http.client
import json
import pathlib
import random
import statistics
import sys
import tempfile
import time

from service import Server, simulate


class Asker:
    """One connection of one owner."""

    def __init__(self, server, token):
        self.connection = http.client.HTTPConnection(server.host, server.port)
        self.headers = {"Authorization": "Bearer " + token, "Content-Type": "application/json"}

    def ask(self, method, path, body=None):
        begun = time.perf_counter()
        self.connection.request(method, path, json.dumps(body) if body else None, self.headers)
        answer = self.connection.getresponse()
        text = answer.read()
        took = (time.perf_counter() - begun) * 1000
        assert answer.status < 300, (answer.status, text)
        return took, json.loads(text)


def told(name, times):
    times = sorted(times)
    print(f"{name:10} n={len(times):5} median {statistics.median(times):7.2f} ms"
          f"  p99 {times[int(len(times) * 0.99)]:7.2f} ms  max {times[-1]:7.2f} ms", flush=True)


def main(owners=50, jobs=5000):
    random.seed(1)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        archive, _ = simulate(folder / "s", "--preset", "tiny", "--seed", "1", "--size", "256")
        server = Server(folder / "data", env={"SEAM_JOBS_WORKERS": "1", "SEAM_THREADS": "1"})
        tokens = [server.token_text(f"owner{n}") for n in range(owners)]
        askers = [Asker(server, token) for token in tokens]
        with archive.open("rb") as file:
            dataset = server.client(tokens[0]).upload(file.read()).json()["id"]

        def submit(asker, seed):
            return asker.ask("POST", "/v1/jobs", {
                "dataset": dataset, "kind": "view", "parameters": {"epochs": 2000, "seed": seed}})

        submit(askers[0], 0)
        made, ids = [], []
        for seed in range(1, jobs + 1):
            took, job = submit(askers[seed % owners], seed)
            made.append(took)
            ids.append((seed % owners, job["id"]))
        told("fill", made)
        told("last 500", made[-500:])
        picked = random.sample(ids, 500)
        told("poll", [askers[o].ask("GET", f"/v1/jobs/{i}")[0] for o, i in picked])
        told("list", [askers[n % owners].ask("GET", "/v1/jobs?limit=50")[0] for n in range(200)])
        told("cancel", [askers[o].ask("POST", f"/v1/jobs/{i}/cancel")[0] for o, i in picked])
        again = [submit(askers[n % owners], jobs + 1 + n)[0] for n in range(500)]
        told("submit", again)
        told("usage", [askers[n % owners].ask("GET", "/v1/usage")[0] for n in range(200)])
        server.kill()
        begun = time.monotonic()
        server = Server(folder / "data", env={"SEAM_JOBS_WORKERS": "1", "SEAM_THREADS": "1"})
        print(f"start      {time.monotonic() - begun:.2f} s with {jobs} queued jobs")
        asker = Asker(server, tokens[0])
        told("poll then", [asker.ask("GET", f"/v1/jobs/{i}")[0] for _, i in ids[:200]])
        told("submit then", [submit(asker, 2 * jobs + n)[0] for n in range(100)])
        server.kill()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
