import Glibc

/// Says that this process alone serves a data folder; the kernel lets go of it when the process
/// ends in whatever way.
final class FolderLock: Sendable {
    private let descriptor: Int32

    /// Microseconds between two tries.
    private static let pause: UInt32 = 50_000

    /// Takes the lock file in a folder; tries again for `patience` seconds, since a process that was
    /// killed holds it until its memory is gone.
    ///
    /// - Throws: `.locked` with the holder's process number if another process has it.
    init(folder: String, patience: Double) throws(StoreError) {
        let path = folder + "/" + DataFolder.lock
        let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard opened >= 0 else { throw .system("opening the lock file") }
        var tries = Int(min(max(patience, 0), 3_600) * 1_000_000) / Int(Self.pause)
        while flock(opened, LOCK_EX | LOCK_NB) != 0 {
            let number = errno
            if tries > 0, number == EWOULDBLOCK || number == EINTR {
                tries -= 1
                usleep(Self.pause)
                continue
            }
            let holder = Self.text(opened)
            // Not stored yet, so that `deinit` does not close it again: the number may be another's.
            close(opened)
            guard number == EWOULDBLOCK else { throw .system("locking the data folder", number) }
            throw .locked("\(holder.isEmpty ? "another process" : holder) serves this data folder")
        }
        descriptor = opened
        write("process \(getpid())")
    }

    deinit { close(descriptor) }

    /// Whether a process holds the lock of a folder; nothing is made or kept.
    static func isHeld(folder: String) -> Bool {
        let opened = open(folder + "/" + DataFolder.lock, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else { return false }
        defer { close(opened) }
        return flock(opened, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }

    /// What is written there only helps people: a failure to write it is none.
    private func write(_ text: String) {
        guard ftruncate(descriptor, 0) == 0 else { return }
        _ = text.utf8.withContiguousStorageIfAvailable {
            pwrite(descriptor, $0.baseAddress, $0.count, 0)
        }
    }

    private static func text(_ descriptor: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
}
