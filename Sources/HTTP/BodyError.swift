/// Why a request's body could not be read; after any of these the connection closes.
public enum BodyError: Error, Equatable, Sendable {
    /// The body is longer than allowed.
    case tooLarge(limit: Int)
    /// The body breaks its framing.
    case malformed(String)
    /// The client stalled, or sends too slowly.
    case timeout
    /// The connection ended before the body did.
    case disconnected
    /// The server goes down before the body is whole.
    case stopping

    /// The status that tells the client so (RFC 9110 15.5).
    public var status: Int {
        switch self {
        case .tooLarge: 413
        case .malformed, .disconnected: 400
        case .timeout: 408
        case .stopping: 503
        }
    }

    /// A sentence for the client.
    public var detail: String {
        switch self {
        case .tooLarge(let limit): "the body is longer than the \(limit) bytes allowed here"
        case .malformed(let reason): "the body is malformed: \(reason)"
        case .timeout: "the body did not arrive in time"
        case .disconnected: "the connection ended before the body did"
        case .stopping: "the service is going down; nothing was kept, send it again in a moment"
        }
    }
}
