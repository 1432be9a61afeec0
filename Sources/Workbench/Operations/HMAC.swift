import Bytes

/// HMAC-SHA256 (RFC 2104, FIPS 198-1).
enum HMAC {
    /// The code of a message under a key, 32 bytes.
    static func sha256(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        var block = key.count > 64 ? digest([key]) : key
        block += [UInt8](repeating: 0, count: 64 - block.count)
        let inner = digest([block.map { $0 ^ 0x36 }, message])
        return digest([block.map { $0 ^ 0x5C }, inner])
    }

    private static func digest(_ parts: [[UInt8]]) -> [UInt8] {
        var hash = SHA256()
        for part in parts { hash.update(part) }
        return Array(hash.finalized())
    }
}
