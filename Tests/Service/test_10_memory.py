"""Each kind of job states the memory it needs, and takes about that much."""
import io
import re

import numpy as np
import pytest

from service import seam

# Of the stated need, and beside it what a page more or less of code and stacks makes.
BAND = 0.25
SPARE = 6e6

# Kind, parameters that make it a job of its own, and the parts it builds on.
JOBS = [
    ("view", {"seed": 3, "epochs": 20}, []),
    ("segmentation", {"seed": 3}, []),
    ("segmentation", {"seed": 3, "method": "published", "max_levels": 3}, []),
    ("representation", {"seed": 3}, ["segmentation"]),
    ("representation", {"seed": 3, "method": "mean"}, ["segmentation"]),
    ("clustering", {"seed": 3}, ["representation"]),
    ("clustering", {"seed": 3, "method": "simlr"}, ["representation"]),
    ("clustering", {"seed": 3, "method": "kmeans"}, ["representation"]),
    ("embedding", {"seed": 3}, ["representation"]),
    ("diff", {"top": 7}, ["clustering"]),
    ("diff", {"top": 7, "method": "t"}, ["clustering"]),
]


def memory(process, field):
    with open(f"/proc/{process.pid}/status") as status:
        return int(re.search(rf"^{field}:\s+(\d+) kB", status.read(), re.M)[1]) * 1024


def section(folder, width, height, ions):
    """A simulated section cut to a size, as an npz."""
    side = max(width, height)
    done = seam("simulate", "-o", folder, "--size", side, "--ions", ions, "--format", "npz",
                "--field-of-view", side * 1.5, "--seed", "2")
    assert done.returncode == 0, done.stderr
    truth = np.load(next(folder.glob("*.npz")), allow_pickle=False)
    cube = truth["cube"][:, :height, :width]
    file = io.BytesIO()
    np.savez_compressed(file, cube=cube, mz=truth["mz"])
    return file.getvalue()


@pytest.mark.parametrize("width, height, ions", [(128, 128, 100), (256, 256, 250), (320, 200, 40)])
def test_the_stated_need_is_what_a_job_takes(start, tmp_path, width, height, ions):
    data = tmp_path / "data"
    server = start(data)
    api = server.client()
    dataset = api.upload(section(tmp_path, width, height, ions), file="s.npz").json()["id"]
    inputs = api.run(dataset, "diff")["inputs"]
    server.stop()
    rows = []
    for kind, parameters, needed in JOBS:
        # A process of its own for each: memory that was given back is not counted as free.
        server = start(data, "--workers", "1", env={"SEAM_THREADS": "2"})
        api = server.client()
        before = memory(server.process, "VmRSS")
        job = api.run(dataset, kind, parameters, {name: inputs[name] for name in needed})
        peak = memory(server.process, "VmHWM") - before
        server.stop()
        rows.append((kind, parameters.get("method", ""), job["memory_bytes"], peak))
    table = "\n".join(f"{k:15} {m:10} stated {s / 1e6:7.1f} MB, took {p / 1e6:7.1f} MB" for k, m, s, p in rows)
    print(f"\n{width} x {height} x {ions}\n{table}")
    wrong = [k for k, _, stated, peak in rows if abs(stated - peak) > BAND * peak + SPARE]
    assert not wrong, f"{wrong}\n{table}"
