extension Store {
    /// Stores a new token, and with it the line of the audit that tells of it, durable on return.
    ///
    /// - Throws: `.conflict(.duplicate)` if its identifier or hash is there; `.invalid` for a role
    ///   that is none.
    public func insertToken(
        _ token: TokenRecord, noting line: AuditRecord? = nil
    ) throws(StoreError) {
        try pool.write { db throws(StoreError) in
            if let line { try Self.append(db, line) }
            try db.run(
                "INSERT INTO tokens (id, owner, role, hash, created_at, expires_at)"
                    + " VALUES (?, ?, ?, ?, ?, ?)",
                [
                    Value(token.id), Value(token.owner), Value(token.role), Value(token.hash),
                    Value(token.createdAt), Value(token.expiresAt),
                ])
        }
    }

    /// A token, revoked or not, or nil if there is none of this identifier.
    public func token(_ id: String) throws(StoreError) -> TokenRecord? {
        try pool.read { db throws(StoreError) in
            try db.first(
                "SELECT \(TokenRows.columns) FROM tokens WHERE id = ?", [Value(id)],
                TokenRows.record)
        }
    }

    /// Every token ever made, the oldest first.
    public func tokens() throws(StoreError) -> [TokenRecord] {
        try pool.read { db throws(StoreError) in
            try db.all("SELECT \(TokenRows.columns) FROM tokens ORDER BY row", [], TokenRows.record)
        }
    }

    /// Whether a token was ever made.
    public func hasTokens() throws(StoreError) -> Bool {
        try pool.read { db throws(StoreError) in
            try db.first("SELECT 1 FROM tokens LIMIT 1") { _ in true } ?? false
        }
    }

    /// Revokes a token; its sessions end with it. One that is revoked stays as it is. `line` makes
    /// the line of the audit that is stored with it.
    ///
    /// - Throws: `.notFound`.
    @discardableResult
    public func revokeToken(
        _ id: String, noting line: ((TokenRecord) -> AuditRecord)? = nil
    ) throws(StoreError) -> TokenRecord {
        try removing { db throws(StoreError) in
            try db.run(
                "UPDATE tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL",
                [Value(Timestamp.now()), Value(id)])
            let found = try db.first(
                "SELECT \(TokenRows.columns) FROM tokens WHERE id = ?", [Value(id)],
                TokenRows.record)
            guard let found else { throw .notFound("token \(id)") }
            if let line { try Self.append(db, line(found)) }
            return found
        }
    }

    /// Notes when tokens were last used; an instant before the stored one changes nothing.
    public func touchTokens(_ uses: [(id: String, at: String)]) throws(StoreError) {
        guard !uses.isEmpty else { return }
        try pool.write { db throws(StoreError) in
            for use in uses {
                try db.run(
                    "UPDATE tokens SET last_used_at = ?1 WHERE id = ?2"
                        + " AND coalesce(last_used_at, '') < ?1", [Value(use.at), Value(use.id)])
            }
        }
    }

    /// Stores a session, and forgets those that had ended at an instant; left out, when it begins.
    ///
    /// - Throws: `.notFound` for a token that is not there.
    public func insertSession(
        _ session: SessionRecord, forgettingEndedAt instant: String? = nil
    ) throws(StoreError) {
        try pool.write { db throws(StoreError) in
            try db.run(
                "DELETE FROM sessions WHERE expires_at <= ?",
                [Value(instant ?? session.createdAt)])
            try db.run(
                "INSERT INTO sessions (hash, token, created_at, expires_at) VALUES (?, ?, ?, ?)",
                [
                    Value(session.hash), Value(session.token), Value(session.createdAt),
                    Value(session.expiresAt),
                ])
        }
    }

    /// A session with its token, whether they have ended or not; nil if there is none of this hash.
    public func session(
        _ hash: [UInt8]
    ) throws(StoreError) -> (session: SessionRecord, token: TokenRecord)? {
        try pool.read { db throws(StoreError) in
            let session = try db.first(
                "SELECT hash, token, created_at, expires_at FROM sessions WHERE hash = ?",
                [Value(hash)]
            ) {
                SessionRecord(
                    hash: $0.bytes(0), token: $0.text(1), createdAt: $0.text(2),
                    expiresAt: $0.text(3))
            }
            guard let session else { return nil }
            let token = try db.first(
                "SELECT \(TokenRows.columns) FROM tokens WHERE id = ?", [Value(session.token)],
                TokenRows.record)
            return token.map { (session, $0) }
        }
    }

    /// Ends a session; returns whether there was one.
    @discardableResult
    public func deleteSession(_ hash: [UInt8]) throws(StoreError) -> Bool {
        try removing { db throws(StoreError) in
            try db.run("DELETE FROM sessions WHERE hash = ?", [Value(hash)]) > 0
        }
    }
}

/// Rows of the table `tokens`.
private enum TokenRows {
    static let columns =
        "id, owner, role, hash, created_at, expires_at, last_used_at, revoked_at"

    static func record(_ row: Statement) throws(StoreError) -> TokenRecord {
        var token = TokenRecord(
            id: row.text(0), owner: row.text(1), role: row.text(2), hash: row.bytes(3),
            createdAt: row.text(4), expiresAt: row.optionalText(5))
        token.lastUsedAt = row.optionalText(6)
        token.revokedAt = row.optionalText(7)
        return token
    }
}
