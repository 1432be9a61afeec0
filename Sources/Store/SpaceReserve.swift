import Bytes
import Glibc
import Synchronization

/// A file that keeps some of the disk occupied, so that on a full one there is room for the log of a
/// change that makes room again.
final class SpaceReserve: Sendable {
    static let fileName = "seam.reserve"

    private let path: String
    private let bytes: Int
    private let isHeld = Mutex(false)

    /// Most bytes of a reserve: what the log holds at most before it is emptied (1,000 pages), and
    /// some for a deletion, which logs about one page in four thousand of what it frees.
    private static let largest = 24 << 20

    /// The reserve of a data folder: a quarter of its file system, at most 24 MiB.
    init(folder: String) {
        path = folder + "/" + Self.fileName
        bytes = min(Self.largest, (DiskSpace(of: folder)?.total ?? 0) / 4)
    }

    /// Whether the room is kept at the moment.
    var holds: Bool { isHeld.withLock { $0 } }

    /// Occupies the room if it can be had; a disk without it has no reserve for now.
    func hold() {
        isHeld.withLock { isHeld in
            guard !isHeld, bytes > 0 else { return }
            let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { return }
            defer { close(descriptor) }
            isHeld = posix_fallocate(descriptor, 0, bytes) == 0
            if !isHeld { _ = ftruncate(descriptor, 0) }
        }
    }

    /// Gives the room up; whether there was any.
    func release() -> Bool {
        isHeld.withLock { isHeld in
            isHeld = false
            guard DataFolder.size(path) ?? 0 > 0 else { return false }
            return truncate(path, 0) == 0
        }
    }
}
