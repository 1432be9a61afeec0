#!/usr/bin/env python3
"""How available the service is while slowhttptest holds 2,000 slow connections, with both processors computing.

    Tests/Load/slow_clients.py [SEAM] [--seconds 25] [--connections 2000] [--burners 2] [--modes H,B,X,R]

slowhttptest (Debian) comes from 127.0.0.2, whose limit of connections is raised; the probe from 127.0.0.1 asks
for /healthz and an ion image on connections of their own and tells percentiles. A small library, compiled here,
gives slowhttptest its address. Burners are processes that compute at niceness 0.
"""

import argparse
import http.client
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

import beside_nginx as load

BIND = """
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <sys/socket.h>
int connect(int s, const struct sockaddr *to, socklen_t n) {
    struct sockaddr_in from = {.sin_family = AF_INET};
    from.sin_addr.s_addr = inet_addr("127.0.0.2");
    bind(s, (struct sockaddr *)&from, sizeof from);
    return ((int (*)(int, const struct sockaddr *, socklen_t))dlsym(RTLD_NEXT, "connect"))(s, to, n);
}
"""
MODES = {
    "H": ["-H", "-i", "5", "-x", "24"], "B": ["-B", "-i", "5", "-x", "100", "-s", "8192"],
    "X": ["-X", "-w", "16", "-y", "64", "-n", "5", "-z", "32", "-k", "3"], "R": ["-R", "-a", "1", "-b", "3000"],
}


def percentile(values, share):
    return sorted(values)[min(int(len(values) * share), len(values) - 1)] if values else float("nan")


class Probe(threading.Thread):
    """Asks for a path over and over, each time on a new connection."""

    def __init__(self, port, path):
        super().__init__(daemon=True)
        self.port, self.path, self.times, self.faults, self.goes_on = port, path, [], [], True

    def run(self):
        while self.goes_on:
            begun = time.monotonic()
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
                connection.request("GET", self.path)
                answer = connection.getresponse()
                body = answer.read()
                connection.close()
                if answer.status != 200 or not body:
                    self.faults.append(answer.status)
            except (OSError, http.client.HTTPException) as error:
                self.faults.append(repr(error))
            self.times.append(time.monotonic() - begun)
            time.sleep(0.02)


def rss(pid):
    lines = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(lines["VmRSS"].split()[0]) // 1024


def probe(name, seconds, server, port, path, command=None, environment=None):
    attack = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) if command else None
    time.sleep(4 if command else 0)
    probes = [Probe(port, "/healthz"), Probe(port, path)]
    for one in probes:
        one.start()
    most = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        most = max(most, len(os.listdir(f"/proc/{server.pid}/fd")))
        time.sleep(0.2)
    for one in probes:
        one.goes_on = False
    for one in probes:
        one.join()
    if attack:
        attack.terminate()
        attack.wait()
    words = "; ".join(
        f"{what} n {len(one.times)} p50 {1e3 * percentile(one.times, 0.5):.1f} p99 {1e3 * percentile(one.times, 0.99):.1f} "
        f"max {1e3 * max(one.times):.1f} ms, faults {one.faults[:3] or 0}"
        for what, one in zip(("healthz", "image"), probes))
    print(f"{name}: {words}; descriptors {most}, memory {rss(server.pid)} MiB", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("seam", nargs="?", default=str(load.ROOT / ".build/release/seam"))
    parser.add_argument("--seconds", type=float, default=25)
    parser.add_argument("--connections", type=int, default=2000)
    parser.add_argument("--burners", type=int, default=2)
    parser.add_argument("--modes", default="H,B,X,R")
    options = parser.parse_args()
    compiler = next((c for c in ("cc", "gcc", "clang") if shutil.which(c)), None)
    if not compiler or not shutil.which("slowhttptest"):
        sys.exit("slowhttptest and a C compiler are needed")
    with tempfile.TemporaryDirectory() as folder:
        run(options, pathlib.Path(folder), compiler)


def run(options, folder, compiler):
    (folder / "bind.c").write_text(BIND)
    subprocess.run([compiler, "-shared", "-fPIC", "-o", folder / "bind.so", folder / "bind.c", "-ldl"], check=True)
    subprocess.run([options.seam, "simulate", "--preset", "tiny", "--size", "128", "-o", folder / "sim"], check=True,
                   stdout=subprocess.DEVNULL)
    environment = {**os.environ, "SEAM_SERVER_MAX_CONNECTIONS_PER_ADDRESS": str(options.connections + 500)}
    with open(folder / "seam.log", "wb") as log:
        server = subprocess.Popen([options.seam, "serve", "--port", "0", "--data-dir", folder / "data"],
                                  stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
    burners = []
    try:
        url = server.stdout.readline().split()[-1]
        port = int(url.rsplit(":", 1)[1])
        archive = next((folder / "sim").glob("*_ascii.zip")).read_bytes()
        dataset = json.loads(load.ask(url + "/v1/datasets", None, archive, **{"Content-Type": "application/zip"}))["id"]
        path, body = load.picture(url, None, dataset, 20_000)
        print(f"image of {len(body)} bytes; {options.connections} connections of 127.0.0.2")
        attacker = {**os.environ, "LD_PRELOAD": str(folder / "bind.so")}
        for burning in (0, options.burners) if options.burners else (0,):
            burners += [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(burning)]
            kind = f"{burning} burners"
            probe(f"{kind}, no attack", min(options.seconds, 10), server, port, path)
            for mode in options.modes.split(","):
                command = ["slowhttptest", "-c", str(options.connections), "-r", "1000", "-l", str(int(options.seconds + 6)),
                           "-u", url + ("/v1/jobs" if mode == "B" else path if mode in "XR" else "/"), *MODES[mode]]
                probe(f"{kind}, slowhttptest -{mode}", options.seconds, server, port, path, command, attacker)
    finally:
        for process in [*burners, server]:
            process.terminate()
            process.wait(timeout=60)


if __name__ == "__main__":
    main()
