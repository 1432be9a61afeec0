import Bytes
import Foundation
import Glibc
import HTTP
import Ingest
import Workbench

/// Streams the body of an upload into the spool, hashing on the way; nothing is held in memory.
final class UploadReceiver {
    private let exchange: Exchange
    private let folder: String
    /// Bytes of the owner that count as taken until the dataset is there.
    private let reservation: UploadReservation

    init(exchange: Exchange) {
        self.exchange = exchange
        folder = exchange.workbench.spoolDirectory + "/" + UUID().uuidString
        reservation = exchange.uploads.reserve(caller: exchange.caller)
    }

    /// Removes what was spooled.
    func discard() { try? FileManager.default.removeItem(atPath: folder) }

    /// Receives the body: one file, or the files and fields of a form.
    func receive(
        name: String?, fields: inout DatasetFields
    ) throws(APIError) -> Workbench.Upload {
        let length = exchange.body.declaredLength
        guard length != 0 else { throw .workbench(Self.empty) }
        try BodyKind.upload.check(
            exchange.request, declaredLength: length, exchange.workbench, exchange.limits)
        if let length { try checkQuota(length) }
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw Self.failure(error)
        }
        exchange.watchDigest()
        let type = exchange.request.headers["Content-Type"]
        let isForm = type?.lowercased().hasPrefix("multipart/") ?? false
        let files = try isForm ? receiveForm(type, &fields) : [receiveFile(name)]
        try exchange.checkDigest()
        guard !files.isEmpty, files.contains(where: { $0.bytes > 0 }) else {
            throw .workbench(Self.empty)
        }
        let bytes = before
        if length == nil { try checkQuota(bytes) }
        return Workbench.Upload(
            files: files.map { UploadedFile(path: $0.path, name: $0.name) }, bytes: bytes,
            sha256: Self.checksum(files))
    }

    /// Refuses what is beyond the bytes that its owner may have.
    private func checkQuota(_ bytes: Int) throws(APIError) {
        try using { () throws(WorkbenchError) in try reservation.grow(to: bytes) }
    }

    /// Bytes of the files that are whole.
    private var before = 0

    private struct Received {
        var path: String
        var name: String
        var bytes: Int
        var sha256: String
    }

    private static let empty = WorkbenchError.badUpload(
        ImportError(
            .malformed, "the upload is empty; expected a zip of ion images or a form with files"))

    private func receiveFile(_ name: String?) throws(APIError) -> Received {
        do {
            return try spool(0, name: name ?? "") { [body = exchange.body] in
                try body.read(atMost: 1 << 18)
            }
        } catch {
            throw Self.failure(error)
        }
    }

    private func receiveForm(
        _ type: String?, _ fields: inout DatasetFields
    ) throws(APIError) -> [Received] {
        do {
            var files: [Received] = []
            let reader = try MultipartReader(body: exchange.body, contentType: type)
            while let part = try reader.nextPart() {
                if let name = part.filename {
                    files.append(
                        try spool(files.count, name: Self.lastPart(name)) {
                            try reader.read(atMost: 1 << 18)
                        })
                } else {
                    let bytes = try reader.readAll(limit: 65_536)
                    guard let text = String(validating: bytes, as: UTF8.self) else {
                        throw WorkbenchError.invalid([.init(part.name, "expected UTF-8 text")])
                    }
                    try fields.set(part.name, text, place: part.name)
                }
            }
            return files
        } catch {
            throw Self.failure(error)
        }
    }

    /// A client's file name without its folders (RFC 7578 4.2).
    static func lastPart(_ name: String) -> String {
        name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
    }

    /// Writes pieces to a file of the spool until they end, hashing them.
    private func spool(
        _ number: Int, name: String, next: () throws -> [UInt8]
    ) throws -> Received {
        let path = folder + "/\(number)"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw NSError(domain: NSPOSIXErrorDomain, code: Int(errno))
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        defer { try? file.close() }
        var hash = SHA256()
        var total = 0
        var checked = 0
        while true {
            let piece = try next()
            if piece.isEmpty { break }
            total += piece.count
            guard total <= exchange.limits.uploadBytes else {
                throw BodyError.tooLarge(limit: exchange.limits.uploadBytes)
            }
            if exchange.body.declaredLength == nil, total - checked >= 1 << 26 {
                try BodyKind.checkRoom(for: 0, exchange.workbench, exchange.limits)
                try checkQuota(before + total)
                checked = total
            }
            hash.update(piece)
            try file.write(contentsOf: piece)
        }
        before += total
        return Received(path: path, name: name, bytes: total, sha256: hash.hexadecimal)
    }

    /// SHA-256 of the one file, or of the sorted list of names and checksums.
    private static func checksum(_ files: [Received]) -> String {
        if files.count == 1 { return files[0].sha256 }
        var hash = SHA256()
        for line in files.map({ "\($0.sha256)  \($0.name)\n" }).sorted() {
            hash.update(Array(line.utf8))
        }
        return hash.hexadecimal
    }

    /// What went wrong while receiving, as the API's error.
    private static func failure(_ error: any Error) -> APIError {
        switch error {
        case let error as APIError: return error
        case let error as WorkbenchError: return .workbench(error)
        case let error as BodyError: return .body(error)
        case let error as MultipartError:
            return .problem(
                Problem(
                    status: error.status, slug: "bad-form", title: "The form cannot be read",
                    detail: error.detail))
        default:
            let error = error as NSError
            let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
            let isSystem = cause.domain == NSPOSIXErrorDomain
            if error.code == NSFileWriteOutOfSpaceError
                || isSystem && [Int(ENOSPC), Int(EDQUOT)].contains(cause.code)
            {
                return .workbench(
                    .storageFull("the disk is full; nothing was kept of this upload"))
            }
            return .workbench(.failed("receiving an upload: \(error)"))
        }
    }
}
