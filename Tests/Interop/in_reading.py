"""Sends files to the service under test and reads back what it made of them."""

import pathlib
import sys

import numpy as np
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Service"))

from service import Server, ion_path, npy  # noqa: E402


class Read:
    """A dataset as the service has it: its document, ions and images."""

    def __init__(self, api, document):
        self.document = document
        self.warnings = document["warnings"]
        self.rows = api.get(f"/v1/datasets/{document['id']}/ions").json()["rows"]
        self.mz = [row["mz"] for row in self.rows]
        self.labels = [row["label"] for row in self.rows]
        self._api = api

    @property
    def cube(self):
        """All images, (ions, height, width)."""
        names = [row["label"] or repr(row["mz"]) for row in self.rows]
        images = [
            npy(self._api.get(ion_path(self.document["id"], name) + ".npy").content)
            for name in names]
        return np.stack([image.astype(np.float64) for image in images])


class Reader:
    """Uploads to one server."""

    def __init__(self, api):
        self.api = api

    def read(self, files, **fields):
        """What comes of one file (name, bytes) or several (a dict)."""
        files = dict([files]) if isinstance(files, tuple) else files
        return Read(self.api, self.api.upload(files, expect=(200, 201), **fields).json())

    def refused(self, files, status=422, type_="bad-upload", **fields):
        """The problem document of files that must be refused."""
        files = dict([files]) if isinstance(files, tuple) else files
        form = [("file", (name, content)) for name, content in files.items()]
        return self.api.problem("POST", "/v1/datasets", status, type_, files=form, data=fields)


@pytest.fixture(scope="session")
def reader(tmp_path_factory):
    """A server and what was sent to it."""
    server = Server(tmp_path_factory.mktemp("in") / "data")
    yield Reader(server.client())
    assert server.stop() == 0, server.errors()
