"""SIMS-View by umap-learn as the authors call it: 3 components, 50 neighbours, all ions, no seed (so that it
may use all threads). The time is that of the fit alone, after a fit of 5,000 pixels that compiles."""
import numpy as np

from common import Peer


def scaled(cube):
    """(v + 1) / (median + 1) of every pixel, then every ion onto 0...1."""
    points = cube.reshape(len(cube), -1).T.astype(np.float64)
    points = (points + 1) / (np.median(points, axis=1, keepdims=True) + 1)
    low, high = points.min(0), points.max(0)
    return ((points - low) / np.where(high > low, high - low, 1)).astype(np.float32)


class View(Peer):
    def __init__(self, options):
        super().__init__(options)
        self.points = scaled(self.array("cube"))

    def warm_up(self):
        import umap
        self.umap = umap.UMAP
        rows = np.random.default_rng(0).choice(len(self.points), min(5000, len(self.points)), replace=False)
        self.umap(n_components=3, n_neighbors=15).fit(self.points[rows])
        return True

    def run(self):
        neighbours = min(50, len(self.points) - 1)
        self.places = self.umap(n_components=3, n_neighbors=neighbours).fit_transform(self.points)

    def finish(self, output):
        np.save(output, np.ascontiguousarray(self.places, np.float32))
        return {}


def peer(family, method, options):
    return View(options)
