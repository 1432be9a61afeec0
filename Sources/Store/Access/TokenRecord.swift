/// A bearer token as stored: everything of it but its secret.
public struct TokenRecord: Sendable, Hashable {
    /// Its public name, `tok_…`; part of the token's text, so that a log can name it.
    public var id: String
    /// Whose requests it makes.
    public var owner: String
    /// `reader`, `member` or `admin`.
    public var role: String
    /// SHA-256 of the secret, 32 bytes.
    public var hash: [UInt8]
    /// When it was made.
    public var createdAt: String
    /// When it ends, or nil.
    public var expiresAt: String?
    /// When it was last used, to within a minute, or nil.
    public var lastUsedAt: String?
    /// When it was revoked, or nil.
    public var revokedAt: String?

    /// A new token; the time is made here where it is not given.
    public init(
        id: String, owner: String, role: String, hash: [UInt8],
        createdAt: String = Timestamp.now(), expiresAt: String? = nil
    ) {
        self.id = id
        self.owner = owner
        self.role = role
        self.hash = hash
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }

    /// Whether it lets somebody in at an instant.
    public func isValid(at instant: String) -> Bool {
        revokedAt == nil && (expiresAt.map { $0 > instant } ?? true)
    }
}

/// A browser's session as stored; it lives as long as its token, at the longest to its end.
public struct SessionRecord: Sendable, Hashable {
    /// SHA-256 of the secret in the cookie.
    public let hash: [UInt8]
    /// The identifier of its token.
    public let token: String
    /// When it was begun.
    public let createdAt: String
    /// When it ends.
    public let expiresAt: String

    /// A session; the time is made here where it is not given.
    public init(
        hash: [UInt8], token: String, createdAt: String = Timestamp.now(), expiresAt: String
    ) {
        self.hash = hash
        self.token = token
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}
