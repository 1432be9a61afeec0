/// The data of one member: read, unpacked and checked.
struct ZipMember {
    let file: ReadableFile
    let header: ZipHeader

    private static let pieceSize = 64 << 10
    /// Most packed bytes that are held at once.
    private static let largestWhole = 16 << 20

    /// All bytes.
    ///
    /// Memory: the member's size as declared, which its compressed size bounds, and at most 16 MiB of
    /// packed bytes.
    func bytes() throws(ZipError) -> [UInt8] {
        if let bytes = try wholeBytes() { return bytes }
        var failure: ZipError?
        let bytes = [UInt8](unsafeUninitializedCapacity: header.size) { buffer, count in
            do throws(ZipError) {
                count = try unpack(into: UnsafeMutableRawBufferPointer(buffer))
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        guard CRC32.of(bytes) == header.crc else { throw error(.checksum) }
        return bytes
    }

    /// All bytes by way of all packed bytes, which is faster; nil where they are too many, or
    /// something is wrong that the slower way tells better.
    private func wholeBytes() throws(ZipError) -> [UInt8]? {
        guard header.method == 8, header.compressedSize <= Self.largestWhole else { return nil }
        let count = header.compressedSize
        let packed = UnsafeMutableRawBufferPointer.allocate(
            byteCount: count + WholeInflate.padding, alignment: 16)
        defer { packed.deallocate() }
        let data = UnsafeMutableRawBufferPointer(rebasing: packed[..<count])
        guard try readFile(into: data, at: header.dataOffset) == count else { return nil }
        packed[count...].initializeMemory(as: UInt8.self, repeating: 0)
        let bytes = [UInt8](
            unsafeUninitializedCapacity: header.size + WholeInflate.slack
        ) { output, filled in
            guard let from = packed.baseAddress, let to = output.baseAddress else { return }
            let isWhole = WholeInflate.unpack(
                from, count: count, into: UnsafeMutableRawPointer(to), outputCount: header.size)
            filled = isWhole ? header.size : 0
        }
        return bytes.count == header.size && CRC32.of(bytes) == header.crc ? bytes : nil
    }

    private func error(_ problem: ZipError.Problem) -> ZipError {
        ZipError(problem, member: header.name)
    }

    /// Unpacks all into a buffer of exactly the declared size.
    private func unpack(into buffer: UnsafeMutableRawBufferPointer) throws(ZipError) -> Int {
        if header.method == 0 {
            guard try readFile(into: buffer, at: header.dataOffset) == header.size else {
                throw error(.malformed("cut off"))
            }
            return header.size
        }
        var filled = 0
        // One byte beyond the declared size, so that a longer stream shows itself.
        var spare: UInt8 = 0
        try inflate { step throws(ZipError) in
            if filled < buffer.count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
                filled += try step(rest)
            } else {
                var failure: ZipError?
                var more = 0
                withUnsafeMutableBytes(of: &spare) { one in
                    do throws(ZipError) { more = try step(one) } catch { failure = error }
                }
                if let failure { throw failure }
                guard more == 0 else { throw error(.size) }
            }
        }
        guard filled == header.size else { throw error(.size) }
        return filled
    }

    /// Hands over the bytes piece by piece; `body` answers false to stop.
    func stream(_ body: (UnsafeRawBufferPointer) -> Bool) throws(ZipError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Self.pieceSize, alignment: 16)
        defer { buffer.deallocate() }
        var total = 0
        var crc: UInt32 = 0
        var stopped = false
        func hand(_ count: Int) throws(ZipError) {
            guard count > 0 else { return }
            total += count
            guard total <= header.size else { throw error(.size) }
            let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            crc = CRC32.of(piece, continuing: crc)
            stopped = !body(piece)
        }
        if header.method == 0 {
            while total < header.size, !stopped {
                let room = min(buffer.count, header.size - total)
                let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<room])
                guard try readFile(into: piece, at: header.dataOffset + total) == room else {
                    throw error(.malformed("cut off"))
                }
                try hand(room)
            }
        } else {
            try inflate(until: { stopped }) { step throws(ZipError) in
                try hand(try step(buffer))
            }
        }
        if stopped { return }
        guard total == header.size else { throw error(.size) }
        guard crc == header.crc else { throw error(.checksum) }
    }

    private func readFile(
        into buffer: UnsafeMutableRawBufferPointer, at offset: Int
    ) throws(ZipError) -> Int {
        do throws(FileError) {
            return try file.read(into: buffer, at: offset)
        } catch {
            throw ZipError(.file(error), member: header.name)
        }
    }

    /// Runs the inflater over the member's data until its end; `body` gets a function that fills a
    /// buffer once and says how much came.
    private func inflate(
        until stopped: () -> Bool = { false },
        _ body: (
            _ step: (UnsafeMutableRawBufferPointer) throws(ZipError) -> Int
        ) throws(ZipError) -> Void
    ) throws(ZipError) {
        let inflater = Inflater(.raw)
        let input = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Self.pieceSize, alignment: 16)
        defer { input.deallocate() }
        var position = header.dataOffset
        let end = header.dataOffset + header.compressedSize
        var window = input[..<0]
        var ended = false
        while !ended, !stopped() {
            if window.isEmpty, position < end {
                let room = min(input.count, end - position)
                let count = try readFile(
                    into: UnsafeMutableRawBufferPointer(rebasing: input[..<room]), at: position)
                guard count == room else { throw error(.malformed("cut off")) }
                position += count
                window = input[..<count]
            }
            try body { output throws(ZipError) in
                do throws(DeflateError) {
                    let step = try inflater.step(
                        UnsafeRawBufferPointer(
                            rebasing: UnsafeRawBufferPointer(input)[
                                window.startIndex..<window.endIndex]), into: output)
                    window = window.dropFirst(step.consumed)
                    ended = step.ended
                    if !ended, step.consumed == 0, step.produced == 0 {
                        // Nothing moves: out of input at the end, or a spare byte was not wanted.
                        throw DeflateError.truncated
                    }
                    return step.produced
                } catch {
                    throw self.error(.data(error))
                }
            }
        }
        if stopped() { return }
        guard window.isEmpty, position == end else { throw error(.data(.trailing)) }
    }
}
