import Bytes
import Foundation
import HTTP
import Workbench

/// Header fields of tus 1.0.0.
enum Tus {
    static let version = "1.0.0"
    static let extensions = "creation,creation-with-upload,expiration,checksum,termination"
    static let pieceType = "application/offset+octet-stream"

    /// Whether a path belongs to the protocol.
    static func isPath(_ segments: [String]) -> Bool {
        segments.count >= 2 && segments[0] == "v1" && segments[1] == "uploads"
    }

    /// What the protocol adds to the answer of `OPTIONS`.
    static func options(maximum: Int) -> [(String, String)] {
        [
            ("Tus-Version", version), ("Tus-Extension", extensions), ("Tus-Max-Size", "\(maximum)"),
            ("Tus-Checksum-Algorithm", TusChecksum.algorithms.joined(separator: ",")),
        ]
    }

    /// The method that a client means which cannot send it (`X-HTTP-Method-Override`).
    static func method(_ request: HTTPRequest) -> String? {
        guard request.method == "POST", isPath(request.segments),
            let method = request.headers["X-HTTP-Method-Override"]?.uppercased(),
            ["PATCH", "DELETE"].contains(method)
        else { return nil }
        return method
    }

    /// - Throws: 412 for another version, or none.
    static func checkVersion(_ request: HTTPRequest) throws(APIError) {
        guard request.headers["Tus-Resumable"] != version else { return }
        throw .problem(
            Problem(
                status: 412, slug: "tus-version", title: "Unsupported version of tus",
                detail: "expected Tus-Resumable: \(version)", headers: [("Tus-Version", version)]))
    }

    /// Whether the body is a piece of an upload.
    static func isPiece(_ request: HTTPRequest) -> Bool {
        let type = request.headers["Content-Type"]?.lowercased() ?? ""
        return type.prefix { $0 != ";" }.filter { $0 != " " } == pieceType
    }

    /// The upload's length.
    static func length(_ request: HTTPRequest) throws(APIError) -> Int {
        guard request.headers["Upload-Defer-Length"] == nil else {
            throw fault("Upload-Defer-Length", "the length must be known: send Upload-Length")
        }
        return try number(request, "Upload-Length")
    }

    /// A whole number from 0 in a field.
    static func number(_ request: HTTPRequest, _ name: String) throws(APIError) -> Int {
        guard let text = request.headers[name], (1...18).contains(text.utf8.count),
            text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let number = Int(text)
        else { throw fault(name, "expected a whole number of bytes, at least 0") }
        return number
    }

    /// The pairs of `Upload-Metadata`; a value that is no UTF-8 is left out.
    static func metadata(_ text: String) throws(APIError) -> [String: String] {
        guard text.utf8.count <= 8192 else {
            throw fault("Upload-Metadata", "expected at most 8192 bytes")
        }
        var pairs: [String: String] = [:]
        var names: Set<String> = []
        if text.isEmpty { return pairs }
        for pair in text.split(separator: ",", omittingEmptySubsequences: false) {
            let words = pair.split(separator: " ")
            guard (1...2).contains(words.count), names.insert(String(words[0])).inserted else {
                throw fault(
                    "Upload-Metadata", "expected \"name base64\" pairs with commas, names once")
            }
            guard words.count == 2 else { continue }
            guard let data = Data(base64Encoded: String(words[1])) else {
                throw fault("Upload-Metadata", "the value of \(words[0].prefix(60)) is not base64")
            }
            pairs[String(words[0])] = String(validating: data, as: UTF8.self)
        }
        return pairs
    }

    /// An instant of the store as an HTTP date (RFC 9110 5.6.7).
    static func date(_ timestamp: String) -> String {
        let parts = timestamp.split { !$0.isNumber }.compactMap { Int($0) }
        guard parts.count >= 6, (1...12).contains(parts[1]) else { return timestamp }
        let (year, month, day) = (parts[0], parts[1], parts[2])
        // Zeller's congruence, 0 for Saturday.
        let (y, m) = month < 3 ? (year - 1, month + 12) : (year, month)
        let weekday = (day + 13 * (m + 1) / 5 + y + y / 4 - y / 100 + y / 400) % 7
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let days = ["Sat", "Sun", "Mon", "Tue", "Wed", "Thu", "Fri"]
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        return "\(days[weekday]), \(two(day)) \(months[month - 1]) \(year) "
            + "\(two(parts[3])):\(two(parts[4])):\(two(parts[5])) GMT"
    }

    static func problem(_ error: ResumableError) -> APIError {
        switch error {
        case .workbench(let error): .workbench(error)
        case .busy:
            .problem(
                Problem(
                    status: 423, slug: "upload-busy", title: "The upload is being written",
                    detail: "another request is writing to this upload; ask again in a moment",
                    headers: [("Retry-After", "1")]))
        case .offset(let offset):
            .problem(
                Problem(
                    status: 409, slug: "upload-offset", title: "Not where the upload has come to",
                    detail: "the upload has \(offset) bytes; go on there",
                    headers: [("Upload-Offset", "\(offset)")]))
        case .tooLong(let length):
            .problem(
                Problem(
                    status: 413, slug: "too-large", title: "Too large",
                    detail: "the piece goes beyond the upload's length of \(length) bytes"))
        case .incomplete(let received, let length):
            .problem(
                Problem(
                    status: 409, slug: "upload-incomplete", title: "The upload is not whole",
                    detail: "\(received) of \(length) bytes have arrived",
                    headers: [("Upload-Offset", "\(received)")]))
        }
    }

    static func fault(_ field: String, _ detail: String) -> APIError {
        .workbench(.badQuery([.init(field, detail)]))
    }
}

/// `Upload-Checksum`: the digest of one piece.
struct TusChecksum {
    static let algorithms = ["sha256", "sha1", "md5"]

    private enum Digest {
        case sha256(SHA256)
        case sha1(SHA1)
        case md5(MD5)
    }

    private var digest: Digest
    private let expected: [UInt8]

    /// The checksum of a request, or nil.
    ///
    /// - Throws: 400 for an algorithm that is not known or a value that is not base64.
    init?(_ request: HTTPRequest) throws(APIError) {
        guard let field = request.headers["Upload-Checksum"] else { return nil }
        let words = field.split(separator: " ")
        guard words.count == 2, let data = Data(base64Encoded: String(words[1])) else {
            throw Tus.fault("Upload-Checksum", "expected an algorithm and a digest in base64")
        }
        switch words[0].lowercased() {
        case "sha256": digest = .sha256(SHA256())
        case "sha1": digest = .sha1(SHA1())
        case "md5": digest = .md5(MD5())
        default:
            throw Tus.fault(
                "Upload-Checksum",
                "unknown algorithm; known are \(Self.algorithms.joined(separator: ", "))")
        }
        expected = [UInt8](data)
    }

    mutating func update(_ bytes: [UInt8]) {
        switch digest {
        case .sha256(var hash):
            hash.update(bytes)
            digest = .sha256(hash)
        case .sha1(var hash):
            hash.update(bytes)
            digest = .sha1(hash)
        case .md5(var hash):
            hash.update(bytes)
            digest = .md5(hash)
        }
    }

    var matches: Bool {
        switch digest {
        case .sha256(let hash): hash.finalized() == expected
        case .sha1(let hash): hash.finalized() == expected
        case .md5(let hash): hash.finalized() == expected
        }
    }
}
