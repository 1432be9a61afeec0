import Bytes
import Dispatch
import Store
import Synchronization

/// Tells who a request comes from, by tokens and sessions in the store.
///
/// Every check looks into the store, so that a token made or revoked beside a running server counts
/// at once. When a token was last used is kept in memory and written once a minute at most.
public final class AccessControl: Sendable {
    /// What became of a check.
    public enum Verdict: Sendable {
        /// It lets this one in.
        case accepted(Identity)
        /// It did once, but has ended or was revoked.
        case ended
        /// It never did.
        case unknown
    }

    /// How long a browser's session lives at the longest.
    public static let sessionSeconds = 12 * 3600

    let store: Store
    private let clock: ServiceClock
    private let log: @Sendable (String) -> Void
    private let hasTokens = Atomic(false)
    private let uses = Mutex<[String: Use]>([:])
    private let writer = DispatchQueue(label: "seam.access", qos: .utility)

    private struct Use {
        /// Microseconds since 1970.
        var at: Int64
        /// Microseconds since 1970 when the store was last told.
        var told: Int64
        var isTold: Bool
    }

    /// The access to a workbench's store.
    public init(workbench: Workbench) {
        store = workbench.store
        clock = workbench.clock
        log = workbench.configuration.log
    }

    /// Whether no token was ever made, so that everything belongs to `local`.
    public func isOpen() throws(WorkbenchError) -> Bool {
        if hasTokens.load(ordering: .acquiring) { return false }
        let found = try WorkbenchError.storing { () throws(StoreError) in try store.hasTokens() }
        if found { hasTokens.store(true, ordering: .releasing) }
        return !found
    }

    /// Whether it is known, without a look into the store, that a token was made.
    public var isKnownToBeClosed: Bool { hasTokens.load(ordering: .acquiring) }

    /// The public name in what may be a token's text, or nil where it cannot be one.
    public static func tokenID(in text: String) -> String? { AccessSecret.tokenID(in: text) }

    /// Whether a text has the form of a session's secret.
    public static func isSecret(_ text: String) -> Bool { AccessSecret.isSecret(text) }

    /// A short name for a secret that tells nothing of it.
    public static func fingerprint(_ text: String) -> String {
        Hexadecimal.text(Array(AccessSecret.hash(text).prefix(6)))
    }

    /// Whose token a text is.
    public func check(token text: String) throws(WorkbenchError) -> Verdict {
        guard let id = AccessSecret.tokenID(in: text) else { return .unknown }
        let stored = try WorkbenchError.storing { () throws(StoreError) in try store.token(id) }
        let hash = AccessSecret.hash(text)
        // An unknown name costs a comparison as well.
        let isSame = AccessSecret.areEqual(hash, stored?.hash ?? Self.nobody)
        guard let stored, isSame else { return .unknown }
        guard let identity = identity(stored, .token, until: stored.expiresAt) else {
            return .ended
        }
        return .accepted(identity)
    }

    /// Whose session a cookie names.
    public func check(session text: String) throws(WorkbenchError) -> Verdict {
        let hash = AccessSecret.hash(text)
        let found = try WorkbenchError.storing { () throws(StoreError) in
            try store.session(hash)
        }
        guard let found, AccessSecret.areEqual(found.session.hash, hash) else { return .unknown }
        let end = [found.session.expiresAt, found.token.expiresAt].compactMap { $0 }.min()
        guard found.session.expiresAt > clock.instantForAdmitting(),
            var identity = identity(found.token, .session, until: end)
        else { return .ended }
        identity.session = hash
        return .accepted(identity)
    }

    /// Whether what let a request in would still do so; for answers that go on for long.
    public func isStillValid(_ identity: Identity) -> Bool {
        guard let id = identity.token else { return (try? isOpen()) ?? false }
        let now = clock.instantForAdmitting()
        if let end = identity.expiresAt, end <= now { return false }
        if let session = identity.session, (try? store.session(session)) == nil { return false }
        return (try? store.token(id))?.isValid(at: now) ?? false
    }

    /// Begins a browser's session for a token; the cookie's secret, to be shown once.
    public func beginSession(_ identity: Identity) throws(WorkbenchError) -> String {
        guard let token = identity.token else {
            throw .conflict("there are no tokens yet, so that no session is needed")
        }
        let secret = AccessSecret.makeSecret()
        let session = SessionRecord(
            hash: AccessSecret.hash(secret), token: token,
            expiresAt: Timestamp.now(adding: Double(Self.sessionSeconds)))
        try WorkbenchError.storing { () throws(StoreError) in
            try store.insertSession(session, forgettingEndedAt: clock.instantForRemoving())
        }
        return secret
    }

    /// Ends the session of a cookie, if there is one.
    public func endSession(_ secret: String) throws(WorkbenchError) {
        let hash = AccessSecret.hash(secret)
        try WorkbenchError.storing { () throws(StoreError) in _ = try store.deleteSession(hash) }
    }

    /// Writes when tokens were last used, as far as that is not written yet; when it returns, a
    /// write that had begun before is done as well.
    public func flush() { writer.sync { writeUses() } }

    private func writeUses() {
        let pending = uses.withLock { uses in
            let pending = uses.filter { !$0.value.isTold }.map {
                (id: $0.key, at: Timestamp.text(microseconds: $0.value.at))
            }
            for (id, _) in pending { uses[id]?.isTold = true }
            return pending.sorted { $0.id < $1.id }
        }
        do throws(StoreError) {
            try store.touchTokens(pending)
        } catch {
            log("the last use of tokens could not be stored: \(error)")
        }
    }

    /// What the store held at some moment.
    public struct Moment: Sendable {
        let state: Store.State
    }

    /// What the store holds now, to be compared later; nil where that cannot be told.
    public func moment() -> Moment? { store.state.map(Moment.init) }

    /// Whether a request that was let in at a moment would be let in and answered the same way now: nothing has been stored since, by this process or another, and what let it
    /// in has not ended. Counts as a use of the token. Quick, and never waits.
    public func isUnchanged(since moment: Moment, for identity: Identity) -> Bool {
        guard store.state == moment.state else { return false }
        guard let id = identity.token else { return true }
        if let end = identity.expiresAt, end <= clock.instantForAdmitting() { return false }
        noteUse(id)
        return true
    }

    private func identity(
        _ token: TokenRecord, _ proof: Identity.Proof, until end: String?
    ) -> Identity? {
        guard token.isValid(at: clock.instantForAdmitting()),
            let role = Caller.Role(name: token.role)
        else { return nil }
        noteUse(token.id)
        return Identity(
            caller: Caller(owner: token.owner, role: role), proof: proof, token: token.id,
            expiresAt: end)
    }

    private func noteUse(_ id: String) {
        let clock = Timestamp.microsecondsNow()
        let isDue = uses.withLock { uses in
            let told = uses[id]?.told ?? 0
            // A clock set back must not silence it.
            let isDue = clock - told >= 60_000_000 || clock < told
            uses[id] = Use(at: clock, told: isDue ? clock : told, isTold: false)
            return isDue
        }
        if isDue { writer.async { [self] in writeUses() } }
    }

    /// A hash that no text has, for all we know.
    private static let nobody = [UInt8](repeating: 0, count: 32)
}
