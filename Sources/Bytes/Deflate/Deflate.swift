/// What can be wrong with compressed bytes.
public enum DeflateError: Error, Sendable, Equatable {
    /// They are not a stream of the expected form, or its check sum is wrong.
    case corrupt
    /// They end before the stream does.
    case truncated
    /// They unpack to more than the limit.
    case limit(Int)
    /// Bytes follow the end of the stream.
    case trailing
}

extension DeflateError: CustomStringConvertible {
    /// One sentence part: "the compressed data are damaged".
    public var description: String {
        switch self {
        case .corrupt: "the compressed data are damaged"
        case .truncated: "the compressed data are cut off"
        case .limit(let limit): "the data unpack to more than \(limit) bytes"
        case .trailing: "bytes follow the end of the compressed data"
        }
    }
}

/// Deflate compression in the three wrappings in use: zlib (RFC 1950), raw (RFC 1951), gzip (RFC 1952).
///
/// Levels are 0 (stored) to 9; others are clamped. The same bytes and level give the same result.
public enum Deflate {
    /// The wrapping around the deflated data.
    public enum Wrapping: Sendable {
        /// RFC 1950: two bytes of header, Adler-32 at the end.
        case zlib
        /// RFC 1951: none, as in a zip archive.
        case raw
        /// RFC 1952: ten bytes of header, CRC-32 and length at the end.
        case gzip
    }

    /// A zlib stream (RFC 1950) of the bytes.
    public static func compress(_ bytes: [UInt8], level: Int = 6) -> [UInt8] {
        compress(bytes, level: level, wrapping: .zlib)
    }

    /// The bytes of a whole zlib stream (RFC 1950).
    ///
    /// - Throws: `DeflateError`; `.limit` as soon as more than `limit` bytes would come out.
    public static func decompress(_ bytes: [UInt8], limit: Int) throws(DeflateError) -> [UInt8] {
        try decompress(bytes, limit: limit, wrapping: .zlib)
    }

    /// A gzip member (RFC 1952) of the bytes, without a name and with time 0.
    public static func gzip(_ bytes: [UInt8], level: Int = 6) -> [UInt8] {
        compress(bytes, level: level, wrapping: .gzip)
    }

    /// The bytes compressed in a wrapping.
    public static func compress(_ bytes: [UInt8], level: Int, wrapping: Wrapping) -> [UInt8] {
        deflated(bytes, level: min(max(level, 0), 9), wrapping: wrapping)
    }

    /// The bytes of a whole stream in a wrapping.
    ///
    /// Memory is at most about twice what comes out.
    /// - Throws: `DeflateError`; `.limit` as soon as more than `limit` bytes would come out.
    public static func decompress(
        _ bytes: [UInt8], limit: Int, wrapping: Wrapping
    ) throws(DeflateError) -> [UInt8] {
        let stream = Inflater(wrapping)
        var output: [UInt8] = []
        var consumed = 0
        var ended = false
        while !ended {
            let room = min(max(limit - output.count + 1, 1), max(32_768, output.count))
            let before = output.count
            let step = try stream.step(bytes, from: consumed, into: &output, room: room)
            consumed += step.consumed
            ended = step.ended
            guard output.count <= limit else { throw .limit(limit) }
            if !ended && step.consumed == 0 && output.count == before { throw .truncated }
        }
        guard consumed == bytes.count else { throw .trailing }
        return output
    }
}
