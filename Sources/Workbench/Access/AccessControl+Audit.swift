import Bytes
import Store

extension AccessControl {
    /// What a request did, for the audit.
    public struct Deed: Sendable {
        /// The client's address.
        public var address: String
        /// Method and pattern of the route.
        public var action: String
        /// The identifier of what it was done to, or nil.
        public var object: String?
        /// The answer's status.
        public var status: Int
        /// The request's identifier.
        public var requestID: String

        /// A deed.
        public init(
            address: String, action: String, object: String?, status: Int, requestID: String
        ) {
            self.address = address
            self.action = action
            self.object = object
            self.status = status
            self.requestID = requestID
        }
    }

    /// Appends who did what to the audit, durably.
    ///
    /// - Throws: what storing throws; the deed itself is done by then.
    public func record(_ deed: Deed, by identity: Identity) throws(WorkbenchError) {
        try WorkbenchError.storing { () throws(StoreError) in
            try store.appendAudit(deed.record(by: identity))
        }
    }

    /// A page of the audit as documents, newest first.
    ///
    /// - Throws: `.badQuery` for a cursor that no page gave.
    public func auditPage(
        owner: String?, after cursor: String?, limit: Int
    ) throws(WorkbenchError) -> Workbench.DocumentPage {
        let page: Page<AuditRecord>
        do throws(StoreError) {
            page = try store.listAudit(owner: owner, after: cursor, limit: limit)
        } catch {
            guard case .invalid(let detail) = error else { throw WorkbenchError(error) }
            throw .badQuery([.init("cursor", detail)])
        }
        let items = page.items.map { line -> JSON in
            [
                "at": .string(line.at), "owner": .string(line.owner),
                "token": .optional(line.token), "address": .string(line.address),
                "action": .string(line.action), "object": .optional(line.object),
                "status": .int(line.status), "request_id": .string(line.requestID),
            ]
        }
        return (items, page.next)
    }
}
