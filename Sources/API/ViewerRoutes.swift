import Bytes
import CViewer
import Foundation
import HTTP
import Workbench

/// The viewer: one page at `/`, and its files under a path that changes with them.
///
/// A browser may keep the files for good, since the path holds a digest of all of them; the page,
/// which names that path, is asked for every time.
enum ViewerRoutes {
    static let all: [Route] = [
        Route("GET", "", access: .everybody) { exchange throws(APIError) in
            var response = Reply.mutable(page, .html, headers: BuildTime.header)
            response.headers.set("Content-Security-Policy", policy)
            response.mayRepeat = exchange.mayRepeat
            return response
        },
        Route("GET", "viewer/{version}/{file}", access: .everybody, file),
    ]

    private static let file: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        let name = exchange.capture("file")
        guard exchange.capture("version") == version, let bytes = files[name] else {
            throw .problem(
                Problem(
                    status: 404, slug: "not-found", title: "Not found",
                    detail: "the viewer has no such file in this version; load the page anew"))
        }
        var response = Reply.immutable(bytes, .html, headers: BuildTime.header)
        response.headers.set("Content-Type", contentType(name))
        response.headers.remove("Content-Security-Policy")
        // The same for everybody.
        response.headers.set("Cache-Control", "public, max-age=31536000, immutable")
        response.mayRepeat = exchange.mayRepeat
        return response
    }

    /// Nothing from elsewhere, no script or style in the page, no text that becomes markup.
    private static let policy = SecurityHeaders.page + "; require-trusted-types-for 'script'"

    /// The files by name.
    private static let files: [String: [UInt8]] = {
        let all = UnsafeBufferPointer(start: seam_viewer_files(), count: seam_viewer_count())
        return Dictionary(
            all.map { file in
                (
                    String(cString: file.name),
                    Array(UnsafeBufferPointer(start: file.bytes, count: file.length))
                )
            }, uniquingKeysWith: { first, _ in first })
    }()

    /// A digest of all files.
    private static let version: String = {
        var hash = SHA256()
        for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
            hash.update(Array("\(name) \(bytes.count)\n".utf8))
            hash.update(bytes)
        }
        return String(hash.hexadecimal.prefix(16))
    }()

    /// `index.html` with the path of this version's files.
    private static let page: [UInt8] = {
        let text = String(decoding: files["index.html"] ?? [], as: UTF8.self)
        return Array(text.replacingOccurrences(of: "{version}", with: version).utf8)
    }()

    private static func contentType(_ name: String) -> String {
        switch name.split(separator: ".").last {
        case "js": "text/javascript; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "svg": "image/svg+xml"
        case "html": "text/html; charset=utf-8"
        default: "application/octet-stream"
        }
    }
}
