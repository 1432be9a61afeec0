#!/usr/bin/env python3
"""SIMS-View's layout beside umap-learn's on the same sections: trustworthiness and kept neighbours.

    python view_quality.py --seam PATH [--size 128] [--seeds 1-5] [--presets standard,dense,...] -o FILE.csv

Run it with the environment of the peers (Tests/Benchmarks/peers/make-venv.sh). Every section is simulated anew.
Both are scored against the same points: the counts scaled as the authors do, all ions; over 1,500 sampled pixels,
exact ranks among all (Venna and Kaski 2001). Ours runs with its defaults and with `components=0`; umap-learn on
all ions and on the first 50 principal components, 3 dimensions, 50 neighbours, seeded. What stands in the file
already is not run again.
"""
import argparse
import csv
import os
import subprocess
import sys
import tempfile

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers"))
from view import scaled  # noqa: E402

FIGURES = ["trust_15", "trust_50", "kept_15", "kept_50"]


def components(points, count=50):
    centred = points - points.mean(0)
    values, vectors = np.linalg.eigh(np.cov(centred.T.astype(np.float64)))
    return (centred @ vectors[:, np.argsort(-values)[:count]]).astype(np.float32)


def scores(points, layout, sample=1500):
    """Trustworthiness and share of kept neighbours for k = 15 and 50."""
    n = len(points)
    queries = np.random.default_rng(7).choice(n, min(sample, n), replace=False)
    squares, places = (points.astype(np.float64) ** 2).sum(1), layout.astype(np.float64)
    penalty, kept = {15: 0.0, 50: 0.0}, {15: 0, 50: 0}
    for query in queries:
        near = ((places - places[query]) ** 2).sum(1)
        near[query] = np.inf
        order = np.argpartition(near, 50)[:51]
        order = order[np.argsort(near[order], kind="stable")][:50]
        far = squares - 2 * (points @ points[query]).astype(np.float64)
        far[query] = -np.inf
        ranks = np.array([(far < far[other]).sum() for other in order])
        for k in (15, 50):
            penalty[k] += np.maximum(0, ranks[:k] - k).sum()
            kept[k] += (ranks[:k] <= k).sum()
    result = {}
    for k in (15, 50):
        result[f"trust_{k}"] = 1 - 2 * penalty[k] / (len(queries) * k * (2 * n - 3 * k - 1))
        result[f"kept_{k}"] = kept[k] / (len(queries) * k)
    return result


def ours(seam, section, folder, seed, whole):
    out = os.path.join(folder, "whole" if whole else "default")
    options = ["--set", f"seed={seed}"] + (["--set", "components=0"] if whole else [])
    subprocess.run([seam, "run", "view", section, "-o", out, *options], check=True, capture_output=True)
    return np.load(os.path.join(out, "view", "result.embedding.npy")).reshape(-1, 3)


def peer(points, seed):
    import umap
    return umap.UMAP(n_components=3, n_neighbors=50, random_state=seed).fit_transform(points)


def numbers(text):
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seam", required=True)
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--seeds", type=numbers, default=range(1, 6))
    parser.add_argument("--presets", default="standard,culture,liver,fibrosis")
    parser.add_argument("-o", "--output", required=True)
    options = parser.parse_args()
    done = set()
    if os.path.exists(options.output):
        with open(options.output) as file:
            done = {(row["preset"], int(row["seed"]), row["method"]) for row in csv.DictReader(file)}
    else:
        with open(options.output, "w") as file:
            file.write(",".join(["preset", "size", "seed", "method", *FIGURES]) + "\n")
    for preset in options.presets.split(","):
        for seed in options.seeds:
            with tempfile.TemporaryDirectory() as folder:
                subprocess.run(
                    [options.seam, "simulate", "-o", folder, "--preset", preset, "--seed", str(seed), "--size",
                     str(options.size), "--format", "npz"], check=True, capture_output=True)
                section = os.path.join(folder, f"{preset}_s{seed}.npz")
                points = scaled(np.load(section)["cube"])
                methods = {
                    "seam": lambda: ours(options.seam, section, folder, seed, False),
                    "seam, all ions": lambda: ours(options.seam, section, folder, seed, True),
                    "umap-learn": lambda: peer(points, seed),
                    "umap-learn of 50 components": lambda: peer(components(points), seed),
                }
                for method, layout in methods.items():
                    if (preset, seed, method) in done:
                        continue
                    found = scores(points, layout())
                    row = [preset, options.size, seed, method, *(f"{found[name]:.5f}" for name in FIGURES)]
                    with open(options.output, "a") as file:
                        csv.writer(file, lineterminator="\n").writerow(row)
                    print(*row, flush=True)


if __name__ == "__main__":
    main()
