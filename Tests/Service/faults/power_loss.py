"""What a disk may hold after a power cut: rebuilt from the log that faults.c writes (FAULTS_LOG).

A change of a file that was not synced may be there or not, each by itself; a write may be torn. New names,
renamings and removals are there in their order up to some point, at least up to the last sync of their
folder.
"""

import pathlib
import struct

HEAD = struct.Struct("<cHHqq")
SECTOR = 512


class Record:
    """One operation that changed a file."""

    def __init__(self, kind, path, other, offset, data, end):
        self.kind, self.path, self.other = kind, path, other
        self.offset, self.data, self.end = offset, data, end


def records(log):
    """The operations in a log, each with the position behind it."""
    content, at, found = pathlib.Path(log).read_bytes(), 0, []
    while at + HEAD.size <= len(content):
        kind, path, other, offset, size = HEAD.unpack_from(content, at)
        at += HEAD.size
        names = [content[at:at + path].decode(), content[at + path:at + path + other].decode()]
        at += path + other
        data = content[at:at + size] if kind == b"w" else b""
        at += len(data)
        found.append(Record(kind.decode(), names[0], names[1], offset, data, at))
    return found


class Inode:
    """A file's bytes on disk, and what was not synced yet."""

    def __init__(self):
        self.durable = bytearray()
        self.pending = []

    def sync(self):
        for record in self.pending:
            apply(self.durable, record, record.data)
        self.pending = []

    def after_cut(self, random):
        """The bytes that a power cut may leave."""
        content = bytearray(self.durable)
        for record in self.pending:
            if random.random() < 0.4:
                continue
            data = record.data
            if record.kind == "w" and random.random() < 0.2:
                data = data[:random.randrange(len(data) // SECTOR + 1) * SECTOR]
            apply(content, record, data)
        return content


def apply(content, record, data):
    if record.kind == "t":
        del content[record.offset:]
        content.extend(bytes(record.offset - len(content)))
        return
    content.extend(bytes(max(0, record.offset - len(content))))
    content[record.offset:record.offset + len(data)] = data


class Disk:
    """A folder as the operations so far have made it."""

    def __init__(self):
        self.now = {}       # path -> inode, as processes see it
        self.durable = {}   # path -> inode, as after the last sync of its folder
        self.changes = []   # changes of names since, in order

    def take(self, record):
        """One more operation."""
        kind, path = record.kind, record.path
        if kind == "c":
            if path not in self.now:
                self.change([(path, Inode())])
        elif kind in "wt":
            if path in self.now:
                self.now[path].pending.append(record)
        elif kind in "rl":
            inode = self.now.get(path)
            if inode:
                self.change([(record.other, inode)] + ([(path, None)] if kind == "r" else []))
        elif kind == "u":
            self.change([(path, None)])
        elif kind == "s" and path in self.now:
            self.now[path].sync()
        elif kind == "s":
            self.sync_folder(path)

    def change(self, names):
        for path, inode in names:
            self.set(self.now, path, inode)
        self.changes.append(names)

    @staticmethod
    def set(names, path, inode):
        if inode is None:
            names.pop(path, None)
        else:
            names[path] = inode

    def sync_folder(self, folder):
        """A folder's names up to now are durable; those of others need not be."""
        folder = folder.rstrip("/")
        rest = []
        for names in self.changes:
            if all(path.rsplit("/", 1)[0] == folder for path, _ in names):
                for path, inode in names:
                    self.set(self.durable, path, inode)
            else:
                rest.append(names)
        self.changes = rest

    def cut(self, source, target, random):
        """Writes what a power cut at this moment may leave of `source` into `target`."""
        names = dict(self.durable)
        for change in self.changes[:random.randrange(len(self.changes) + 1)]:
            for path, inode in change:
                self.set(names, path, inode)
        source, target = str(source), pathlib.Path(target)
        target.mkdir(mode=0o700)
        for path, inode in sorted(names.items()):
            # The shared memory beside the log is never on disk.
            if path.endswith("-shm") or not path.startswith(source + "/"):
                continue
            file = target / path[len(source) + 1:]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(inode.after_cut(random))
