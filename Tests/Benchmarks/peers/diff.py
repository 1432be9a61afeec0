"""SIMS-Diff by earth mover's distances of all pairs of cells: scipy's function in a loop (timed on a sample of
pairs and scaled to half of all pairs, which the authors' loop does twice), and exact sums over a grid of counts."""
import numpy as np
from scipy.spatial.distance import pdist, squareform
from scipy.stats import wasserstein_distance

from common import Peer

SAMPLE = 3000


class Loop(Peer):
    def __init__(self, options):
        super().__init__(options)
        self.counts, cell = self.cell_pixels()
        self.counts = self.counts.astype(np.float64)
        cells = int(cell.max()) + 1
        self.bounds = np.searchsorted(cell, np.arange(cells + 1))
        rng = np.random.default_rng(0)
        ions = self.counts.shape[1]
        self.pairs = [(rng.integers(ions), rng.integers(cells), rng.integers(cells)) for _ in range(SAMPLE)]
        self.scale = ions * cells * (cells - 1) / 2 / SAMPLE
        self.note = f"scaled from {SAMPLE} pairs to half of {ions} x {cells} x {cells}"

    def run(self):
        counts, bounds = self.counts, self.bounds
        for ion, one, other in self.pairs:
            wasserstein_distance(counts[bounds[one]:bounds[one + 1], ion], counts[bounds[other]:bounds[other + 1], ion])


class Grid(Peer):
    def __init__(self, options):
        super().__init__(options)
        counts, self.cell = self.cell_pixels()
        self.counts = counts.astype(np.int64)
        if not np.array_equal(self.counts, counts):
            raise SystemExit("expected whole counts, found others")
        self.areas = np.bincount(self.cell)
        self.clusters = self.array("cell_clusters")

    def run(self):
        cells, ions = len(self.areas), self.counts.shape[1]
        kinds = np.unique(self.clusters)
        member = (self.clusters[:, None] == kinds[None]).astype(np.float64)
        ratios = np.full((len(kinds), ions), np.nan)
        for ion in range(ions):
            values = self.counts[:, ion]
            levels = int(values.max()) + 1
            if levels < 2:
                continue
            table = np.bincount(self.cell * levels + values, minlength=cells * levels).reshape(cells, levels)
            heights = np.cumsum(table / self.areas[:, None], 1)[:, :-1]
            distances = squareform(pdist(heights, "cityblock"))
            sums = member.T @ distances @ member
            for place in range(len(kinds)):
                rest = np.arange(len(kinds)) != place
                inside, outside = member[:, place].sum(), cells - member[:, place].sum()
                within = sums[place, place] / 2 + sums[np.ix_(rest, rest)].sum() / 2
                between = sums[place, rest].sum()
                pairs = inside * (inside - 1) / 2 + outside * (outside - 1) / 2
                if within > 0 and inside and outside:
                    ratios[place, ion] = between / (inside * outside) / (within / pairs)
        self.ratios = ratios

    def finish(self, output):
        np.save(output, self.ratios)
        return {}


def peer(family, method, options):
    return {"scipy": Loop, "grid": Grid}[method](options)
