import Bytes
import Testing

/// A Zarr archive taken apart by the specification (version 2), independent of the writer.
struct ZarrFile {
    let files: [String: [UInt8]]

    /// The members of a zip archive, which must all be stored.
    init(_ zip: [UInt8]) throws {
        func number(_ at: Int, _ size: Int) -> Int {
            (0..<size).reduce(0) { $0 | Int(zip[at + $1]) << (8 * $1) }
        }
        var files: [String: [UInt8]] = [:]
        var at = 0
        while number(at, 4) == 0x0403_4B50 {
            try #require(number(at + 8, 2) == 0)
            let name = at + 30
            let body = name + number(at + 26, 2) + number(at + 28, 2)
            let end = body + number(at + 18, 4)
            let key = String(decoding: zip[name..<name + number(at + 26, 2)], as: UTF8.self)
            files[key] = Array(zip[body..<end])
            at = end
        }
        self.files = files
    }

    func json(_ path: String) throws -> JSON {
        try JSON.parse(try #require(files[path], "\(path)"))
    }

    func encoding(_ path: String) throws -> String? {
        try json(path + "/.zattrs")["encoding-type"]?.string
    }

    func shape(_ path: String) throws -> [Int] {
        try json(path + "/.zarray")["shape"]?.array?.compactMap(\.int) ?? []
    }

    func chunk(_ path: String) throws -> [UInt8] {
        try Deflate.decompress(try #require(files[path], "\(path)"), limit: 1 << 24)
    }

    private func scalars<T: FixedWidthInteger>(_ path: String, _: T.Type) throws -> [T] {
        let bytes = try chunk(path)
        let size = MemoryLayout<T>.size
        return stride(from: 0, to: bytes.count, by: size).map { at in
            (0..<size).reduce(0) { $0 | T(truncatingIfNeeded: bytes[at + $1]) << T(8 * $1) }
        }
    }

    /// The numbers of one chunk in the type that `.zarray` names.
    func numbers(_ path: String, chunk: String = "0") throws -> [Double] {
        let at = "\(path)/\(chunk)"
        switch try json(path + "/.zarray")["dtype"]?.string {
        case "|i1": return try self.chunk(at).map { Double(Int8(bitPattern: $0)) }
        case "<i2": return try scalars(at, Int16.self).map { Double($0) }
        case "<i4": return try scalars(at, Int32.self).map { Double($0) }
        case "<i8": return try scalars(at, Int64.self).map { Double($0) }
        case "<u4": return try scalars(at, UInt32.self).map { Double($0) }
        case "<f4": return try scalars(at, UInt32.self).map { Double(Float(bitPattern: $0)) }
        case "<f8": return try scalars(at, UInt64.self).map { Double(bitPattern: $0) }
        default:
            Issue.record("\(path) is not an array of numbers")
            return []
        }
    }

    /// The texts of an array of one chunk.
    func texts(_ path: String) throws -> [String] {
        let description = try json(path + "/.zarray")
        #expect(description["dtype"] == "|O")
        #expect(description["filters"] == [["id": "vlen-utf8"]])
        if try shape(path) == [0] { return [] }
        let bytes = try chunk(path + "/0")
        func number(_ at: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) } }
        var at = 4
        let texts = (0..<number(0)).map { _ in
            let end = at + 4 + number(at)
            defer { at = end }
            return String(decoding: bytes[at + 4..<end], as: UTF8.self)
        }
        #expect(at == bytes.count)
        return texts
    }
}
