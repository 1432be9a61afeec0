"""Python SIMLR (the large-scale form) of the C x P representation, as it is or after PCA to 100."""
import importlib.util
import os
import site
import sys
import tempfile
import types

import numpy as np

from common import Peer


def simlr():
    """SIMLR 0.1.3 is Python 2 (implicit relative import, xrange): its modules are loaded by hand."""
    folders = [os.path.join(base, "SIMLR") for base in site.getsitepackages()]
    folder = next(f for f in folders if os.path.isdir(f))
    package = types.ModuleType("SIMLR")
    package.__path__ = [folder]
    sys.modules["SIMLR"] = package
    for name in ("helper", "core"):
        spec = importlib.util.spec_from_file_location(f"SIMLR.{name}", os.path.join(folder, name + ".py"))
        module = importlib.util.module_from_spec(spec)
        module.__dict__["xrange"] = range
        sys.modules[f"SIMLR.{name}"] = module
        setattr(package, name, module)
        spec.loader.exec_module(module)
    return package.core


class Cluster(Peer):
    def __init__(self, options, reduced):
        super().__init__(options)
        self.core, self.reduced = simlr(), reduced
        self.rows = self.array("matrix").astype(np.float64)

    def run(self):
        rows = self.rows
        if self.reduced:
            from sklearn.decomposition import PCA
            rows = PCA(min(100, len(rows) - 1), random_state=0).fit_transform(rows)
        count = self.facts["clusters"]
        home = os.getcwd()
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)  # it writes a file where it stands
            try:
                method = self.core.SIMLR_LARGE(count, 10, 0)
                _, embedding, _, _ = method.fit(rows.copy())
                self.labels = method.fast_minibatch_kmeans(embedding, count)
            finally:
                os.chdir(home)

    def finish(self, output):
        np.save(output, np.asarray(self.labels, np.int32))
        return {"cells": len(self.labels), "k": len(np.unique(self.labels))}


def peer(family, method, options):
    return Cluster(options, reduced=method == "simlr-pca")
