import Bytes
import HTTP
import Workbench

/// Uploads that can be resumed: tus 1.0.0 with creation, creation-with-upload, expiration, checksum
/// and termination (https://tus.io/protocols/resumable-upload).
enum UploadRoutes {
    static let all: [Route] = [
        Route("POST", "v1/uploads", body: .piece, create),
        Route("GET", "v1/uploads/{id}", access: .role(.member), read),
        Route("PATCH", "v1/uploads/{id}", isAudited: false, body: .piece, append),
        Route("DELETE", "v1/uploads/{id}", terminate),
    ]

    private static let create: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        _ = try exchange.query()
        try Tus.checkVersion(exchange.request)
        let length = try Tus.length(exchange.request)
        let text = exchange.request.headers["Upload-Metadata"] ?? ""
        let metadata = try Tus.metadata(text)
        let fileName = UploadReceiver.lastPart(metadata["filename"] ?? metadata["name"] ?? "")
        let key = try using { () throws(WorkbenchError) in try RequestKeys.key(exchange.request) }
        return try exchange.keys.alone(key, exchange, "uploads") { () throws(APIError) in
            let hash = RequestKeys.hash(["\(length)", text])
            if let key, let made = try made(exchange, key, hash) {
                return created(made.id, received: made.received, made.expiresAt)
            }
            let upload = try using { () throws(WorkbenchError) in
                let upload = try exchange.uploads.create(
                    length: length, metadata: text, fileName: fileName, caller: exchange.caller)
                if let key {
                    try exchange.workbench.remember(
                        key: key, resource: "uploads", requestHash: hash, object: upload.identifier,
                        caller: exchange.caller)
                }
                return (id: upload.identifier, expiresAt: upload.expires)
            }
            guard Tus.isPiece(exchange.request), exchange.body.declaredLength != 0 else {
                return created(upload.id, received: 0, upload.expiresAt)
            }
            do throws(APIError) {
                let (received, expiry) = try receive(exchange, upload.id, at: 0)
                return created(upload.id, received: received, expiry)
            } catch {
                // Nobody was told its name.
                try? exchange.uploads.delete(upload.id, caller: exchange.caller)
                throw error
            }
        }
    }

    /// The upload that an earlier request with this key made, if it is still there.
    private static func made(
        _ exchange: Exchange, _ key: String, _ hash: String
    ) throws(APIError) -> (id: String, received: Int, expiresAt: String)? {
        try using {
            () throws(WorkbenchError) -> (id: String, received: Int, expiresAt: String)? in
            let id = try exchange.workbench.madeBefore(
                key: key, resource: "uploads", requestHash: hash, caller: exchange.caller)
            guard let id else { return nil }
            do throws(WorkbenchError) {
                let upload = try exchange.uploads.upload(id, caller: exchange.caller)
                return (id, upload.arrivedBytes, upload.expires)
            } catch {
                guard case .notFound = error else { throw error }
                try exchange.workbench.forget(
                    key: key, resource: "uploads", caller: exchange.caller)
                return nil
            }
        }
    }

    private static func created(_ id: String, received: Int, _ expiry: String) -> HTTPResponse {
        HTTPResponse(
            status: 201,
            headers: HTTPHeaders([
                ("Location", "/v1/uploads/\(id)"), ("Upload-Offset", "\(received)"),
                ("Upload-Expires", Tus.date(expiry)), ("Cache-Control", "no-store"),
            ]))
    }

    private static let read: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        _ = try exchange.query()
        // A person who looks with curl need not know of tus; its clients use HEAD.
        if exchange.request.method == "HEAD" { try Tus.checkVersion(exchange.request) }
        let upload = try using { () throws(WorkbenchError) in
            try exchange.uploads.upload(exchange.capture("id"), caller: exchange.caller)
        }
        var headers = [
            ("Upload-Offset", "\(upload.arrivedBytes)"), ("Upload-Length", "\(upload.totalBytes)"),
            ("Upload-Expires", Tus.date(upload.expires)),
        ]
        if !upload.metadataField.isEmpty {
            headers.append(("Upload-Metadata", upload.metadataField))
        }
        var response = Reply.document(upload.document, headers: headers)
        response.headers.set("Cache-Control", "no-store")
        return response
    }

    private static let append: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        _ = try exchange.query()
        try Tus.checkVersion(exchange.request)
        guard Tus.isPiece(exchange.request) else {
            throw .problem(
                Problem(
                    status: 415, slug: "unsupported-media-type", title: "Unsupported media type",
                    detail: "expected Content-Type: \(Tus.pieceType)"))
        }
        let offset = try Tus.number(exchange.request, "Upload-Offset")
        let (received, expiry) = try receive(exchange, exchange.capture("id"), at: offset)
        return HTTPResponse(
            status: 204,
            headers: HTTPHeaders([
                ("Upload-Offset", "\(received)"), ("Upload-Expires", Tus.date(expiry)),
                ("Cache-Control", "no-store"),
            ]))
    }

    /// Takes a piece in; what arrived before a break counts, unless the piece has a checksum.
    private static func receive(
        _ exchange: Exchange, _ id: String, at offset: Int
    ) throws(APIError) -> (received: Int, expiresAt: String) {
        var checksum = try TusChecksum(exchange.request)
        let isWhole = checksum != nil || exchange.digest != nil
        let appender = try resuming { () throws(ResumableError) in
            try exchange.uploads.append(id, at: offset, isWhole: isWhole, caller: exchange.caller)
        }
        if let declared = exchange.body.declaredLength, declared > appender.missing {
            throw Tus.problem(.tooLong(length: appender.length))
        }
        while true {
            let piece: [UInt8]
            do {
                piece = try exchange.body.read(atMost: 1 << 18)
            } catch {
                if !isWhole { try using { () throws(WorkbenchError) in try appender.commit() } }
                throw .body(error)
            }
            if piece.isEmpty { break }
            checksum?.update(piece)
            exchange.digest?.update(piece)
            try resuming { () throws(ResumableError) in try appender.append(piece) }
        }
        try exchange.digest?.verify()
        if let checksum, !checksum.matches {
            throw .problem(
                Problem(
                    status: 460, slug: "checksum-mismatch", title: "The piece is not what was sent",
                    detail: "Upload-Checksum does not match the bytes that arrived; none is kept"))
        }
        try using { () throws(WorkbenchError) in try appender.commit() }
        return (appender.received, appender.expiresAt)
    }

    private static let terminate: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        _ = try exchange.query()
        try Tus.checkVersion(exchange.request)
        try resuming { () throws(ResumableError) in
            try exchange.uploads.delete(exchange.capture("id"), caller: exchange.caller)
        }
        return Reply.noContent
    }
}

/// Runs a use case of resumable uploads and says its errors as the API's.
func resuming<Value>(_ body: () throws(ResumableError) -> Value) throws(APIError) -> Value {
    do {
        return try body()
    } catch {
        throw Tus.problem(error)
    }
}
