extension HTTPServer {
    /// Where to listen, and the limits that keep one client from harming the others.
    public struct Configuration: Sendable {
        /// An IPv4 or IPv6 literal, or "localhost" (127.0.0.1).
        public var host: String
        /// The port; 0 picks a free one.
        public var port: Int
        /// Most bytes of a request line; above it 414.
        public var requestLineBytes = 8192
        /// Most bytes of all header lines; above it 431.
        public var headerBytes = 32768
        /// Most header fields; above it 431.
        public var headerCount = 100
        /// Most bytes of a body; above it 413. A handler may allow less.
        public var maximumBody = 16 << 30
        /// Most connections at a time; one more is answered 503 with `Retry-After`.
        public var maximumConnections = 512
        /// Most requests on one connection; the last one is answered with `Connection: close`.
        public var maximumRequestsPerConnection = 100_000
        /// Seconds from the first byte of a head to its last; then 408.
        public var headerSeconds = 15.0
        /// Seconds a body may stall; then the handler's read fails with `timeout`.
        public var bodyIdleSeconds = 30.0
        /// Least mean rate of a body while we wait for it, in bytes a second, after a first
        /// `bodyIdleSeconds`; slower is a `timeout`. Time the handler takes does not count.
        public var minimumBodyRate = 256.0
        /// Seconds a connection may idle between requests, or before the first; then it is closed.
        public var keepAliveSeconds = 60.0
        /// Seconds a client may take nothing of an answer; then the connection is cut.
        public var writeStallSeconds = 30.0
        /// Seconds without a byte after which a connection that was ended by us is let go.
        public var lingerIdleSeconds = 2.0
        /// Most seconds to read on after an early answer, so that the client can read it.
        public var lingerTotalSeconds = 15.0
        /// Most bytes of a body nobody wanted that are read to keep the connection.
        public var drainBytes = 65536

        /// The defaults at an address.
        public init(host: String = "127.0.0.1", port: Int = 8080) {
            (self.host, self.port) = (host, port)
        }
    }
}
