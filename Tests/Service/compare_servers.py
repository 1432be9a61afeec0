#!/usr/bin/env python3
"""Runs the raw cases of http_cases and http_vectors against other servers beside this one; prints a table.

    compare_servers.py [seam=PORT] [--slow] [--failures]

Wants nginx, apache2 and node (Debian: apt-get install --no-install-recommends nginx-light apache2-bin
nodejs); those that are not there are left out. Not part of the tests: what it prints are facts about
other people's software on this machine.
"""

import collections
import concurrent.futures
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

from http_vectors import CASES, SLOW
from http_runner import Page, Server, fault

NGINX = """
daemon off; worker_processes 1; pid {root}/nginx.pid; error_log {root}/error.log;
events {{ worker_connections 4096; }}
http {{ access_log off; client_body_temp_path {root}/t; proxy_temp_path {root}/t; fastcgi_temp_path {root}/t;
  uwsgi_temp_path {root}/t; scgi_temp_path {root}/t; client_header_timeout 15s; client_body_timeout 20s;
  keepalive_timeout 15s; server {{ listen 127.0.0.1:{port}; root {root}/www; }} }}
"""
APACHE = """
ServerRoot {root}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {root}/apache.pid
ErrorLog {root}/apache.log
DocumentRoot {root}/www
User {user}
Group {group}
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule reqtimeout_module {modules}/mod_reqtimeout.so
RequestReadTimeout header=15 body=20,MinRate=128
KeepAliveTimeout 15
<Directory {root}/www>
Require all granted
</Directory>
"""
NODE = """
const http = require('http'), fs = require('fs');
const body = fs.readFileSync(process.argv[2]), tag = '"v1"', date = new Date(784111777000).toUTCString();
http.createServer((q, r) => { q.resume(); q.on('end', () => {
  if (q.url.split('?')[0].replace(/^http:..[^/]*/, '') !== '/page.txt') { r.statusCode = 404; return r.end('no\\n'); }
  if (q.method !== 'GET' && q.method !== 'HEAD') { r.statusCode = 405; r.setHeader('Allow', 'GET, HEAD'); return r.end(); }
  r.setHeader('ETag', tag); r.setHeader('Last-Modified', date); r.setHeader('Content-Type', 'text/plain');
  r.setHeader('Content-Length', body.length); r.end(q.method === 'HEAD' ? undefined : body); }); })
  .listen(+process.argv[3], '127.0.0.1');
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def command(name, root, port):
    """What starts a server that serves /page.txt; None where it is not installed."""
    program = shutil.which({"apache": "apache2"}.get(name, name), path=os.environ["PATH"] + ":/usr/sbin")
    if not program:
        return None
    if name == "nginx":
        (root / "nginx.conf").write_text(NGINX.format(root=root, port=port))
        return [program, "-e", f"{root}/error.log", "-c", f"{root}/nginx.conf"]
    if name == "apache":
        (root / "apache.conf").write_text(APACHE.format(
            root=root, port=port, modules="/usr/lib/apache2/modules", user="www-data", group="www-data"))
        return [program, "-f", f"{root}/apache.conf", "-DFOREGROUND"]
    (root / "server.js").write_text(NODE)
    return [program, str(root / "server.js"), str(root / "www/page.txt"), str(port)]


def run(server, cases, width=8):
    page = Page(server)
    with concurrent.futures.ThreadPoolExecutor(width) as pool:
        return dict(zip([c.name for c in cases], pool.map(lambda c: fault(c, server, page), cases)))


def main():
    arguments = sys.argv[1:]
    cases = CASES + (SLOW if "--slow" in arguments else [])
    found = {}
    for argument in arguments:
        if argument.startswith("seam="):
            server = Server("localhost", int(argument[5:]), "/openapi.yaml", "/v1/datasets")
            found["seam"] = run(server, cases, 32)
    root = pathlib.Path(tempfile.mkdtemp(prefix="compare-"))
    root.chmod(0o755)
    (root / "www").mkdir()
    (root / "www/page.txt").write_text("".join(f"line {n} of the page\n" for n in range(500)))
    for name in ("nginx", "apache", "node"):
        port = free_port()
        if not (words := command(name, root, port)):
            continue
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            time.sleep(2)
            found[name] = run(Server("127.0.0.1", port, "/page.txt", "/page.txt"), cases, 32)
        finally:
            process.terminate()
            process.wait()
    shutil.rmtree(root, ignore_errors=True)
    levels = collections.Counter(case.level for case in cases)
    print(f"{'server':8}" + "".join(f"{l:>13}" for l in levels) + f"{'all':>13}")
    for name, faults in found.items():
        passed = collections.Counter(case.level for case in cases if faults[case.name] is None)
        print(f"{name:8}" + "".join(f"{f'{passed[l]}/{levels[l]}':>13}" for l in levels)
              + f"{f'{sum(passed.values())}/{len(cases)}':>13}")
    if "--failures" in arguments:
        for name, faults in found.items():
            for case in cases:
                if faults[case.name]:
                    print(f"{name}: {case.level} {case.name}: {faults[case.name]}")


if __name__ == "__main__":
    main()
