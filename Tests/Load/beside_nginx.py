#!/usr/bin/env python3
"""Requests a second and latencies of the service beside nginx, which serves the same bytes as files.

    Tests/Load/beside_nginx.py [SEAM] [--rounds 5] [--seconds 4] [--connections 64] [--threads 2]

Two resources: an ion image that the service has drawn before, and the document of a job, which it reads from
its store at every request; both with a token. Service and nginx take turns within each round, so that what
else the machine does hits both. With --vary each request has a field of its own, so that no answer can be given
again without asking the handler. Needs nginx and wrk (Debian: nginx-light, wrk).
"""

import argparse
import json
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
NGINX = """
daemon off;
worker_processes {workers};
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_timeout 60;
    keepalive_requests 10000000;
    types {{ image/png png; application/json json; }}
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port}; root {folder}/www; }}
}}
"""

VARY = """
local number = 0
request = function()
    number = number + 1
    wrk.headers["X-Number"] = number
    return wrk.format()
end
"""


def ask(url, token=None, data=None, **fields):
    if token:
        fields["Authorization"] = "Bearer " + token
    with urllib.request.urlopen(urllib.request.Request(url, data, fields), timeout=120) as answer:
        return answer.read()


def picture(url, token, dataset, size):
    """The path and bytes of the ion image whose length is nearest to `size`."""
    rows = json.loads(ask(f"{url}/v1/datasets/{dataset}/ions", token))["rows"]
    best = None
    for row in rows[:: max(len(rows) // 20, 1)]:
        for zoom in (1, 2, 3):
            path = f"/v1/datasets/{dataset}/ions/{row['mz']}.png?zoom={zoom}"
            bytes_ = ask(url + path, token)
            if best is None or abs(len(bytes_) - size) < abs(len(best[1]) - size):
                best = (path, bytes_)
    return best


def job(url, token, dataset):
    """The path and bytes of the document of a job that has ended."""
    body = json.dumps({"dataset": dataset, "kind": "segmentation"}).encode()
    path = "/v1/jobs/" + json.loads(ask(url + "/v1/jobs", token, body, **{"Content-Type": "application/json"}))["id"]
    while True:
        bytes_ = ask(f"{url}{path}?wait=30", token)
        if json.loads(bytes_)["state"] in ("succeeded", "failed", "cancelled"):
            return path, ask(url + path, token)


def load(options, url, token=None):
    """Requests a second, 50th and 99th percentile in ms."""
    command = ["wrk", f"-t{options.threads}", f"-c{options.connections}", f"-d{options.seconds}s", "--latency", url]
    if token:
        command[1:1] = ["-H", "Authorization: Bearer " + token]
    if options.vary:
        command[1:1] = ["-s", options.vary]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in text or "Socket errors" in text:
        sys.exit(f"{url}: requests failed\n{text}")

    def milliseconds(name):
        number, unit = re.search(rf"{name}%\s+([\d.]+)(us|ms|s)", text).groups()
        return float(number) * {"us": 1e-3, "ms": 1, "s": 1e3}[unit]

    return float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1)), milliseconds(50), milliseconds(99)


def compare(options, name, url, peer, token):
    """Alternates, and prints each round and the medians."""
    rounds = []
    for index in range(options.rounds):
        ours, theirs = load(options, url, token), load(options, peer)
        rounds.append((ours, theirs))
        print(f"{name} round {index + 1}: seam {ours[0]:.0f}/s p50 {ours[1]:.2f} p99 {ours[2]:.2f} ms; "
              f"nginx {theirs[0]:.0f}/s p50 {theirs[1]:.2f} p99 {theirs[2]:.2f} ms; "
              f"{100 * ours[0] / theirs[0]:.0f} %", flush=True)
    ratio = statistics.median(ours[0] / theirs[0] for ours, theirs in rounds)
    p99 = [statistics.median(side[2] for side in sides) for sides in zip(*rounds)]
    print(f"{name}: {100 * ratio:.0f} % of nginx's requests, p99 {p99[0]:.2f} ms, nginx {p99[1]:.2f} ms (medians)")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("seam", nargs="?", default=str(ROOT / ".build/release/seam"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2, help="of wrk")
    parser.add_argument("--workers", default="2", help="of nginx")
    parser.add_argument("--vary", action="store_true", help="no request like the one before")
    parser.add_argument("--only", choices=["image", "job"])
    parser.add_argument("--serve", action="store_true", help="start both, say where, and wait for the end of input")
    options = parser.parse_args()
    for tool in ("wrk", "nginx"):
        if not shutil.which(tool):
            sys.exit(f"{tool} is not installed")
    with tempfile.TemporaryDirectory() as folder:
        run(options, pathlib.Path(folder))


def run(options, folder):
    seam = options.seam
    if options.vary:
        options.vary = folder / "vary.lua"
        options.vary.write_text(VARY)
    subprocess.run([seam, "simulate", "--preset", "tiny", "--size", "128", "-o", folder / "sim"], check=True,
                   stdout=subprocess.DEVNULL)
    token = subprocess.run(
        [seam, "token", "create", "--owner", "load", "--role", "admin", "--data-dir", folder / "data"],
        check=True, capture_output=True, text=True).stdout.strip()
    with open(folder / "seam.log", "wb") as log:
        server = subprocess.Popen([seam, "serve", "--port", "0", "--data-dir", folder / "data"],
                                  stdout=subprocess.PIPE, stderr=log, text=True)
    peer = None
    try:
        url = server.stdout.readline().split()[-1]
        archive = next((folder / "sim").glob("*_ascii.zip")).read_bytes()
        dataset = json.loads(ask(url + "/v1/datasets", token, archive, **{"Content-Type": "application/zip"}))["id"]
        resources = {"image": picture(url, token, dataset, 20_000), "job": job(url, token, dataset)}
        port = int(url.rsplit(":", 1)[1]) % 20000 + 20001
        (folder / "www").mkdir()
        folder.chmod(0o755)
        for name, (_, bytes_) in resources.items():
            (folder / "www" / f"{name}.{'png' if name == 'image' else 'json'}").write_bytes(bytes_)
        (folder / "nginx.conf").write_text(NGINX.format(workers=options.workers, folder=folder, port=port))
        peer = subprocess.Popen(["nginx", "-c", folder / "nginx.conf"], stderr=subprocess.DEVNULL)
        time.sleep(0.5)
        for name, (path, bytes_) in resources.items():
            if options.only in (None, name):
                there = f"http://127.0.0.1:{port}/{name}.{'png' if name == 'image' else 'json'}"
                assert ask(there) == bytes_ and ask(url + path, token) == bytes_
                print(f"{name}: {len(bytes_)} bytes, wrk -t{options.threads} -c{options.connections}, "
                      f"nginx with {options.workers} workers, sendfile, no log"
                      + (", each request another" if options.vary else ""))
                if options.serve:
                    print(f"pid {server.pid} token {token} {url}{path} {there}", flush=True)
                else:
                    compare(options, name, url + path, there, token)
        if options.serve:
            sys.stdin.read()
    finally:
        for process in (server, peer):
            if process:
                process.terminate()
                process.wait(timeout=60)


if __name__ == "__main__":
    main()
