import Bytes
import HTTP
import Workbench

/// Makes responses with the headers that belong to their kind.
enum Reply {
    /// A JSON document that may change: `no-cache` with an entity tag.
    static func document(
        _ value: JSON, status: Int = 200, headers: [(String, String)] = [], etag: String? = nil
    ) -> HTTPResponse {
        let bytes = value.pretty
        var all = HTTPHeaders([
            ("Content-Type", MediaType.json.contentType), ("Cache-Control", "no-cache"),
            ("ETag", etag ?? Self.etag(bytes)),
        ])
        for (name, value) in headers { all.add(name, value) }
        return HTTPResponse(status: status, headers: all, body: .bytes(bytes))
    }

    /// A representation of something that never changes: a strong entity tag, cached for good.
    static func immutable(
        _ bytes: [UInt8], _ type: MediaType, headers: [(String, String)] = []
    ) -> HTTPResponse {
        content(bytes, type, cache: forGood, headers: headers)
    }

    /// A representation of something that may change.
    static func mutable(
        _ bytes: [UInt8], _ type: MediaType, headers: [(String, String)] = []
    ) -> HTTPResponse {
        content(bytes, type, cache: "no-cache", headers: headers)
    }

    /// A file that people keep under a name: its bytes come from memory or from the disk.
    ///
    /// - Parameter changes: whether the same address may give other bytes later.
    static func download(
        _ content: ResultContent, _ type: MediaType, name: String, changes: Bool
    ) throws(WorkbenchError) -> HTTPResponse {
        let hash = try content.sha256()
        var headers = HTTPHeaders([
            ("Content-Type", type.contentType),
            ("Cache-Control", changes ? "no-cache" : forGood),
            ("ETag", "\"\(hash.hexadecimal.prefix(32))\""),
            ("Repr-Digest", DigestField.text("sha-256", hash.finalized())),
        ])
        headers.add(
            "Content-Disposition",
            "attachment; filename=\"\(FileNames.safe(name)).\(type.rawValue)\"")
        switch content {
        case .bytes(let bytes):
            return HTTPResponse(status: 200, headers: headers, body: .bytes(bytes))
        case .file(let file):
            let open = OpenFile(
                descriptor: try WorkbenchError.opening { () throws(FileError) in
                    try file.duplicate()
                })
            return HTTPResponse(
                status: 200, headers: headers,
                body: .open(open, offset: 0, length: file.size))
        }
    }

    private static let forGood = "private, max-age=31536000, immutable"

    private static func content(
        _ bytes: [UInt8], _ type: MediaType, cache: String, headers: [(String, String)]
    ) -> HTTPResponse {
        var hash = SHA256()
        hash.update(bytes)
        var all = HTTPHeaders([
            ("Content-Type", type.contentType), ("Cache-Control", cache),
            ("ETag", "\"\(hash.hexadecimal.prefix(32))\""),
            ("Repr-Digest", DigestField.text("sha-256", hash.finalized())),
        ])
        for (name, value) in headers { all.add(name, value) }
        if type == .html, all["Content-Security-Policy"] == nil {
            all.add(
                "Content-Security-Policy",
                "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'")
        }
        return HTTPResponse(status: 200, headers: all, body: .bytes(bytes))
    }

    /// Nothing to say.
    static var noContent: HTTPResponse { HTTPResponse(status: 204) }

    /// A page of a list.
    static func page(_ items: [JSON], next: String?) -> HTTPResponse {
        let document: JSON = ["items": .array(items), "next": .optional(next)]
        return self.document(
            document, headers: next.map { [("Link", "<\($0)>; rel=\"next\"")] } ?? [])
    }

    /// A strong entity tag: the start of the bytes' SHA-256.
    static func etag(_ bytes: [UInt8]) -> String {
        var hash = SHA256()
        hash.update(bytes)
        return "\"\(hash.hexadecimal.prefix(32))\""
    }
}
