import Dispatch
import Glibc
import Synchronization

/// Waits for SIGTERM or SIGINT; a second one ends the process at once.
final class TerminationSignals {
    private final class Arrival: Sendable {
        let semaphore = DispatchSemaphore(value: 0)
        let first = Mutex<Int32?>(nil)
    }

    private let arrival = Arrival()
    private var sources: [any DispatchSourceSignal] = []

    /// From now on the signals are caught.
    init() {
        for number in [SIGTERM, SIGINT] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [arrival] in
                let again = arrival.first.withLock { first -> Bool in
                    defer { first = first ?? number }
                    return first != nil
                }
                if again { _exit(1) }
                arrival.semaphore.signal()
            }
            source.resume()
            sources.append(source)
        }
    }

    /// Blocks until the first signal and returns its number.
    func wait() -> Int32 {
        arrival.semaphore.wait()
        return arrival.first.withLock { $0 ?? 0 }
    }
}
