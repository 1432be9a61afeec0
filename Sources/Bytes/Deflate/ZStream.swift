import CZlib

extension Deflate.Wrapping {
    /// zlib's `windowBits`: 15 bits of window, negative for none, 16 more for gzip.
    var windowBits: Int32 {
        switch self {
        case .zlib: 15
        case .raw: -15
        case .gzip: 31
        }
    }
}

/// The largest piece given to zlib at once; its counters are 32 bits wide.
private let largestPiece = 1 << 30

/// One pass of zlib's deflate over a whole message.
func deflated(_ bytes: [UInt8], level: Int, wrapping: Deflate.Wrapping) -> [UInt8] {
    var stream = z_stream()
    let version = deflateInit2_(
        &stream, Int32(level), Z_DEFLATED, wrapping.windowBits, 8, Z_DEFAULT_STRATEGY,
        ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(version == Z_OK, "zlib starts")
    defer { deflateEnd(&stream) }
    let bound = Int(deflateBound(&stream, UInt(bytes.count))) + 64
    return [UInt8](unsafeUninitializedCapacity: bound) { output, count in
        bytes.withUnsafeBufferPointer { input in
            var taken = 0
            var result = Z_OK
            while result != Z_STREAM_END {
                let piece = min(largestPiece, input.count - taken)
                let room = min(largestPiece, output.count - count)
                stream.next_in = input.baseAddress.map {
                    UnsafeMutablePointer(mutating: $0 + taken)
                }
                stream.avail_in = UInt32(piece)
                stream.next_out = output.baseAddress! + count
                stream.avail_out = UInt32(room)
                let last = taken + piece == input.count
                result = deflate(&stream, last ? Z_FINISH : Z_NO_FLUSH)
                precondition(result == Z_OK || result == Z_STREAM_END, "zlib's bound holds")
                taken += piece - Int(stream.avail_in)
                count += room - Int(stream.avail_out)
            }
        }
    }
}

/// zlib's inflate, step by step; it owns zlib's state and frees it at its end.
final class Inflater {
    private let stream: UnsafeMutablePointer<z_stream>

    /// A stream at its start.
    init(_ wrapping: Deflate.Wrapping) {
        // zlib keeps a pointer to the z_stream: it must not move.
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let result = inflateInit2_(
            stream, wrapping.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(result == Z_OK, "zlib starts")
    }

    deinit {
        inflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// What one step did.
    struct Step {
        /// Bytes taken from the input.
        var consumed: Int
        /// Bytes put into the output.
        var produced: Int
        /// Whether the stream has come to its end.
        var ended: Bool
    }

    /// Unpacks from `input` into `output` until one of them is used up or the stream ends.
    ///
    /// - Throws: `.corrupt`.
    func step(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(DeflateError) -> Step {
        let given = min(input.count, largestPiece)
        let room = min(output.count, largestPiece)
        stream.pointee.next_in = input.baseAddress.map {
            UnsafeMutablePointer(mutating: $0.assumingMemoryBound(to: UInt8.self))
        }
        stream.pointee.avail_in = UInt32(given)
        stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(room)
        let result = inflate(stream, Z_NO_FLUSH)
        guard result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR else {
            throw .corrupt
        }
        return Step(
            consumed: given - Int(stream.pointee.avail_in),
            produced: room - Int(stream.pointee.avail_out), ended: result == Z_STREAM_END)
    }

    /// Unpacks from `input[from...]`, appending at most `room` bytes to `output`.
    ///
    /// - Throws: `.corrupt`.
    func step(
        _ input: [UInt8], from: Int, into output: inout [UInt8], room: Int
    ) throws(DeflateError) -> Step {
        var result = Result<Step, DeflateError>.failure(.corrupt)
        let piece = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            input.withUnsafeBytes { bytes in
                result = Result { () throws(DeflateError) -> Step in
                    try step(
                        UnsafeRawBufferPointer(rebasing: bytes[from...]),
                        into: UnsafeMutableRawBufferPointer(buffer))
                }
            }
            count = (try? result.get())?.produced ?? 0
        }
        output.append(contentsOf: piece)
        return try result.get()
    }
}
