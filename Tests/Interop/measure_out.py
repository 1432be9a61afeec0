#!/usr/bin/env python3
"""Memory and processor time of $SEAM while it gives large files.

    SEAM=.build/release/seam python Tests/Interop/measure_out.py --side 1024 --ions 300
"""

import argparse
import io
import os
import pathlib
import tempfile
import time

import numpy as np

from conftest import Service


def status(pid, name):
    """A figure of /proc/PID/status in MiB."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) / 1024
    raise KeyError(name)


def seconds(pid):
    """Processor seconds so far."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(service, path):
    pid = service.process.pid
    before = status(pid, "VmRSS")
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")
    start, cpu, size = time.monotonic(), seconds(pid), 0
    with service.get(path, stream=True) as answer:
        for piece in answer.iter_content(1 << 20):
            size += len(piece)
    peak = status(pid, "VmHWM")
    print(f"| `{path.rsplit('/', 1)[1]}` | {size / 1e6:.0f} | {time.monotonic() - start:.1f} | "
          f"{seconds(pid) - cpu:.1f} | {before:.0f} | {peak:.0f} |", flush=True)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--side", type=int, default=1024)
    options.add_argument("--ions", type=int, default=300)
    options.add_argument("--file", help="an upload to analyse instead of noise")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        service = Service(pathlib.Path(folder))
        try:
            if given.file:
                content = pathlib.Path(given.file).read_bytes()
                dataset = service.upload(content, os.path.basename(given.file))
                print(f"{given.file}: {dataset['width']} x {dataset['height']}, "
                      f"{dataset['ion_count']} ions")
            else:
                rng = np.random.default_rng(1)
                plane = rng.poisson(0.7, (given.side, given.side)).astype(np.uint16)
                out = io.BytesIO()
                cube = np.stack([np.roll(plane, k) + (k == 7) * 300 for k in range(given.ions)])
                np.savez_compressed(out, cube=cube, mz=50 + np.arange(given.ions) * 1.01)
                dataset = service.upload(out.getvalue(), "noise.npz", pixel_size_um="0.5")
                print(f"{given.side} x {given.side} pixels, {given.ions} ions of uint16: "
                      f"{cube.nbytes / 1e6:.0f} MB")
                del cube, out
            print("| file | MB | s | processor s | MiB before | MiB at most |")
            print("| --- | --- | --- | --- | --- | --- |")
            for form in ("npz", "npy", "tif", "ome.tif", "imzml.zip"):
                measure(service, f"/v1/datasets/{dataset['id']}/images.{form}")
            if given.file:
                job = service.run(dataset["id"], "analysis")["id"]
                for name in ("result.adata.zarr.zip", "result.sdata.zarr.zip", "result.html",
                             "bundle.zip"):
                    measure(service, f"/v1/jobs/{job}/{name}")
        finally:
            service.stop()


if __name__ == "__main__":
    main()
