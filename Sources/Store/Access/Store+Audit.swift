/// One line of the audit: who did what, when, from where, with what outcome.
public struct AuditRecord: Sendable, Hashable {
    /// When.
    public let at: String
    /// The owner whose token it was; `local` in open mode and on the command line.
    public let owner: String
    /// The token's identifier, or nil where there was none.
    public let token: String?
    /// The client's address; empty on the command line.
    public let address: String
    /// What was done, such as `DELETE /v1/datasets/{id}` or `token create`.
    public let action: String
    /// The identifier of what it was done to, or nil.
    public let object: String?
    /// The status it was answered with; 0 on the command line.
    public let status: Int
    /// The request's identifier; empty on the command line.
    public let requestID: String

    /// A line; the time is made here where it is not given.
    public init(
        at: String = Timestamp.now(), owner: String, token: String?, address: String,
        action: String, object: String?, status: Int, requestID: String
    ) {
        self.at = at
        self.owner = owner
        self.token = token
        self.address = address
        self.action = action
        self.object = object
        self.status = status
        self.requestID = requestID
    }
}

extension Store {
    /// Appends a line to the audit, durable on return.
    public func appendAudit(_ record: AuditRecord) throws(StoreError) {
        try pool.write { db throws(StoreError) in try Self.append(db, record) }
    }

    /// When the newest line of the audit was written, or nil: the last that is known of the service.
    public func lastDeed() throws(StoreError) -> String? {
        try pool.read { db throws(StoreError) in
            try db.first("SELECT at FROM audit ORDER BY row DESC LIMIT 1") { $0.text(0) }
        }
    }

    /// Appends a line inside a change that it tells of.
    static func append(_ db: Connection, _ record: AuditRecord) throws(StoreError) {
        try db.run(
            "INSERT INTO audit (at, owner, token, address, action, object, status, request_id)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                Value(record.at), Value(record.owner), Value(record.token), Value(record.address),
                Value(record.action), Value(record.object), Value(record.status),
                Value(record.requestID),
            ])
    }

    /// A page of the audit, newest first, of one owner or of all for nil.
    ///
    /// - Throws: `.invalid` for a cursor that no list gave or a limit below 1.
    public func listAudit(
        owner: String? = nil, after cursor: String? = nil, limit: Int = 50
    ) throws(StoreError) -> Page<AuditRecord> {
        var conditions = Conditions()
        conditions.add("owner = ?", owner)
        try conditions.add(cursor: cursor, column: "row")
        let sql =
            "SELECT at, owner, token, address, action, object, status, request_id, row FROM audit"
            + conditions.sql + " ORDER BY row DESC LIMIT ?"
        let values = conditions.values + [try Cursor.rows(limit: limit)]
        return try pool.read { db throws(StoreError) in
            Cursor.page(
                try db.all(sql, values) { row throws(StoreError) in
                    (
                        AuditRecord(
                            at: row.text(0), owner: row.text(1), token: row.optionalText(2),
                            address: row.text(3), action: row.text(4),
                            object: row.optionalText(5), status: row.int(6),
                            requestID: row.text(7)), row.int(8)
                    )
                }, limit: limit)
        }
    }
}
