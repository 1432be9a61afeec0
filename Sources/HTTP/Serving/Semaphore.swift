import Glibc

/// A counting semaphore of the system.
final class Semaphore: @unchecked Sendable {
    // Safe on all threads: `sem_t` is, and its place never moves.
    private let value = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(value, 0, 0) }

    deinit {
        sem_destroy(value)
        value.deallocate()
    }

    func signal() { sem_post(value) }

    func wait() { while sem_wait(value) != 0 && errno == EINTR {} }
}
