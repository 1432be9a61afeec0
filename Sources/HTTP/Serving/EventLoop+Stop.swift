import CLinux
import Glibc

/// Ending the server.
extension EventLoop {
    /// Seconds after the grace in which clients may read their last answer.
    private static let lastSeconds = 0.7

    func stop() {
        if !hasBegunStopping { beginStopping() }
        if core.isAborting, endsAt == nil { beginAborting() }
    }

    /// What has knocked is let in, what idles ends, what waits is woken.
    private func beginStopping() {
        acceptAll()
        hasBegunStopping = true
        close(listener)
        listener = -1
        for connection in Array(connections.values) {
            switch connection.stage {
            case .reading:
                perform(connection.session.stop(isLast: false), connection)
                if connection.stage == .reading { read(connection) }
            case .lingering:
                connection.lingersIdleUntil = now + 0.2
                watch(connection)
            default: break
            }
        }
        lookAtParked()
    }

    /// Requests that have not come whole are told so; everything else ends soon.
    private func beginAborting() {
        endsAt = now + Self.lastSeconds
        for connection in Array(connections.values) {
            switch connection.stage {
            case .reading: perform(connection.session.stop(isLast: true), connection)
            case .queued:
                uploads.remove(connection)
                refuse(connection, Refusal(503, BodyError.stopping.detail), nil)
            default: break
            }
        }
    }
}
