import Bytes
import Foundation

/// The texts that let somebody in: tokens, and the cookies of sessions.
///
/// A token is `seam_`, its public name, `_`, and 256 random bits in base64url. Only the SHA-256 of
/// the whole text is kept: with so many random bits there is nothing to guess, so that a slow hash
/// would protect nothing.
public enum AccessSecret {
    private static let prefix = "seam_"
    private static let nameLength = 26
    private static let secretLength = 43

    /// A new token's public name (`tok_…`) and its text.
    static func makeToken(name: String) -> (id: String, text: String) {
        precondition(name.utf8.count == nameLength, "a name of an identifier's length")
        return ("tok_" + name, prefix + name + "_" + makeSecret())
    }

    /// 256 random bits of the system's generator as 43 letters, digits, `-` and `_`.
    static func makeSecret() -> String {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
        return Data(bytes).base64EncodedString().replacing("+", with: "-")
            .replacing("/", with: "_").replacing("=", with: "")
    }

    /// Whether a text has the form that `makeSecret` gives.
    static func isSecret(_ text: String) -> Bool {
        text.utf8.count == secretLength && text.utf8.allSatisfy(isWord)
    }

    /// The public name in a token's text, or nil where it does not look like a token.
    static func tokenID(in text: String) -> String? {
        let bytes = Array(text.utf8)
        let start = prefix.utf8.count
        guard bytes.count == start + nameLength + 1 + secretLength, text.hasPrefix(prefix),
            bytes.allSatisfy(isWord), bytes[start + nameLength] == UInt8(ascii: "_")
        else { return nil }
        return "tok_" + String(decoding: bytes[start..<start + nameLength], as: UTF8.self)
    }

    /// SHA-256 of a secret's text.
    static func hash(_ text: String) -> [UInt8] {
        var hash = SHA256()
        hash.update(Array(text.utf8))
        return hash.finalized()
    }

    /// Whether two hashes are the same; takes as long wherever they differ.
    static func areEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        guard a.count == b.count else { return false }
        var difference: UInt8 = 0
        for index in a.indices { difference |= a[index] ^ b[index] }
        return difference == 0
    }

    /// A text in which everything that looks like a token, whole or cut off, is hidden; for logs and
    /// answers that repeat what a client sent.
    public static func redacted(_ text: String) -> String {
        let bytes = Array(text.utf8)
        let mark = Array(prefix.utf8)
        guard holds(bytes, mark) else { return text }
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index...].starts(with: mark) else {
                result.append(bytes[index])
                index += 1
                continue
            }
            var end = index + mark.count
            while end < bytes.count, isWord(bytes[end]) { end += 1 }
            let isToken = end - index > mark.count + nameLength
            result += isToken ? Array("seam_[hidden]".utf8) : Array(bytes[index..<end])
            index = end
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Whether one run of bytes is part of another one.
    private static func holds(_ bytes: [UInt8], _ mark: [UInt8]) -> Bool {
        guard bytes.count >= mark.count else { return false }
        for start in 0...(bytes.count - mark.count)
        where bytes[start] == mark[0] && bytes[start...].starts(with: mark) { return true }
        return false
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
