import Glibc
import Synchronization

/// An HTTP/1.1 server on plain sockets (RFC 9110, 9112) that knows no route.
///
/// One thread accepts; every connection has a thread of its own, so that handlers may block.
public final class HTTPServer: Sendable {
    private enum State {
        case new
        case running(port: Int)
    }

    private let core: ServerCore
    private let state = Mutex(State.new)
    private let isAccepting = Atomic<Bool>(false)

    /// A server that answers by `handler`.
    ///
    /// `log` gets a line for each request and each failure of the server's own; it is called on
    /// many threads. Lines hold no header, query or body of a request.
    public init(
        configuration: Configuration, handler: any HTTPHandler,
        log: @escaping @Sendable (String) -> Void
    ) {
        core = ServerCore(configuration: configuration, handler: handler, log: log)
    }

    /// Binds, listens and begins to accept; returns at once.
    ///
    /// Ignores SIGPIPE for the process: `sendfile` has no other way to be told.
    ///
    /// - Throws: where the address is not one to listen on, or the server was started before.
    public func start() throws(HTTPServerError) {
        signal(SIGPIPE, SIG_IGN)
        let result = state.withLock { state -> Result<Int32, HTTPServerError> in
            guard case .new = state else { return .failure(.alreadyStarted) }
            do throws(HTTPServerError) {
                let (listener, port) = try Listener.open(
                    host: core.configuration.host, port: core.configuration.port)
                state = .running(port: port)
                return .success(listener)
            } catch {
                return .failure(error)
            }
        }
        let listener = try result.get()
        isAccepting.store(true, ordering: .releasing)
        let started = Thread.start { [self] in
            Acceptor(core: core, listener: listener).run()
            isAccepting.store(false, ordering: .releasing)
        }
        guard started else {
            close(listener)
            isAccepting.store(false, ordering: .releasing)
            throw .cannotListen(
                host: core.configuration.host, port: port, code: EAGAIN,
                reason: "the system gives no thread")
        }
    }

    /// The port listened on; the configured one before `start`.
    public var port: Int {
        state.withLock { state in
            if case .running(let port) = state { return port }
            return core.configuration.port
        }
    }

    /// Whether `stop` has been called.
    public var isStopping: Bool { core.isStopping }

    /// How many connections are open.
    public var openConnections: Int { core.openConnections.load(ordering: .acquiring) }

    /// Stops accepting, ends idle connections, lets requests under way finish for up to `seconds`
    /// (their answers say `Connection: close`), then cuts what is left. Blocks until done.
    ///
    /// A handler that computes on after that is not interrupted; its connection ends with it.
    public func stop(grace seconds: Double) {
        core.stopSignal.fire()
        wait(until: Monotonic.now + max(seconds, 0))
        core.abortSignal.fire()
        wait(until: Monotonic.now + 1)
    }

    private func wait(until deadline: Double) {
        while openConnections > 0 || isAccepting.load(ordering: .acquiring) {
            guard Monotonic.now < deadline else { return }
            usleep(5000)
        }
    }
}
