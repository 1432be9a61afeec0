/// Who a request comes from, and how that is known.
public struct Identity: Sendable, Hashable {
    /// How it is known.
    public enum Proof: String, Sendable {
        /// Not at all: the server has no tokens and serves this machine's own user.
        case open
        /// By a bearer token in the request.
        case token
        /// By a browser session's cookie.
        case session
    }

    /// The owner and role.
    public var caller: Caller
    /// How it is known.
    public var proof: Proof
    /// The public name of the token behind it, or nil in open mode.
    public var token: String?
    /// When the token or the session ends, or nil.
    public var expiresAt: String?
    /// The hash of the session's secret, where it is one.
    var session: [UInt8]?

    /// Whoever comes to what is open to everybody; owns nothing and may only read.
    public static let nobody = Identity(
        caller: Caller(owner: "", role: .reader), proof: .open)

    /// Everybody in open mode.
    public static let open = Identity(caller: .local, proof: .open)
}

extension Caller.Role {
    /// The role of a name: `reader`, `member` or `admin`.
    public init?(name: String) {
        guard let role = Self.names.firstIndex(of: name).flatMap(Self.init(rawValue:)) else {
            return nil
        }
        self = role
    }

    /// Its name.
    public var name: String { Self.names[rawValue] }

    /// The names of all roles, those that may do less first.
    public static let names = ["reader", "member", "admin"]
}
