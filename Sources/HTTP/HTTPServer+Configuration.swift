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
        public var headerCount = 200
        /// Most bytes of a body; above it 413. A handler may allow less.
        public var maximumBody = 16 << 30
        /// Most connections at a time; one more is answered 503 with `Retry-After`.
        public var maximumConnections = 8192
        /// Most connections at a time from one address (an IPv6 /64 counts as one); one more is
        /// answered 429 with `Retry-After`. Through a trusted proxy its clients' requests under way
        /// are counted instead.
        public var maximumConnectionsPerAddress = 256
        /// Addresses of proxies whose `X-Forwarded-For` or `Forwarded` is believed.
        public var trustedProxies: [String] = []
        /// Most requests on one connection; the last one is answered with `Connection: close`.
        public var maximumRequestsPerConnection = 100_000
        /// Seconds from accepting a connection to its first byte; then it is closed.
        public var firstByteSeconds = 15.0
        /// Seconds from the first byte of a head to its last; then 408.
        public var headerSeconds = 15.0
        /// Seconds a body may stall; then 408, or the handler's read fails with `timeout`.
        public var bodyIdleSeconds = 20.0
        /// Least mean rate of a body while we wait for it, in bytes a second, after a first
        /// `bodyIdleSeconds`; slower is as a stall. It holds for readers of answers as well.
        public var minimumBodyRate = 128.0
        /// Seconds a connection may idle between requests; then it is closed.
        public var keepAliveSeconds = 60.0
        /// Seconds a client may take nothing of an answer; then the connection is cut.
        public var writeStallSeconds = 30.0
        /// Seconds without a byte after which a connection that was ended by us is let go.
        public var lingerIdleSeconds = 2.0
        /// Most seconds to read on after an early answer, so that the client can read it.
        public var lingerTotalSeconds = 15.0
        /// Seconds a client may stall while the server stops; then it is answered 503.
        public var stoppingStallSeconds = 2.0
        /// Most bytes of a body nobody wanted that are read to keep the connection.
        public var drainBytes = 65536
        /// Bytes of a body that are collected before a handler starts; what is larger is read by a
        /// handler on a thread of its own.
        public var bufferedBodyBytes = 65536
        /// Most threads that run handlers at a time; they are made as they are needed.
        public var handlerThreads = 32
        /// Most large bodies that are received at a time, a quarter of them from one address; others
        /// wait for their turn.
        public var maximumUploads = 64
        /// Bytes of answers held in memory for slow readers, all together; above it they are moved
        /// to files without a name in `spillFolder`.
        public var answerBytes = 64 << 20
        /// Where answers go that slow readers have not taken.
        public var spillFolder = "/tmp"

        /// The defaults at an address.
        public init(host: String = "127.0.0.1", port: Int = 8080) {
            (self.host, self.port) = (host, port)
        }
    }
}
