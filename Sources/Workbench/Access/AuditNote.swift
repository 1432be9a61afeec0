import Store
import Synchronization

/// The line of the audit that a request will leave, for what can store it in the same transaction as
/// its deed: one sync of the disk instead of two, and never a deed without its line.
public final class AuditNote: Sendable {
    private let identity: Identity
    private let deed: AccessControl.Deed
    private let stored = Atomic(false)

    /// The note of a request; status and object of the deed are told when they are known.
    public init(_ deed: AccessControl.Deed, by identity: Identity) {
        (self.deed, self.identity) = (deed, identity)
    }

    /// Whether the line is stored.
    public var isStored: Bool { stored.load(ordering: .acquiring) }

    /// Stores a deed by `body`, which is given its line.
    func storing<Value>(
        object: String?, status: Int, _ body: (AuditRecord) throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        var deed = deed
        (deed.object, deed.status) = (object, status)
        let value = try body(deed.record(by: identity))
        stored.store(true, ordering: .releasing)
        return value
    }
}

extension AccessControl.Deed {
    /// The line of the audit.
    func record(by identity: Identity) -> AuditRecord {
        AuditRecord(
            owner: identity.caller.owner, token: identity.token, address: address,
            action: action, object: object, status: status, requestID: requestID)
    }
}
