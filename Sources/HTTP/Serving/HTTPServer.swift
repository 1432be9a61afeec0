import Glibc
import Synchronization

/// An HTTP/1.1 server on plain sockets (RFC 9110, 9112) that knows no route.
///
/// One thread accepts, reads requests and writes to slow readers; handlers may block, on a pool of
/// threads that no slow client can hold. Idle and slow connections cost a few hundred bytes each.
public final class HTTPServer: Sendable {
    private enum State {
        case new
        case running(EventLoop, port: Int)
    }

    private let core: ServerCore
    private let state = Mutex(State.new)
    private let isServing = Atomic<Bool>(false)

    /// A server that answers by `handler`.
    ///
    /// `log` gets a line for each request and each failure of the server's own; it is called on
    /// many threads. Lines hold no header, query or body of a request. `logAll`, where it is given,
    /// gets lines that have gathered within some milliseconds.
    public init(
        configuration: Configuration, handler: any HTTPHandler,
        log: @escaping @Sendable (String) -> Void,
        logAll: (@Sendable ([String]) -> Void)? = nil
    ) {
        core = ServerCore(
            configuration: configuration, handler: handler, log: log, logAll: logAll)
    }

    /// Binds, listens and begins to accept; returns at once.
    ///
    /// Ignores SIGPIPE for the process, since `sendfile` has no other way to be told, and raises its
    /// limit of open descriptors as far as the system allows.
    ///
    /// - Throws: where the address is not one to listen on, or the server was started before.
    public func start() throws(HTTPServerError) {
        signal(SIGPIPE, SIG_IGN)
        Self.raiseDescriptorLimit()
        let result = state.withLock { state -> Result<EventLoop, HTTPServerError> in
            guard case .new = state else { return .failure(.alreadyStarted) }
            do throws(HTTPServerError) {
                let (listener, port) = try Listener.open(
                    host: core.configuration.host, port: core.configuration.port)
                guard let loop = EventLoop(core: core, listener: listener) else {
                    close(listener)
                    throw failure(errno)
                }
                state = .running(loop, port: port)
                return .success(loop)
            } catch {
                return .failure(error)
            }
        }
        let loop = try result.get()
        isServing.store(true, ordering: .releasing)
        core.lines.start()
        let started = Thread.start { [self] in
            loop.run()
            isServing.store(false, ordering: .releasing)
        }
        guard started else {
            isServing.store(false, ordering: .releasing)
            core.lines.close()
            throw failure(EAGAIN)
        }
    }

    private func failure(_ code: Int32) -> HTTPServerError {
        .cannotListen(
            host: core.configuration.host, port: core.configuration.port, code: code,
            reason: String(cString: strerror(code)))
    }

    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// The port listened on; the configured one before `start`.
    public var port: Int {
        state.withLock { state in
            if case .running(_, let port) = state { return port }
            return core.configuration.port
        }
    }

    /// Whether `stop` has been called.
    public var isStopping: Bool { core.isStopping }

    /// How many connections are open.
    public var openConnections: Int { core.openConnections.load(ordering: .acquiring) }

    /// Stops accepting, ends idle connections, lets requests under way finish for up to `seconds`
    /// (their answers say `Connection: close`), then tells those whose request has not come whole,
    /// and cuts what is left. A client that stalls in its request while the server stops is told
    /// after `stoppingStallSeconds`. Blocks until done.
    ///
    /// A handler that computes on after that is not interrupted; its connection ends with it.
    public func stop(grace seconds: Double) {
        core.stop()
        wake()
        wait(until: Monotonic.now + max(seconds, 0))
        core.abort()
        wake()
        wait(until: Monotonic.now + 1)
    }

    private func wake() {
        state.withLock { state in
            if case .running(let loop, _) = state { loop.mailbox.wake() }
        }
    }

    private func wait(until deadline: Double) {
        while isServing.load(ordering: .acquiring) {
            guard Monotonic.now < deadline else { return }
            usleep(5000)
        }
    }
}
