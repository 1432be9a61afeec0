/// Why a server could not start.
public enum HTTPServerError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The host is neither an IP address literal nor "localhost".
    case invalidHost(String)
    /// The port is not in 0...65535.
    case invalidPort(Int)
    /// The system refused to listen there; `errno` and its text.
    case cannotListen(host: String, port: Int, code: Int32, reason: String)
    /// The server was started before.
    case alreadyStarted

    /// A sentence for the operator.
    public var description: String {
        switch self {
        case .invalidHost(let host):
            "the host must be an IPv4 or IPv6 address or localhost, not \"\(host)\""
        case .invalidPort(let port): "the port must be 0 to 65535, not \(port)"
        case .cannotListen(let host, let port, _, let reason):
            "cannot listen on \(host) port \(port): \(reason)"
        case .alreadyStarted: "the server was started before"
        }
    }
}
