import Glibc
import Synchronization

/// A one-way switch that threads can wait for in `poll`: a pipe that becomes readable for good.
final class Signal: Sendable {
    let descriptor: Int32
    private let writeEnd: Int32
    private let fired = Atomic<Bool>(false)

    init() {
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0, "no descriptor left for a pipe")
        (descriptor, writeEnd) = (ends[0], ends[1])
        for end in ends { Descriptor.makeNonBlocking(end) }
    }

    deinit {
        close(descriptor)
        close(writeEnd)
    }

    var hasFired: Bool { fired.load(ordering: .acquiring) }

    func fire() {
        guard !fired.exchange(true, ordering: .acquiringAndReleasing) else { return }
        var byte: UInt8 = 1
        _ = write(writeEnd, &byte, 1)
    }
}

/// What every descriptor made here is: non-blocking, and not handed to child processes.
enum Descriptor {
    static func makeNonBlocking(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }
}
