import CZlib

/// Deflates a message that comes in pieces; the same pieces and level give the same result.
public final class DeflateStream {
    private let stream: UnsafeMutablePointer<z_stream>

    /// Most bytes given to zlib, and taken from it, at once.
    private static let step = 1 << 16

    /// A message at its start; levels are 0 (stored) to 9, others are clamped.
    public init(level: Int, wrapping: Deflate.Wrapping) {
        // zlib keeps a pointer to the z_stream: it must not move.
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let result = deflateInit2_(
            stream, Int32(min(max(level, 0), 9)), Z_DEFLATED, wrapping.windowBits, 8,
            Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(result == Z_OK, "zlib starts")
    }

    deinit {
        deflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// What comes out for the next piece; often less than all of it.
    public func compressed(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        bytes.withUnsafeBufferPointer { input in
            for start in stride(from: 0, to: input.count, by: Self.step) {
                let piece = input[start..<min(start + Self.step, input.count)]
                run(UnsafeBufferPointer(rebasing: piece), Z_NO_FLUSH, into: &output)
            }
        }
        return output
    }

    /// The rest; nothing can follow.
    public func finish() -> [UInt8] {
        var output: [UInt8] = []
        run(UnsafeBufferPointer(start: nil, count: 0), Z_FINISH, into: &output)
        return output
    }

    private func run(
        _ input: UnsafeBufferPointer<UInt8>, _ flush: Int32, into output: inout [UInt8]
    ) {
        stream.pointee.next_in = input.baseAddress.map { UnsafeMutablePointer(mutating: $0) }
        stream.pointee.avail_in = UInt32(input.count)
        var isFull = true
        while isFull {
            let piece = [UInt8](unsafeUninitializedCapacity: Self.step) { buffer, count in
                stream.pointee.next_out = buffer.baseAddress
                stream.pointee.avail_out = UInt32(buffer.count)
                let result = deflate(stream, flush)
                precondition(
                    result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR,
                    "zlib has room")
                count = buffer.count - Int(stream.pointee.avail_out)
            }
            output += piece
            isFull = stream.pointee.avail_out == 0
        }
    }
}
