import CLinux
import Glibc
import Synchronization

/// Where threads leave word for the loop; its descriptor becomes readable.
final class Mailbox<Letter: Sendable>: Sendable {
    let descriptor: Int32
    private let letters = Mutex<[Letter]>([])

    /// Nil where the system gives no descriptor.
    init?() {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
        guard descriptor >= 0 else { return nil }
    }

    deinit { close(descriptor) }

    func post(_ letter: Letter) {
        let isFirst = letters.withLock { letters in
            letters.append(letter)
            return letters.count == 1
        }
        if isFirst { wake() }
    }

    /// Makes the loop look even where there is no letter.
    func wake() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    /// All letters since the last call.
    func empty() -> [Letter] {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
        return letters.withLock { letters in
            defer { letters = [] }
            return letters
        }
    }
}
