#!/usr/bin/env python3
"""Counts the instructions of every stage of a small fixed analysis, and compares them with the figures kept.

    .ci/check-instructions.py [SEAM]            compare: fails where a count is outside the band
    .ci/check-instructions.py [SEAM] --update   keep the counts found as the new figures

Seconds are noisy where tests run; instructions (valgrind's callgrind, one thread, between entry and exit of
`benchmarkMeasuredRegion`) are not. The section and the figures lie in Tests/Benchmarks.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
SECTION = ROOT / "Tests/Benchmarks/section_ascii.zip"
FIGURES = ROOT / "Tests/Benchmarks/instructions.json"
BAND = 0.05
# Counted with the portable kernels, which every machine has, and some with the wide ones too.
PLAN = {
    "base": ["import/read", "import/warm", "view/pca50", "cut/mdl", "cut/published", "id/fast", "cluster/estimate",
             "diff/emd", "image/png"],
    "avx2": ["matmul/64x250x128", "view/pca50", "id/fast"],
}


def outside(kept, found, band=BAND):
    """One sentence for every figure that is missing, new, or off by more than the band."""
    faults = []
    for name in sorted(kept.keys() | found.keys()):
        if name not in found:
            faults.append(f"{name}: was not counted")
        elif name not in kept:
            faults.append(f"{name}: has no figure kept")
        elif abs(found[name] - kept[name]) > band * kept[name]:
            change = 100 * (found[name] / kept[name] - 1)
            faults.append(f"{name}: {found[name]:,} instructions, expected {kept[name]:,} "
                          f"within {100 * band:g} % ({change:+.1f} %)")
    return faults


def count(seam, workspace, item, kernels):
    """Instructions of the one run of an item."""
    environment = dict(os.environ, SEAM_THREADS="1", SEAM_KERNELS=kernels, SWIFT_DETERMINISTIC_HASHING="1")
    command = [
        "valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--collect-atstart=no",
        "--toggle-collect=*benchmarkMeasuredRegion*", seam, "bench", "--worker", item,
        "--workspace", workspace, "--output", os.path.join(workspace, f"out-{item.replace('/', '-')}-{kernels}.npy")]
    done = subprocess.run(command, input="run\n", env=environment, capture_output=True, text=True, timeout=900)
    match = re.search(r"Collected\s*:\s*(\d+)", done.stderr)
    if done.returncode != 0 or not match or int(match.group(1)) == 0:
        sys.exit(f"{item} ({kernels}) was not counted:\n{done.stderr[-3000:]}")
    return int(match.group(1))


def wide():
    """Whether this machine has the wide kernels' instructions."""
    try:
        flags = pathlib.Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
    return all(re.search(rf"\b{flag}\b", flags) for flag in ("avx2", "fma", "bmi2"))


def counts(seam, plan):
    with tempfile.TemporaryDirectory() as workspace:
        # Debian 12's valgrind cannot read the debug information of this compiler, and stops at it.
        bare = os.path.join(workspace, "seam")
        subprocess.run(["strip", "--strip-debug", "-o", bare, seam], check=True)
        seam = bare
        items = sorted({item for part in plan.values() for item in part})
        subprocess.run(
            [seam, "bench", "--prepare", "--quick", "--input", SECTION, "--work", workspace, "--only", ",".join(items)],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=dict(os.environ, SEAM_THREADS="1", SEAM_KERNELS="base"))
        jobs = [(item, kernels) for kernels, part in plan.items() for item in part]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            found = list(pool.map(lambda job: count(seam, workspace, *job), jobs))
        return {f"{item} {kernels}": number for (item, kernels), number in zip(jobs, found)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("seam", nargs="?", default=str(ROOT / ".build/release/seam"))
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    if options.update and not wide():
        sys.exit("figures are kept from a machine with AVX2")
    plan = PLAN if wide() else {"base": PLAN["base"]}
    found = counts(options.seam, plan)
    if options.update:
        FIGURES.write_text(json.dumps(found, indent=2) + "\n")
        print(f"kept {len(found)} figures in {FIGURES.relative_to(ROOT)}")
        return 0
    kept = {name: value for name, value in json.loads(FIGURES.read_text()).items() if name.split()[-1] in plan}
    # A check that cannot fail is none: every figure, changed a little more than the band, must be told.
    for name in found:
        for factor in (1 - BAND - 0.02, 1 + BAND + 0.02):
            if not outside({**found, name: found[name] * factor}, found):
                sys.exit(f"the check has no teeth: {name} changed by {factor} passes")
    faults = outside(kept, found)
    for fault in faults:
        print(f"check-instructions: {fault}", file=sys.stderr)
    if faults:
        print("Fewer is good news, more wants a reason; then: .ci/check-instructions.py --update", file=sys.stderr)
        return 1
    print(f"check-instructions: {len(found)} counts within {100 * BAND:g} %")
    return 0


if __name__ == "__main__":
    sys.exit(main())
