import Bytes

/// Bytes as a row holds them: compressed where that saves room, with a check of what is stored.
struct CodedBytes: Sendable {
    /// How the bytes are written; the numbers are in the file.
    enum Coding: Int, Sendable {
        case plain = 0
        case zlib = 1
    }

    /// Length of the content.
    let size: Int
    let coding: Coding
    /// CRC-32 of `data`.
    let checksum: UInt32
    /// What the row holds.
    let data: [UInt8]

    /// No row holds more content than this: SQLite's own limit is lower.
    private static let largest = 1 << 31

    /// The fast end of zlib.
    private static let level = 1

    /// Codes some content; `inRuns` tells counts of a byte each in raster order, which repeat in runs
    /// and hardly otherwise.
    init(_ bytes: [UInt8], compress: Bool = true, inRuns: Bool = false) {
        size = bytes.count
        var packed: [UInt8] = []
        if compress, bytes.count >= 128 {
            packed =
                inRuns
                ? Deflate.compressRuns(bytes) : Deflate.compress(bytes, level: Self.level)
        }
        let saves = !packed.isEmpty && packed.count < bytes.count - bytes.count / 16
        coding = saves ? .zlib : .plain
        data = saves ? packed : bytes
        checksum = CRC32.of(data)
    }

    /// As another one, with other stored bytes.
    private init(_ other: CodedBytes, data: [UInt8]) {
        size = other.size
        coding = other.coding
        checksum = other.checksum
        self.data = data
    }

    /// The same with its stored bytes taken out, or put back.
    func replacing(_ data: [UInt8]) -> CodedBytes { CodedBytes(self, data: data) }

    /// What four columns of a row hold: size, coding, checksum, data.
    init(_ row: Statement, from column: Int) throws(StoreError) {
        guard let coding = Coding(rawValue: row.int(column + 1)) else {
            throw .damaged("a coding that this version does not know")
        }
        guard (0...Self.largest).contains(row.int(column)) else {
            throw .damaged("an impossible size")
        }
        size = row.int(column)
        self.coding = coding
        checksum = UInt32(truncatingIfNeeded: row.int(column + 2))
        data = row.bytes(column + 3)
    }

    /// The values for four columns in the same order.
    var columns: [Value] {
        [Value(size), Value(coding.rawValue), Value(Int(checksum)), Value(data)]
    }

    /// The content; `what` names it in an error.
    ///
    /// - Throws: `.corrupt` if it is not what was stored.
    func decoded(_ what: @autoclosure () -> String) throws(StoreError) -> [UInt8] {
        guard CRC32.of(data) == checksum else { throw .damaged("\(what()): wrong checksum") }
        let content: [UInt8]
        switch coding {
        case .plain: content = data
        case .zlib:
            do {
                content = try Deflate.decompress(data, exactly: size)
            } catch {
                throw .damaged("\(what()): \(error)")
            }
        }
        guard content.count == size else { throw .damaged("\(what()): wrong length") }
        return content
    }
}
