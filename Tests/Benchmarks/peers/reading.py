"""pandas and polars reading every image of a zip of SurfaceLab ASCII exports into one array."""
import io
import re
import zipfile

import numpy as np

from common import Peer


class Reading(Peer):
    def __init__(self, options, parse):
        super().__init__(options)
        self.parse = parse
        self.upload = self.facts["upload"]
        if not zipfile.is_zipfile(self.upload) or self.upload.endswith(".npz"):
            raise SystemExit(f"expected a zip of ASCII images, found {self.upload}")
        with zipfile.ZipFile(self.upload) as archive:
            found = []
            for name in archive.namelist():
                mass = re.search(r"([0-9]+\.[0-9]+) u\.txt$", name)
                if mass:
                    found.append((float(mass.group(1)), name))
            self.names = [name for _, name in sorted(found)]
            if not self.names:
                raise SystemExit(f"expected images named by m/z in {self.upload}, found none")
            with archive.open(self.names[0]) as first:
                head = first.read(8192).decode("utf-8", "replace").splitlines()
        self.skip = next(i for i, line in enumerate(head) if re.match(r"\s*\d+\s+\d+\s", line))
        self.cube = None

    def run(self):
        height, width = self.facts["height"], self.facts["width"]
        cube = np.empty((len(self.names), height, width), np.float32)
        with zipfile.ZipFile(self.upload) as archive:
            for place, name in enumerate(self.names):
                cube[place] = self.parse(archive, name, self.skip).reshape(height, width)
        self.cube = cube

    def finish(self, output):
        same = self.has("cube") and np.array_equal(self.cube, self.array("cube"))
        return {"images": len(self.names)} | ({"equal_to_ours": float(same)} if self.has("cube") else {})


def pandas_parser():
    import pandas

    def parse(archive, name, skip):
        with archive.open(name) as file:
            table = pandas.read_csv(file, sep=" ", skiprows=skip, header=None, names=["x", "y", "v"])
        return table["v"].to_numpy()
    return parse


def polars_parser():
    import polars

    def parse(archive, name, skip):
        text = io.BytesIO(archive.read(name))
        table = polars.read_csv(text, separator=" ", skip_rows=skip, has_header=False, columns=[2])
        return table.to_series().to_numpy()
    return parse


def peer(family, method, options):
    return Reading(options, {"pandas": pandas_parser, "polars": polars_parser}[method]())
