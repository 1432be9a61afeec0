"""Random work of several clients, killed at random moments, compared with what was acknowledged.

    SEAM=<binary> python Tests/Service/crash.py --rounds 500 --seed 1

Each round works for a random time, kills the server with SIGKILL, verifies the stopped store with
`seam check`, starts the server again and compares everything with the clients' models.
"""

import argparse
import concurrent.futures
import pathlib
import random
import tempfile
import threading
import time

from crash_client import Broken, Client
from service import Server, seam, spool

CLIENTS = 4


class CrashTest:
    """A store, its clients, and the rounds."""

    def __init__(self, folder, seed):
        self.data = pathlib.Path(folder) / "data"
        self.random = random.Random(seed)
        self.clients = [Client(n, seed, self.data) for n in range(CLIENTS)]
        self.start()

    def start(self):
        # Each job may be interrupted often here without being suspected, and uploads that broke
        # off before their address arrived are nobody's until they expire.
        self.server = Server(self.data, env={
            "SEAM_JOBS_MAX_INTERRUPTIONS": "1000", "SEAM_SERVER_FAILED_ATTEMPTS": "1000",
            "SEAM_UPLOADS_MAX_UNFINISHED_PER_OWNER": "1000"})
        for client in self.clients:
            client.connect(self.server.url)

    def each(self, work):
        """Lets every client do something at the same time; its first failure is raised."""
        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
            for future in [pool.submit(work, client) for client in self.clients]:
                future.result()

    def check(self):
        done = seam("check", "--data-dir", self.data)
        assert done.returncode == 0, done.stdout + done.stderr

    def round(self):
        killed = threading.Event()
        seconds = self.random.choice((0.02, 0.1, 0.4, 0.8)) * self.random.uniform(0.5, 1.5)

        def kill():
            killed.set()
            self.server.kill()

        timer = threading.Timer(seconds, kill)

        def work(client):
            try:
                while True:
                    client.step()
            except Broken:
                if not killed.is_set():
                    raise

        timer.start()
        try:
            self.each(work)
        finally:
            timer.join()
        self.check()
        self.start()
        assert spool(self.data) == []
        self.each(lambda client: client.verify())

    def drain(self, seconds=120):
        """Every job must end."""
        end = time.monotonic() + seconds
        while any(client.unfinished() for client in self.clients):
            assert time.monotonic() < end, (
                f"stuck: {[client.unfinished() for client in self.clients]}")
            time.sleep(0.2)
        self.each(lambda client: client.verify())
        self.check()

    def run(self, rounds, report=lambda line: None):
        for number in range(1, rounds + 1):
            self.round()
            if number % 10 == 0 or number == rounds:
                self.drain()
                report(f"round {number}: {self.summary()}")
        assert self.server.stop() == 0
        self.check()

    def summary(self):
        deeds = {}
        for client in self.clients:
            for name, count in client.counts.items():
                deeds[name] = deeds.get(name, 0) + count
        return (f"{sum(deeds.values())} acknowledged requests ("
                + ", ".join(f"{n} {c}" for n, c in sorted(deeds.items()))
                + f"), {sum(len(c.datasets) for c in self.clients)} datasets and "
                + f"{sum(len(c.jobs) for c in self.clients)} jobs there, "
                + f"{sum(sum(c.interruptions.values()) for c in self.clients)} interruptions")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        test = CrashTest(folder, options.seed)
        try:
            test.run(options.rounds, lambda line: print(line, flush=True))
        finally:
            test.server.kill()
    print(f"{options.rounds} rounds: nothing lost, nothing half-made, nothing stuck")


if __name__ == "__main__":
    main()
