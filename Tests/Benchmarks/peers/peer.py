#!/usr/bin/env python3
"""One tool of today as a worker of `seam bench --against peers`.

    python peer.py FAMILY:METHOD --workspace DIR --output FILE [--threads N] [--epochs N]

It speaks what `Sources/Benchmarks/Running/Worker.swift` speaks: a JSON object a line on standard output,
`{"ready": true, "warm_up_s": ...}` at first, `{"seconds": ..., "cpu": ...}` after every line `run` on
standard input, and at its end memory, figures and remarks. The arrays are those our own run reads.
"""
import argparse
import importlib
import json
import os
import resource
import sys
import time
import warnings

FAMILIES = {
    "matmul": "kernels", "vector": "kernels", "random": "kernels", "eigen": "kernels", "read": "reading",
    "view": "view", "cut": "cut", "id": "identify", "cluster": "cluster", "diff": "diff", "png": "pictures",
}


def cpu_seconds():
    use = resource.getrusage(resource.RUSAGE_SELF)
    return use.ru_utime + use.ru_stime


def peak_bytes():
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def forget_peak():
    """The peak is that of the runs, not of reading the input or compiling (proc(5), clear_refs)."""
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
    except OSError:
        pass


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("method")
    parser.add_argument("--workspace", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--epochs", type=int)
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    # Libraries print; the protocol keeps standard output for itself.
    voice = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def say(value):
        voice.write(json.dumps(value, default=float) + "\n")
        voice.flush()

    family, _, method = options.method.partition(":")
    peer = importlib.import_module(FAMILIES[family]).peer(family, method, options)
    start = time.perf_counter()
    warmed = peer.warm_up()
    greeting = {"ready": True}
    if warmed:
        greeting["warm_up_s"] = time.perf_counter() - start
    forget_peak()
    say(greeting)
    for line in sys.stdin:
        if line.strip() != "run":
            sys.exit(f"expected run, found {line!r}")
        cpu, start = cpu_seconds(), time.perf_counter()
        peer.run()
        seconds, used = time.perf_counter() - start, cpu_seconds() - cpu
        say({"seconds": seconds * peer.scale, "cpu": used * peer.scale})
    peak = peak_bytes()
    metrics = peer.finish(options.output)
    say({"peak_bytes": peak, "metrics": metrics, "note": peer.note, "threads": peer.threads})


if __name__ == "__main__":
    main()
