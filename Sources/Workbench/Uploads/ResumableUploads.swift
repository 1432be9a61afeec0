import Bytes
import Dispatch
import Glibc
import Ingest
public import Store
import Synchronization

/// Why a piece of an upload is not taken.
public enum ResumableError: Error, Sendable {
    /// A reason of the use cases.
    case workbench(WorkbenchError)
    /// Another request is writing to it at the moment.
    case busy
    /// The piece does not begin where the upload has come to.
    case offset(Int)
    /// The piece goes beyond the upload's length.
    case tooLong(length: Int)
    /// It is not whole yet.
    case incomplete(received: Int, length: Int)
}

/// Uploads that arrive in pieces and outlive connections and processes.
///
/// The bytes of an upload are in a file of its own; how many of them count is in the store, and is
/// written after they are synced: what was acknowledged is there whatever happens. More bytes in the
/// file are of a piece that was cut off, and are cut away before the next one.
public final class ResumableUploads: Sendable {
    /// Bounds on what owners may send.
    public struct Limits: Sendable {
        /// Most bytes of one upload.
        public var uploadBytes = 64 << 30
        /// Most bytes of one owner: datasets and unfinished uploads.
        public var ownerBytes = 1 << 40
        /// Most unfinished uploads of one owner.
        public var ownerUploads = 100
        /// Seconds after the last byte when an unfinished upload is forgotten.
        public var lifetimeSeconds = 86_400.0
        /// Free bytes of the disk that an upload must leave.
        public var freeBytes = 256 << 20

        /// The defaults.
        public init() {}
    }

    /// The bounds.
    public let limits: Limits
    let store: Store
    private let clock: ServiceClock
    let log: @Sendable (String) -> Void
    private let busy = Mutex<Set<String>>([])
    /// Uploads that come in one go, and are neither datasets nor rows yet.
    let arriving = Mutex(ArrivingBytes())

    /// The uploads of a workbench.
    public init(workbench: Workbench, limits: Limits = Limits()) {
        self.limits = limits
        store = workbench.store
        clock = workbench.clock
        log = workbench.configuration.log
    }

    /// Makes the folder of unfinished uploads; forgets what has expired, now and every hour, files
    /// without an upload and uploads without their bytes.
    public func prepare() throws(WorkbenchError) {
        try WorkbenchError.storing { () throws(StoreError) in
            try store.createResumableDirectory()
        }
        try sweep(removingStrays: true)
        sweepLater()
    }

    private func sweepLater() {
        DispatchQueue.global(qos: .utility).asyncAfter(deadline: .now() + 3600) { [weak self] in
            guard let self else { return }
            do throws(WorkbenchError) {
                try sweep(removingStrays: false)
            } catch {
                if case .stopping = error { return }
                log("expired uploads could not be removed: \(error.cause)")
            }
            sweepLater()
        }
    }

    /// Begins an upload of a known length, durable on return.
    ///
    /// - Throws: `.tooLarge` naming the limit, `.storageFull`, `.forbidden` for a reader.
    public func create(
        length: Int, metadata: String, fileName: String, caller: Caller
    ) throws(WorkbenchError) -> UploadRecord {
        guard caller.role >= .member else { throw .forbidden("a reader cannot upload") }
        guard length <= limits.uploadBytes else {
            throw .tooLarge("an upload has at most \(limits.uploadBytes) bytes, not \(length)")
        }
        try sweep(removingStrays: false)
        try checkRoom(for: length)
        let upload = UploadRecord(
            owner: caller.owner, length: length, hashState: SHA256().snapshot, metadata: metadata,
            fileName: fileName, expiresAt: expiry())
        // The file first: a row without one would be an upload that lost its bytes.
        let file = try UploadFile(path: path(upload.id), creating: true)
        do throws(StoreError) {
            try store.syncResumableDirectory()
            let arriving = arriving.withLock { $0.bytes(of: caller.owner, except: nil) }
            try store.insertUpload(upload) { [limits] usage in
                Self.refusal(usage.adding(arriving), adding: length, limits)
            }
        } catch {
            file.remove()
            if case .invalid(let reason) = error { throw .tooLarge(reason) }
            throw WorkbenchError(error)
        }
        return upload
    }

    /// Why an owner may not send more, or nil.
    static func refusal(_ usage: OwnerUsage, adding length: Int, _ limits: Limits) -> String? {
        if usage.uploads >= limits.ownerUploads {
            return "an owner has at most \(limits.ownerUploads) unfinished uploads; end one first"
        }
        return bytesRefusal(usage, adding: length, limits)
    }

    static func bytesRefusal(
        _ usage: OwnerUsage, adding length: Int, _ limits: Limits
    ) -> String? {
        let rest = limits.ownerBytes - min(usage.bytes, limits.ownerBytes)
        return length > rest
            ? "an owner has at most \(limits.ownerBytes) bytes of uploads; \(rest) are left, "
                + "not \(length)" : nil
    }

    /// An upload of the caller's.
    ///
    /// - Throws: `.notFound` where there is none the caller may see, or it has expired.
    public func upload(_ id: String, caller: Caller) throws(WorkbenchError) -> UploadRecord {
        let found = try WorkbenchError.storing { () throws(StoreError) in try store.upload(id) }
        guard let found, caller.role == .admin || found.owner == caller.owner,
            found.expiresAt > now()
        else { throw .notFound("no upload \"\(id.prefix(60))\"") }
        return found
    }

    /// Forgets an upload and its bytes.
    public func delete(_ id: String, caller: Caller) throws(ResumableError) {
        try reserve(id, caller: caller)
        defer { release(id) }
        do throws(WorkbenchError) {
            try remove(id)
        } catch {
            throw .workbench(error)
        }
    }

    /// Hands a whole upload to `body`, which may leave the file; says whether to forget it then.
    public func use<Value>(
        _ id: String, caller: Caller,
        _ body: (Workbench.Upload) throws(WorkbenchError) -> (value: Value, isUsed: Bool)
    ) throws(ResumableError) -> Value {
        try reserve(id, caller: caller)
        defer { release(id) }
        do {
            let upload = try upload(id, caller: caller)
            guard upload.received == upload.length else {
                throw ResumableError.incomplete(received: upload.received, length: upload.length)
            }
            guard let hash = SHA256(snapshot: upload.hashState) else {
                throw WorkbenchError.failed("the hash of upload \(id) is damaged")
            }
            let (value, isUsed) = try body(
                Workbench.Upload(
                    files: [UploadedFile(path: path(id), name: upload.fileName)],
                    bytes: upload.length, sha256: hash.hexadecimal))
            if isUsed { forget(id) }
            return value
        } catch let error as ResumableError {
            throw error
        } catch let error as WorkbenchError {
            throw .workbench(error)
        } catch {
            throw .workbench(.failed("\(error)"))
        }
    }

    /// Forgets uploads that have expired; with `removingStrays` also files without an upload and
    /// uploads without their bytes.
    public func sweep(removingStrays: Bool) throws(WorkbenchError) {
        let all = try WorkbenchError.storing { () throws(StoreError) in try store.uploads() }
        let now = now()
        let latest = Timestamp.now(adding: 2 * limits.lifetimeSeconds)
        var kept: Set<String> = []
        for upload in all {
            if upload.expiresAt > latest { try shorten(upload.id, after: latest) }
            let size = UploadFile.size(path(upload.id))
            let isDamaged = removingStrays && (size ?? -1) < upload.received
            guard upload.expiresAt <= now || isDamaged, reserve(upload.id) else {
                kept.insert(upload.id)
                continue
            }
            defer { release(upload.id) }
            log("upload \(upload.id) \(isDamaged ? "lost its bytes" : "has expired")")
            try remove(upload.id)
        }
        guard removingStrays else { return }
        for name in store.resumableFileNames where !kept.contains(name) {
            unlink(path(name))
        }
    }

    /// Gives an upload whose last piece came while the clock was far ahead its usual time from now on.
    private func shorten(_ id: String, after latest: String) throws(WorkbenchError) {
        guard reserve(id) else { return }
        defer { release(id) }
        try WorkbenchError.storing { () throws(StoreError) in
            // As it is now that nobody else touches it.
            guard let upload = try store.upload(id), upload.expiresAt > latest else { return }
            try store.advanceUpload(
                id, received: upload.received, hashState: upload.hashState, expiresAt: expiry())
        }
    }

    // Parts shared with the appender.

    func path(_ id: String) -> String { store.resumableDirectory + "/" + id }

    /// The instant at which what has expired goes. A clock that was set is believed after an hour, or
    /// a twenty-fourth of the time that uploads have.
    private func now() -> String {
        clock.instantForRemoving(
            patience: min(ServiceClock.patience, limits.lifetimeSeconds / 24))
    }

    func expiry() -> String { Timestamp.now(adding: limits.lifetimeSeconds) }

    /// Makes this request the only one that touches an upload of the caller's, until `release`.
    ///
    /// - Throws: `.workbench` as `upload` does; `.busy` where another request touches it.
    func reserve(_ id: String, caller: Caller) throws(ResumableError) {
        do throws(WorkbenchError) {
            _ = try upload(id, caller: caller)
        } catch {
            throw .workbench(error)
        }
        guard reserve(id) else { throw .busy }
    }

    /// Makes this request the only one that touches an upload; false where another one does.
    private func reserve(_ id: String) -> Bool { busy.withLock { $0.insert(id).inserted } }

    func release(_ id: String) { _ = busy.withLock { $0.remove(id) } }

    func checkRoom(for length: Int) throws(WorkbenchError) {
        guard let free = DiskSpace(of: store.resumableDirectory)?.free else { return }
        let room = max(0, free - limits.freeBytes)
        guard length <= room else {
            throw .storageFull(
                "the upload still has \(length) bytes, the disk has room for \(room)")
        }
    }

    /// Forgets an upload that has served its purpose. What it was for is done and stays so: one that
    /// cannot be forgotten now expires.
    private func forget(_ id: String) {
        do throws(WorkbenchError) {
            try remove(id)
        } catch {
            log("upload \(id) is used, but could not be forgotten: \(error.cause)")
        }
    }

    private func remove(_ id: String) throws(WorkbenchError) {
        try WorkbenchError.storing { () throws(StoreError) in _ = try store.deleteUpload(id) }
        unlink(path(id))
    }
}
