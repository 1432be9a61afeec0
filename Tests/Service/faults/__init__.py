"""Fails file operations of the service at will, lets them wait, moves its clock: `Faults` steers the library made of
faults.c."""

import ctypes
import mmap
import pathlib
import shutil
import subprocess
import tempfile
import time

import pytest

OPEN, WRITE, SYNC, CUT, NAME, READ = 1, 2, 4, 8, 16, 32
KINDS = {OPEN: "open", WRITE: "write", SYNC: "sync", CUT: "cut", NAME: "name", READ: "read"}
ALL = OPEN | WRITE | SYNC | CUT | NAME | READ


class Control(ctypes.Structure):
    _fields_ = [
        ("kinds", ctypes.c_int32), ("error", ctypes.c_int32), ("countdown", ctypes.c_int64),
        ("lasting", ctypes.c_int32), ("fired", ctypes.c_int32), ("seen", ctypes.c_int64),
        ("half", ctypes.c_int32), ("kind", ctypes.c_int32), ("path", ctypes.c_char * 400),
        ("clock", ctypes.c_int64), ("hold", ctypes.c_int32), ("held", ctypes.c_int32),
        ("of_jobs", ctypes.c_int32), ("still", ctypes.c_int32)]


_library = None


def library():
    """The shared library, compiled once."""
    global _library
    if _library is None:
        compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
        if not compiler:
            pytest.skip("no C compiler to make the library that fails file operations")
        folder = tempfile.mkdtemp()
        path = pathlib.Path(folder) / "faults.so"
        source = pathlib.Path(__file__).with_name("faults.c")
        subprocess.run([compiler, "-O1", "-Wall", "-shared", "-fPIC", "-o", path, source, "-ldl",
                        "-lpthread"], check=True)
        _library = path
    return _library


class Faults:
    """The faults of one process, or of several one after the other."""

    def __init__(self, control, folder):
        self.path = pathlib.Path(control)
        self.path.write_bytes(bytes(4096))
        self.file = open(self.path, "r+b")
        self.map = mmap.mmap(self.file.fileno(), 4096)
        self.control = Control.from_buffer(self.map)
        self.environment = {"LD_PRELOAD": str(library()), "FAULTS_FOLDER": str(folder),
                            "FAULTS_CONTROL": str(self.path)}

    def arm(self, number, error, kinds=ALL & ~READ, lasting=False, half=False):
        """From now on the `number`th operation of these kinds fails (1 is the next one)."""
        self.disarm()
        self.control.kinds, self.control.error = kinds, error
        self.control.lasting, self.control.half = lasting, half
        self.control.countdown = number

    def hold(self, number, kinds, of_jobs=False):
        """From now on the `number`th operation of these kinds waits until `release`."""
        self.arm(number, 0, kinds=kinds)
        self.control.of_jobs = of_jobs
        self.control.held = 0
        self.control.hold = 1

    def release(self):
        self.disarm()

    def wait_held(self, seconds=60):
        self.wait(lambda: self.control.held, seconds, "no operation waits")

    def stand_still(self):
        """The next computing thread that reads a clock stands still until `go_on`."""
        self.control.still = 1

    def go_on(self):
        self.control.still = 0

    def wait_still(self, seconds=60):
        self.wait(lambda: self.control.still == 2, seconds, "no thread stands still")

    @staticmethod
    def wait(happened, seconds, otherwise):
        end = time.monotonic() + seconds
        while not happened():
            assert time.monotonic() < end, otherwise
            time.sleep(0.01)

    def disarm(self):
        self.control.hold = 0
        self.control.of_jobs = 0
        self.control.countdown = 0
        self.control.kinds = 0
        self.control.fired = 0
        self.control.seen = 0

    @property
    def last(self):
        """What failed last: the kind of operation and the file's name."""
        kind = KINDS.get(self.control.kind, "nothing")
        return f"{kind} {pathlib.Path(self.control.path.decode()).name}"

    @property
    def fired(self):
        return self.control.fired
