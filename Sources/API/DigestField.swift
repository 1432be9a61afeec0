import Bytes
import Foundation
import HTTP

/// Digests of bodies in header fields (RFC 9530).
enum DigestField {
    /// One entry: `sha-256=:…:`.
    static func text(_ algorithm: String, _ digest: [UInt8]) -> String {
        "\(algorithm)=:\(Data(digest).base64EncodedString()):"
    }

    /// The entries of a field whose algorithms are known, sha-256 and sha-512; nil where the field
    /// is no dictionary of byte sequences (RFC 8941 3.2).
    static func parse(_ field: String) -> [(algorithm: String, digest: [UInt8])]? {
        var found: [(algorithm: String, digest: [UInt8])] = []
        for member in field.split(separator: ",", omittingEmptySubsequences: false) {
            let text = member.drop { $0 == " " || $0 == "\t" }
            guard let equals = text.firstIndex(of: "=") else { return nil }
            let name = text[..<equals]
            let rest = text[text.index(after: equals)...]
            guard let first = name.first, first.isLetter || first == "*", rest.first == ":",
                let end = rest.dropFirst().firstIndex(of: ":")
            else { return nil }
            let after = rest[rest.index(after: end)...].drop { $0 == " " || $0 == "\t" }
            guard after.isEmpty || after.first == ";" else { return nil }
            guard
                let data = Data(
                    base64Encoded: String(rest[rest.index(after: rest.startIndex)..<end]))
            else { return nil }
            let lengths = ["sha-256": 32, "sha-512": 64]
            guard let length = lengths[String(name)] else { continue }
            guard data.count == length else { return nil }
            found.append((String(name), [UInt8](data)))
        }
        return found
    }
}

/// The digests that a client sent with a body, compared with the body itself.
///
/// A body here has no content coding and is the whole representation, so that `Content-Digest` and
/// `Repr-Digest` mean the same. Algorithms other than sha-256 and sha-512 are left alone. Belongs to
/// the request's thread.
final class BodyDigest {
    private let expected: [(field: String, algorithm: String, digest: [UInt8])]
    private var sha256 = SHA256()
    private var sha512 = SHA512()
    private let needs256: Bool
    private let needs512: Bool

    /// The digests of a request, or nil where it has none that can be checked.
    ///
    /// - Throws: 400 for a field that cannot be read.
    init?(_ request: HTTPRequest) throws(APIError) {
        var expected: [(field: String, algorithm: String, digest: [UInt8])] = []
        for field in ["Content-Digest", "Repr-Digest"] {
            guard let text = request.headers[field] else { continue }
            guard let entries = DigestField.parse(text) else {
                throw .problem(
                    Problem(
                        status: 400, slug: "bad-digest", title: "A digest cannot be read",
                        detail: "\(field): expected such as sha-256=:BASE64: (RFC 9530)"))
            }
            expected += entries.map { (field, $0.algorithm, $0.digest) }
        }
        guard !expected.isEmpty else { return nil }
        self.expected = expected
        needs256 = expected.contains { $0.algorithm == "sha-256" }
        needs512 = expected.contains { $0.algorithm == "sha-512" }
    }

    /// Takes in bytes of the body, in order.
    func update(_ bytes: [UInt8]) {
        if needs256 { sha256.update(bytes) }
        if needs512 { sha512.update(bytes) }
    }

    /// Compares, when the whole body was taken in.
    ///
    /// - Throws: 400 where a digest is another.
    func verify() throws(APIError) {
        for (field, algorithm, digest) in expected {
            let found = algorithm == "sha-256" ? sha256.finalized() : sha512.finalized()
            guard found == digest else {
                throw .problem(
                    Problem(
                        status: 400, slug: "digest-mismatch",
                        title: "The body is not what was sent",
                        detail:
                            "\(field) says \(DigestField.text(algorithm, digest)), the body that "
                            + "arrived has \(DigestField.text(algorithm, found)); nothing was kept")
                )
            }
        }
    }
}
