/// What a request with an idempotency key made.
public struct RequestKeyRecord: Sendable, Hashable {
    /// A hash of the request, to tell a retry from another request with the same key.
    public let requestHash: String
    /// The identifier of what it made.
    public let object: String
}

extension Store {
    /// What an owner's request to a resource with this idempotency key made, or nil.
    ///
    /// Keys of `POST /v1/jobs` are kept with the jobs: see `findIdempotent`.
    public func requestKey(
        owner: String, resource: String, key: String
    ) throws(StoreError) -> RequestKeyRecord? {
        try pool.read { db throws(StoreError) in
            try db.first(
                "SELECT request_hash, object FROM request_keys"
                    + " WHERE owner = ? AND resource = ? AND key = ?",
                [Value(owner), Value(resource), Value(key)]
            ) { RequestKeyRecord(requestHash: $0.text(0), object: $0.text(1)) }
        }
    }

    /// Notes what a request with an idempotency key made; forgets keys made before `expiry`.
    ///
    /// - Throws: `.conflict(.duplicate)` if the owner has used the key.
    public func rememberRequestKey(
        owner: String, resource: String, key: String, requestHash: String, object: String,
        forgettingBefore expiry: String
    ) throws(StoreError) {
        try pool.write { db throws(StoreError) in
            try db.run("DELETE FROM request_keys WHERE created_at < ?", [Value(expiry)])
            try db.run(
                "INSERT INTO request_keys (owner, resource, key, request_hash, object, created_at)"
                    + " VALUES (?, ?, ?, ?, ?, ?)",
                [
                    Value(owner), Value(resource), Value(key), Value(requestHash), Value(object),
                    Value(Timestamp.now()),
                ])
        }
    }

    /// Forgets an idempotency key whose object is gone.
    public func forgetRequestKey(
        owner: String, resource: String, key: String
    ) throws(StoreError) {
        try removing { db throws(StoreError) in
            _ = try db.run(
                "DELETE FROM request_keys WHERE owner = ? AND resource = ? AND key = ?",
                [Value(owner), Value(resource), Value(key)])
        }
    }
}
