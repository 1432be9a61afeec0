#!/usr/bin/env python3
"""Times of queue operations beside a deep queue: SEAM=<binary> measure_queue.py [OWNERS] [JOBS]

Fills the queue with JOBS jobs of OWNERS owners behind one that runs, then asks, submits, lists and cancels. Prints the
median and the 99th percentile of each, in milliseconds, as a client on the same machine sees them; and for one operation, of
the threads of the server that run no job: their processor time, and the time that they waited for a core. `bare sync` is what
the same number of writes of 176 kB to a file beside the store's, each synced, takes at the same moment, without a server: no
acknowledged change can be quicker. Not a test: the machine's disk syncs every acknowledged change, and what else runs counts.
"""

import http.client
import json
import os
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


def spent(server):
    """Processor time of the threads that run no jobs (those are at niceness 10), and their time in line for a core, in ms."""
    work = wait = 0
    for task in pathlib.Path(f"/proc/{server.process.pid}/task").iterdir():
        try:
            if int((task / "stat").read_text().rsplit(")", 1)[1].split()[16]) < 10:
                running, waiting, _ = map(int, (task / "schedstat").read_text().split())
                work, wait = work + running, wait + waiting
        except OSError:
            pass  # it has ended
    return work / 1e6, wait / 1e6


def row(name, times, more=""):
    times = sorted(times)
    print(f"{name:10} n={len(times):5} median {statistics.median(times):7.2f} ms"
          f"  p99 {times[int(len(times) * 0.99)]:7.2f} ms  max {times[-1]:7.2f} ms{more}", flush=True)


def told(name, server, ask):
    before = spent(server)
    times = list(ask())
    work, wait = (b - a for a, b in zip(before, spent(server)))
    row(name, times, f"  processor {work / len(times):6.3f} ms, in line for one {wait / len(times):6.3f} ms")


def bare(folder, count=300, size=176 << 10):
    """Writes over a file that has its length already, as the log does, and syncs each time."""
    file = os.open(folder / "bare", os.O_RDWR | os.O_CREAT)
    os.pwrite(file, bytes(16 << 20), 0)
    os.fsync(file)
    data, times = os.urandom(size), []
    for number in range(count):
        begun = time.perf_counter()
        os.pwrite(file, data, number * size % (15 << 20))
        os.fdatasync(file)
        times.append((time.perf_counter() - begun) * 1000)
    os.close(file)
    row("bare sync", times)


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
        ids = []

        def fill(first, count):
            for seed in range(first, first + count):
                took, job = submit(askers[seed % owners], seed)
                ids.append((seed % owners, job["id"]))
                yield took

        told("fill", server, lambda: fill(1, jobs))
        picked = random.sample(ids, min(500, jobs))
        told("submit", server, lambda: fill(jobs + 1, 500))
        bare(folder)
        told("poll", server, lambda: [askers[o].ask("GET", f"/v1/jobs/{i}")[0] for o, i in picked])
        told("list", server, lambda: [
            askers[n % owners].ask("GET", "/v1/jobs?limit=50")[0] for n in range(200)])
        told("cancel", server, lambda: [
            askers[o].ask("POST", f"/v1/jobs/{i}/cancel")[0] for o, i in picked])
        bare(folder)
        told("usage", server, lambda: [
            askers[n % owners].ask("GET", "/v1/usage")[0] for n in range(200)])
        server.kill()
        begun = time.monotonic()
        server = Server(folder / "data", env={"SEAM_JOBS_WORKERS": "1", "SEAM_THREADS": "1"})
        print(f"start      {time.monotonic() - begun:.2f} s with {len(ids) - len(picked)} queued jobs")
        askers = [Asker(server, token) for token in tokens]
        told("submit", server, lambda: fill(2 * jobs + 1000, 100))
        server.kill()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
