import Glibc
import Synchronization

/// What the accept thread and the connections' threads share.
final class ServerCore: Sendable {
    let configuration: HTTPServer.Configuration
    let handler: any HTTPHandler
    let log: @Sendable (String) -> Void
    /// Fires when the server is to stop: idle connections end.
    let stopSignal: Signal
    /// Fires when the time for stopping is over: every connection ends.
    let abortSignal: Signal
    let openConnections = Atomic<Int>(0)

    init(
        configuration: HTTPServer.Configuration, handler: any HTTPHandler,
        log: @escaping @Sendable (String) -> Void
    ) {
        (self.configuration, self.handler, self.log) = (configuration, handler, log)
        (stopSignal, abortSignal) = (Signal(), Signal())
    }

    var isStopping: Bool { stopSignal.hasFired }

    var parserLimits: RequestParser.Limits {
        RequestParser.Limits(
            requestLineBytes: configuration.requestLineBytes,
            headerBytes: configuration.headerBytes, headerCount: configuration.headerCount)
    }

    /// A new request identifier: unguessable, URL-safe.
    static func makeRequestID() -> String {
        var generator = SystemRandomNumberGenerator()
        let number = UInt64.random(in: .min ... .max, using: &generator)
        let digits = String(number, radix: 16)
        return "req_" + String(repeating: "0", count: 16 - digits.count) + digits
    }
}
