import CZlib

/// CRC-32 as zip, gzip and PNG use it (polynomial 0xEDB88320, RFC 1952 section 8).
public enum CRC32 {
    /// The check of some bytes, or of a message whose earlier part had the check `continuing`.
    public static func of(
        _ bytes: UnsafeRawBufferPointer, continuing: UInt32 = 0
    ) -> UInt32 {
        guard let base = bytes.baseAddress, bytes.count > 0 else { return continuing }
        return UInt32(
            truncatingIfNeeded: crc32_z(
                UInt(continuing), base.assumingMemoryBound(to: UInt8.self), bytes.count))
    }

    /// The check of some bytes.
    public static func of(_ bytes: [UInt8], continuing: UInt32 = 0) -> UInt32 {
        bytes.withUnsafeBytes { of($0, continuing: continuing) }
    }
}
