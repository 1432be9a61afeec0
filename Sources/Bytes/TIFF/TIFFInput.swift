/// The bytes of a TIFF file at any place, in the file's byte order.
struct TIFFInput: Sendable {
    private let file: ReadableFile
    private let range: Range<Int>
    /// Whether the most significant byte comes first.
    let isBigEndian: Bool
    /// Whether offsets have 64 bits (BigTIFF).
    let isBig: Bool
    /// Where the first directory is.
    let first: Int

    /// Bytes of the file.
    var size: Int { range.count }

    /// Reads the header (TIFF 6.0, section 2; BigTIFF as libtiff has it).
    init(_ file: ReadableFile, in range: Range<Int>) throws(TIFFError) {
        self.file = file
        self.range = range
        let cutOff = TIFFError("expected a header of at least 8 bytes, found \(range.count)")
        guard range.count >= 8 else { throw cutOff }
        let head: [UInt8]
        do throws(FileError) {
            head = try file.read(min(16, range.count), at: range.lowerBound)
        } catch { throw TIFFError(error.description) }
        guard head[0] == head[1], head[0] == 0x49 || head[0] == 0x4D else {
            throw TIFFError("expected II or MM at the beginning")
        }
        let isBigEndian = head[0] == 0x4D
        self.isBigEndian = isBigEndian
        func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
            Self.number(bytes, isBigEndian: isBigEndian)
        }
        switch number(head[2..<4]) {
        case 42:
            isBig = false
            first = Int(number(head[4..<8]))
        case 43:
            isBig = true
            guard head.count == 16 else { throw cutOff }
            guard number(head[4..<6]) == 8, number(head[6..<8]) == 0 else {
                throw TIFFError("expected BigTIFF offsets of 8 bytes")
            }
            first = Int(clamping: number(head[8..<16]))
        default: throw TIFFError("expected the number 42 or 43 after II or MM")
        }
    }

    /// A number of up to 8 bytes.
    static func number(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool) -> UInt64 {
        var value: UInt64 = 0
        if isBigEndian {
            for byte in bytes { value = value << 8 | UInt64(byte) }
        } else {
            for byte in bytes.reversed() { value = value << 8 | UInt64(byte) }
        }
        return value
    }

    /// A number in the file's byte order.
    func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        Self.number(bytes, isBigEndian: isBigEndian)
    }

    /// Where some bytes lie in the file that holds the TIFF file, if they lie in it.
    func place(_ count: Int, at offset: Int) -> Range<Int>? {
        guard offset >= 0, count >= 0, offset <= size, count <= size - offset else { return nil }
        return range.lowerBound + offset..<range.lowerBound + offset + count
    }

    /// Bytes at an offset.
    ///
    /// - Throws: `TIFFError` where they lie beyond the file, before anything is allocated.
    func bytes(_ count: Int, at offset: Int, _ what: String) throws(TIFFError) -> [UInt8] {
        guard let place = place(count, at: offset) else {
            throw TIFFError(
                "\(what) of \(count) bytes at byte \(offset) lies beyond the \(size) bytes that are"
                    + " there")
        }
        do throws(FileError) {
            return try file.read(count, at: place.lowerBound)
        } catch { throw TIFFError(error.description) }
    }
}
