"""What every peer has: the workspace and the parts of the protocol."""
import json
import os

import numpy as np


class Peer:
    """A contestant. `scale` times what a run takes is what is told: one over the units of a run, or
    above one where a run does a stated part of the work."""

    scale = 1.0
    note = ""

    def __init__(self, options):
        self.options = options
        self.threads = options.threads
        self.folder = options.workspace
        with open(os.path.join(self.folder, "workspace.json")) as facts:
            self.facts = json.load(facts)

    def array(self, name):
        return np.load(os.path.join(self.folder, name + ".npy"), allow_pickle=False)

    def has(self, name):
        return os.path.exists(os.path.join(self.folder, name + ".npy"))

    def warm_up(self):
        """Whatever compiles at first use; true if that was worth telling."""
        return False

    def run(self):
        raise NotImplementedError

    def finish(self, output):
        """Figures found; writes what is judged to `output`."""
        return {}

    def cell_pixels(self):
        """(X (P, M), cell (P,) from 0): the pixels inside cells, sorted by cell."""
        cube, labels = self.array("cube"), self.array("labels").ravel()
        inside = np.flatnonzero(labels)
        inside = inside[np.argsort(labels[inside], kind="stable")]
        numbers, cell = np.unique(labels[inside], return_inverse=True)
        return cube.reshape(len(cube), -1)[:, inside].T, cell
