import Bytes

/// Whether a `.ibd` file is the one its XML file was written for, and whole.
struct IbdChecks {
    let document: ImzMLDocument
    let ibd: IbdFile

    /// Compares the UUID, and the check sum if one is given.
    ///
    /// - Parameter isStopped: whether to stop early.
    /// - Throws: `ImportError` where they differ.
    /// - Returns: warnings.
    func run(_ isStopped: () -> Bool) throws(ImportError) -> [String] {
        var warnings: [String] = []
        guard ibd.size >= 16 else {
            throw ibd.refusal("expected a UUID of 16 bytes, found \(ibd.size)")
        }
        let bytes = try ibd.bytes(16, at: 0)
        if let uuid = document.uuid {
            // Some writers store the first three parts least significant byte first (RFC 9562, 4).
            let mixed = bytes[0..<4].reversed() + bytes[4..<6].reversed() + bytes[6..<8].reversed()
            let found = Hexadecimal.text(bytes)
            guard found == uuid || Hexadecimal.text(mixed + bytes[8...]) == uuid else {
                throw ibd.refusal(
                    "its UUID is \(found), the imzML file's is \(uuid): they are not a pair")
            }
        } else {
            warnings.append("The imzML file has no UUID to compare with the .ibd file's.")
        }
        guard document.sha1 != nil || document.md5 != nil else {
            warnings.append(
                "The imzML file has no SHA-1 or MD5 check sum: the .ibd file was not checked.")
            return warnings
        }
        var sha1 = SHA1()
        var md5 = MD5()
        var position = 0
        while position < ibd.size, !isStopped() {
            let piece = try ibd.bytes(min(1 << 20, ibd.size - position), at: position)
            if document.sha1 != nil { sha1.update(piece) } else { md5.update(piece) }
            position += piece.count
        }
        if isStopped() { throw ImportError(.cancelled, "The import was stopped.") }
        let (name, expected, found) =
            if let expected = document.sha1 {
                ("SHA-1", expected, Hexadecimal.text(sha1.finalized()))
            } else {
                ("MD5", document.md5 ?? "", Hexadecimal.text(md5.finalized()))
            }
        guard found == expected else {
            throw ibd.refusal("expected the \(name) check sum \(expected), found \(found)")
        }
        return warnings
    }
}
