import Dispatch
import Glibc
import Synchronization

/// Waits for SIGTERM or SIGINT; a second one ends the process at once.
final class TerminationSignals: Sendable {
    private let arrived = DispatchSemaphore(value: 0)
    private let first = Mutex<Int32?>(nil)
    private let sources = Mutex<[any DispatchSourceSignal]>([])

    /// From now on the signals are caught.
    init() {
        for number in [SIGTERM, SIGINT] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [self] in
                let again = first.withLock { first -> Bool in
                    defer { first = first ?? number }
                    return first != nil
                }
                if again { _exit(1) }
                arrived.signal()
            }
            source.resume()
            sources.withLock { $0.append(source) }
        }
    }

    /// Blocks until the first signal and returns its number.
    func wait() -> Int32 {
        arrived.wait()
        return first.withLock { $0 ?? 0 }
    }
}
