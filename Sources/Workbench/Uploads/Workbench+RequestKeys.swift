import Store

extension Workbench {
    /// How long an idempotency key is kept.
    private static let keySeconds = 7 * 86_400.0

    /// The object that an owner's earlier request with this key made, or nil.
    ///
    /// - Throws: `.invalid` where the earlier request was another one.
    public func madeBefore(
        key: String, resource: String, requestHash: String, caller: Caller
    ) throws(WorkbenchError) -> String? {
        let earlier = try WorkbenchError.storing { () throws(StoreError) in
            try store.requestKey(owner: caller.owner, resource: resource, key: key)
        }
        guard let earlier else { return nil }
        guard earlier.requestHash == requestHash else {
            throw .invalid([
                .init("", "the Idempotency-Key was used for another request; choose a new one")
            ])
        }
        return earlier.object
    }

    /// Notes what a request with a key made.
    public func remember(
        key: String, resource: String, requestHash: String, object: String, caller: Caller
    ) throws(WorkbenchError) {
        do throws(StoreError) {
            try store.rememberRequestKey(
                owner: caller.owner, resource: resource, key: key, requestHash: requestHash,
                object: object, forgettingBefore: clock.instantForRemoving(before: Self.keySeconds))
        } catch {
            // A retry that found what was there already has its key noted.
            guard case .conflict = error else { throw WorkbenchError(error) }
        }
    }

    /// Forgets a key whose object is gone, so that the request can be made anew.
    public func forget(key: String, resource: String, caller: Caller) throws(WorkbenchError) {
        try WorkbenchError.storing { () throws(StoreError) in
            try store.forgetRequestKey(owner: caller.owner, resource: resource, key: key)
        }
    }
}
