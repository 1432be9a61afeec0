#!/usr/bin/env python3
"""Property-based testing of the running service from openapi.yaml, with and without a token.

Starts a server of its own in each mode, with a small dataset and finished jobs, and lets schemathesis
(Tests/Property/requirements.txt) make requests from the contract. Fails where schemathesis finds
something, and where the server's log has an answer of 500 or more.

Usage: SEAM=<binary> python run.py [--cases N] [--seed S] [--mode open|token|reader]
N is the bound on cases an operation and phase; about 100 times as many requests are made a mode.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Service"))

from service import ROOT, Server, ion_text, make_zip  # noqa: E402

# A request that the contract allows may still be refused for what no schema can say: bytes that are
# no ion images (415, 422), an entity tag of yesterday (412), two parameters that exclude one another
# (400), texts that fill the request line (414, whatever the method), a piece beyond its upload (413).
CONFIG = """
workers = 1
[phases.coverage]
unexpected-methods = ["TRACE", "PATCH", "PUT", "DELETE"]
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", 400, 401, 403, 404, 409, 412, 413, 414, 415, 422, 429]
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 412, 414, 415, 422, 429]
[checks.missing_required_header]
expected-statuses = [400, 401, 403, 405, 412, 415, 422]
[[operations]]
include-path-regex = '^/v1/datasets(/[{]id[}])?$'
checks.unsupported_method.enabled = false
[[operations]]
# In open mode there is no session to begin (409), whatever the header.
include-path = '/v1/session'
include-method = 'POST'
checks.missing_required_header.enabled = false
[[operations]]
# A field that is not in the contract is no reason to refuse a request.
include-path = '/v1/uploads'
checks.negative_data_rejection.enabled = false
"""


def configuration(folder, ids):
    """The configuration of schemathesis: real ids for what is read, none for what is deleted."""
    text = CONFIG
    for name, values in ids.items():
        lines = "\n".join(f'"path.{k}" = {v!r}'.replace("'", '"') for k, v in values.items())
        text += f'\n[[operations]]\ninclude-path-regex = "{name}"\ninclude-method = "GET"\n'
        text += f"[operations.parameters]\n{lines}\n"
    path = folder / "schemathesis.toml"
    path.write_text(text)
    return path


def run(mode, cases, seed, folder):
    # The wrong tokens that schemathesis tries are to be refused as such, not for their number.
    server = Server(folder / "data", env={"SEAM_SERVER_FAILED_ATTEMPTS": "1000000000"})
    token = None
    maker = server.client()
    if mode != "open":
        token = server.token_text("ada", "reader" if mode == "reader" else "admin")
        maker = server.token("ada", "member")
    image = [[(x * y) % 17 for x in range(12)] for y in range(9)]
    body = make_zip({"s - 134.05 u.txt": ion_text(image), "s - 12.00 u.txt": ion_text(image[::-1])})
    dataset = maker.upload(body).json()["id"]
    jobs = [maker.run(dataset, kind)["id"] for kind in ("segmentation", "view")]
    config = configuration(folder, {
        "^/v1/datasets/": {"id": dataset, "ion": "134"}, "^/v1/jobs/": {"id": jobs[0]}})
    # Without --checks all of them run; with it, what CONFIG says of single operations is not heeded.
    command = [
        str(pathlib.Path(sys.executable).parent / "schemathesis"), "--config-file", str(config),
        "run", str(ROOT / "openapi.yaml"), "--url", server.url, "--max-examples", str(cases), "--seed", str(seed), "--no-color", "--continue-on-failure"]
    if token:
        command += ["--header", f"Authorization: Bearer {token}"]
    else:
        # In open mode nobody is asked for a token, which the contract says in words.
        command += ["--exclude-checks", "ignored_auth"]
    done = subprocess.run(
        command, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**os.environ, "SCHEMATHESIS_HOOKS": str(HERE / "hooks.py")})
    stopped = server.stop()
    log = server.log.read_text(errors="replace")
    failures = re.findall(r".* status=5\d\d .*", log)
    # The report repeats whole requests: long lines are cut.
    report = "\n".join(line[:400] for line in done.stdout.splitlines())
    print(f"== {mode}: schemathesis {done.returncode}, server {stopped}, "
          f"answers of 500 and more: {len(failures)}")
    if done.returncode or failures or stopped:
        print(report, *failures[:20], sep="\n")
    else:
        print("\n".join(report.splitlines()[-12:]))
    if token and token in log:
        print("the log holds the token")
        return False
    return done.returncode == 0 and stopped == 0 and not failures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mode", choices=["open", "token", "reader"], action="append")
    options = parser.parse_args()
    fine = True
    for mode in options.mode or ["open", "token"]:
        with tempfile.TemporaryDirectory() as folder:
            fine = run(mode, options.cases, options.seed, pathlib.Path(folder)) and fine
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
