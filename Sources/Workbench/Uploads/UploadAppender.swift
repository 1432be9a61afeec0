import Bytes
import Store

/// One piece of an upload while it arrives; used by one thread, and alone with its upload.
///
/// Bytes count when they are synced and the store knows of it, which happens at `commit` and, for a
/// piece that is not checked as a whole, every 64 MiB on the way.
public final class UploadAppender {
    private let uploads: ResumableUploads
    private let file: UploadFile
    private var hash: SHA256
    private var upload: UploadRecord
    /// Where the next byte goes.
    private var end: Int
    private let isWhole: Bool
    private static let checkpointBytes = 64 << 20

    /// Bytes that the upload still lacks.
    public var missing: Int { upload.length - end }

    /// How much of the upload counts by now.
    public var received: Int { upload.received }

    /// How long the upload will be.
    public var length: Int { upload.length }

    /// When the upload is forgotten unless more arrives.
    public var expiresAt: String { upload.expiresAt }

    init(_ uploads: ResumableUploads, _ upload: UploadRecord, isWhole: Bool) throws(WorkbenchError)
    {
        guard let hash = SHA256(snapshot: upload.hashState) else {
            throw .failed("the hash of upload \(upload.id) is damaged")
        }
        let file = try UploadFile(path: uploads.path(upload.id), creating: false)
        try file.truncate(to: upload.received)
        self.file = file
        self.uploads = uploads
        self.upload = upload
        self.hash = hash
        self.isWhole = isWhole
        end = upload.received
    }

    deinit { uploads.release(upload.id) }

    /// Appends bytes.
    ///
    /// - Throws: `.tooLong` where the upload has less room than this; nothing of them is written.
    public func append(_ bytes: [UInt8]) throws(ResumableError) {
        guard bytes.count <= missing else { throw .tooLong(length: upload.length) }
        do throws(WorkbenchError) {
            try file.write(bytes, at: end)
            hash.update(bytes)
            end += bytes.count
            if !isWhole, end - upload.received >= Self.checkpointBytes {
                try commit()
                try uploads.checkRoom(for: missing)
            }
        } catch {
            throw .workbench(error)
        }
    }

    /// Makes everything that was appended count, durably.
    public func commit() throws(WorkbenchError) {
        try file.sync()
        let expiry = uploads.expiry()
        let state = hash.snapshot
        try WorkbenchError.storing { () throws(StoreError) in
            try uploads.store.advanceUpload(
                upload.id, received: end, hashState: state, expiresAt: expiry)
        }
        upload.received = end
        upload.hashState = state
        upload.expiresAt = expiry
    }
}

extension ResumableUploads {
    /// Begins to append to an upload of the caller's.
    ///
    /// With `isWhole` nothing counts before `commit`: for a piece with a checksum.
    ///
    /// - Throws: `.offset` with the right one, `.busy`.
    public func append(
        _ id: String, at offset: Int, isWhole: Bool, caller: Caller
    ) throws(ResumableError) -> UploadAppender {
        try reserve(id, caller: caller)
        do {
            let upload = try upload(id, caller: caller)
            guard upload.received == offset else { throw ResumableError.offset(upload.received) }
            return try UploadAppender(self, upload, isWhole: isWhole)
        } catch let error as ResumableError {
            release(id)
            throw error
        } catch let error as WorkbenchError {
            release(id)
            throw .workbench(error)
        } catch {
            release(id)
            throw .workbench(.failed("\(error)"))
        }
    }
}
