"""Measures a large store: 2,000 datasets, then 5,000 queued jobs. Prints a table; asserts nothing.

    SEAM=<binary> python Tests/Service/measure_store.py [--datasets 2000] [--queued 5000]

Times are of this machine as it is at the moment: run it alone.
"""

import argparse
import pathlib
import sqlite3
import tempfile
import time

import numpy as np
import requests

from service import Server, ion_text, make_zip

PATHS = ["/healthz", "/readyz", "/metrics", "/v1/datasets", "/v1/datasets?limit=500",
         "/v1/datasets?name=d77", "/v1/datasets/{id}", "/v1/datasets/{id}/ions", "/v1/jobs",
         "/v1/jobs?state=queued", "/v1/jobs?state=succeeded", "/v1/jobs?dataset={id}",
         "/v1/jobs/{job}"]


def timed(work, count):
    """Milliseconds of each call."""
    times = []
    for number in range(count):
        begin = time.perf_counter()
        work(number)
        times.append((time.perf_counter() - begin) * 1000)
    return np.array(times)


def row(name, times):
    print(f"| {name} | {np.median(times):.1f} | {np.percentile(times, 99):.1f} | {times.max():.1f} |",
          flush=True)


def queue(data, datasets, count):
    """Writes queued jobs of ten owners into a stopped store."""
    base = sqlite3.connect(data / "seam.sqlite")
    ids = [r[0] for r in base.execute("SELECT row FROM datasets ORDER BY row LIMIT ?", [datasets])]
    place = base.execute("SELECT coalesce(max(place), 0) FROM jobs").fetchone()[0]
    for number in range(count):
        base.execute(
            "INSERT INTO jobs (id, dataset, owner, kind, parameters, key, priority, state, place,"
            " attempts, interruptions, run, warnings, submitted_at, version) VALUES"
            " (?, ?, ?, 'view', ?, ?, 0, 'queued', ?, 0, 0, 0, '', '2026-01-01T00:00:00Z', 1)",
            [f"job_q{number:06}", ids[number % len(ids)], f"owner{number % 10}",
             '{"seed": %d, "epochs": 500}' % number, f"queued {number}", place + 1 + number])
    base.commit()
    base.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", type=int, default=2000)
    parser.add_argument("--queued", type=int, default=5000)
    parser.add_argument("--calls", type=int, default=300)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = pathlib.Path(folder) / "data"
        server = Server(data)
        session = requests.Session()

        def upload(number):
            image = [[number % 50, x, number // 50] for x in range(3)]
            answer = session.post(f"{server.url}/v1/datasets?name=d{number}", data=make_zip(
                {f"d{number} - {m}.05 u.txt": ion_text(image) for m in (60, 134)}))
            assert answer.status_code == 201, answer.text

        print("| what | median ms | p99 ms | largest ms |\n| --- | --- | --- | --- |")
        row("upload of a small dataset", timed(upload, options.datasets))
        dataset = session.get(server.url + "/v1/datasets").json()["items"][7]["id"]
        job = session.post(server.url + "/v1/jobs", json={
            "dataset": dataset, "kind": "segmentation"}).json()["id"]
        session.get(f"{server.url}/v1/jobs/{job}?wait=30")

        def measure(name):
            for path in PATHS:
                url = server.url + path.format(id=dataset, job=job)
                row(f"{name}: {path}", timed(lambda _: session.get(url).content, options.calls))

        def restart(name):
            nonlocal server, session
            server.stop()
            if name == "queue":
                queue(data, options.datasets, options.queued)
            begin = time.perf_counter()
            server = Server(data)
            row(f"{name}: start", np.array([(time.perf_counter() - begin) * 1000]))
            session = requests.Session()

        measure("datasets")
        restart("datasets")
        if options.queued:
            restart("queue")
            measure("queue")
            made = []

            def submit(number):
                answer = session.post(server.url + "/v1/jobs", json={
                    "dataset": dataset, "kind": "view",
                    "parameters": {"seed": 10_000 + number, "epochs": 500}})
                made.append(answer.json()["id"])

            def cancel(number):
                session.post(f"{server.url}/v1/jobs/{made[number]}/cancel")

            row("queue: submit", timed(submit, options.calls))
            row("queue: cancel", timed(cancel, options.calls))
        server.kill()


if __name__ == "__main__":
    main()
