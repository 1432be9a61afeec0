public import Bytes
import Store

/// Makes, lists and revokes tokens; works beside a running server.
public final class TokenDesk: Sendable {
    private let store: Store

    /// Opens the store in a data folder, which is made where it is missing if `makesStore`.
    ///
    /// - Throws: `.notFound` where there is no store and none is to be made.
    public init(dataDirectory: String, makesStore: Bool = true) throws(WorkbenchError) {
        guard makesStore || Store.exists(in: dataDirectory) else {
            throw .notFound("there is no store in the folder \(dataDirectory)")
        }
        store = try WorkbenchError.storing { () throws(StoreError) in
            try Store.open(directory: dataDirectory, exclusive: false)
        }
    }

    /// Closes the store.
    public func close() { store.close() }

    /// Makes a token and returns its public name and its text, which is not kept.
    ///
    /// - Throws: `.invalid` for an owner's name, a role or a number of days that cannot be.
    public func create(
        owner: String, role: String, days: Double? = nil
    ) throws(WorkbenchError) -> (id: String, text: String) {
        try Self.check(owner: owner, role: role, days: days)
        let name = String(Identifier.make(prefix: "tok").dropFirst("tok_".count))
        let (id, text) = AccessSecret.makeToken(name: name)
        let record = TokenRecord(
            id: id, owner: owner, role: role, hash: AccessSecret.hash(text),
            expiresAt: days.map { Timestamp.now(adding: $0 * 86_400) })
        try WorkbenchError.storing { () throws(StoreError) in
            try store.insertToken(record, noting: Self.line("token create", record))
        }
        return (id, text)
    }

    /// Says whether such a token can be made, before there is a store to keep it.
    ///
    /// - Throws: `.invalid` for an owner's name, a role or a number of days that cannot be.
    public static func check(
        owner: String, role: String, days: Double?
    ) throws(WorkbenchError) {
        guard isOwner(owner) else {
            throw .invalid([
                .init(
                    "--owner",
                    "expected 1 to 100 letters, digits, \".\", \"_\", \"-\" or \"@\" of ASCII, the "
                        + "first a letter or digit")
            ])
        }
        guard Caller.Role(name: role) != nil else {
            throw .invalid([
                .init("--role", "expected one of \(Caller.Role.names.joined(separator: ", "))")
            ])
        }
        if let days, !(days > 0 && days <= 36_500) {
            throw .invalid([.init("--days", "expected a number above 0, at most 36500")])
        }
    }

    /// All tokens as documents, the oldest first.
    public func list() throws(WorkbenchError) -> [JSON] {
        let now = Timestamp.now()
        return try WorkbenchError.storing { () throws(StoreError) in try store.tokens() }
            .map { token in
                let state =
                    token.revokedAt != nil
                    ? "revoked" : token.isValid(at: now) ? "valid" : "expired"
                return [
                    "id": .string(token.id), "owner": .string(token.owner),
                    "role": .string(token.role), "state": .string(state),
                    "created_at": .string(token.createdAt),
                    "expires_at": .optional(token.expiresAt),
                    "last_used_at": .optional(token.lastUsedAt),
                    "revoked_at": .optional(token.revokedAt),
                ]
            }
    }

    /// Revokes a token, by its public name; its sessions end with it.
    ///
    /// - Throws: `.notFound`.
    public func revoke(_ id: String) throws(WorkbenchError) {
        try WorkbenchError.storing { () throws(StoreError) in
            _ = try store.revokeToken(id) { Self.line("token revoke", $0) }
        }
    }

    private static func line(_ action: String, _ token: TokenRecord) -> AuditRecord {
        AuditRecord(
            owner: token.owner, token: nil, address: "", action: action, object: token.id,
            status: 0, requestID: "")
    }

    private static func isOwner(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard (1...100).contains(bytes.count), let first = bytes.first else { return false }
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        return isAlphanumeric(first)
            && bytes.allSatisfy { isAlphanumeric($0) || "._-@".utf8.contains($0) }
    }
}
