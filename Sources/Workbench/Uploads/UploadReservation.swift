import Store
import Synchronization

/// Bytes that an upload on its way takes of what its owner may have, until it is let go.
///
/// Without it several uploads at once would each find the room that only one of them has.
public final class UploadReservation: Sendable {
    private let uploads: ResumableUploads
    private let caller: Caller
    private let key: UInt64

    init(_ uploads: ResumableUploads, caller: Caller, key: UInt64) {
        (self.uploads, self.caller, self.key) = (uploads, caller, key)
    }

    deinit { uploads.arriving.withLock { $0.release(key) } }

    /// Says how many bytes it will be, or has come to be.
    ///
    /// - Throws: `.tooLarge` with the bytes that are left; what was reserved before stays so.
    public func grow(to length: Int) throws(WorkbenchError) {
        try uploads.check(length, of: key, caller: caller)
    }
}

/// What is arriving, by owner.
struct ArrivingBytes {
    private struct Upload {
        var owner: String
        var bytes: Int
    }

    private var uploads: [UInt64: Upload] = [:]
    private var next: UInt64 = 0

    /// Notes an upload of no bytes yet.
    mutating func begin(owner: String) -> UInt64 {
        defer { next += 1 }
        uploads[next] = Upload(owner: owner, bytes: 0)
        return next
    }

    mutating func set(_ key: UInt64, _ bytes: Int) { uploads[key]?.bytes = bytes }

    mutating func release(_ key: UInt64) { uploads[key] = nil }

    /// Bytes of an owner's uploads but one.
    func bytes(of owner: String, except key: UInt64?) -> Int {
        var sum = 0
        for (other, upload) in uploads where other != key && upload.owner == owner {
            let (more, overflow) = sum.addingReportingOverflow(upload.bytes)
            sum = overflow ? .max : more
        }
        return sum
    }
}

extension ResumableUploads {
    /// Begins to count an upload that comes in one go against its owner's bytes.
    public func reserve(caller: Caller) -> UploadReservation {
        let key = arriving.withLock { $0.begin(owner: caller.owner) }
        return UploadReservation(self, caller: caller, key: key)
    }

    /// Says whether an owner may send this many bytes in one go, beside what is arriving.
    ///
    /// - Throws: `.tooLarge` with the bytes that are left.
    public func checkQuota(adding length: Int, caller: Caller) throws(WorkbenchError) {
        try check(length, of: nil, caller: caller)
    }

    /// Checks, and reserves for `key`, in one step.
    func check(_ length: Int, of key: UInt64?, caller: Caller) throws(WorkbenchError) {
        // Read under the lock: two that look at the same time must not both find room.
        let outcome = arriving.withLock { arriving -> Result<String?, WorkbenchError> in
            do throws(WorkbenchError) {
                let usage = try WorkbenchError.storing { () throws(StoreError) in
                    try store.usage(owner: caller.owner)
                }
                let others = arriving.bytes(of: caller.owner, except: key)
                if let reason = Self.bytesRefusal(
                    usage.adding(others), adding: length, limits)
                {
                    return .success(reason)
                }
                if let key { arriving.set(key, length) }
                return .success(nil)
            } catch {
                return .failure(error)
            }
        }
        if let reason = try outcome.get() { throw .tooLarge(reason) }
    }
}

extension OwnerUsage {
    /// With bytes that are arriving.
    func adding(_ bytes: Int) -> OwnerUsage {
        let (sum, overflow) = uploadBytes.addingReportingOverflow(bytes)
        return OwnerUsage(
            datasetBytes: datasetBytes, uploadBytes: overflow ? .max : sum, uploads: uploads)
    }
}
