import Bytes

/// A PNG file taken apart by the specification: what the tests judge pictures by.
struct PNGReader {
    struct Broken: Error, CustomStringConvertible {
        let description: String
    }

    var width = 0
    var height = 0
    var colorType = 0
    var chunks: [(type: String, data: [UInt8])] = []
    var palette: [UInt8] = []
    /// Indices or red, green, blue.
    var samples: [UInt8] = []

    init(_ file: [UInt8]) throws {
        guard file.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) else {
            throw Broken(description: "no signature")
        }
        var at = 8
        while at < file.count {
            let length = number(file, at)
            let body = Array(file[at + 4..<at + 8 + length])
            guard number(file, at + 8 + length) == Int(CRC32.of(body)) else {
                throw Broken(description: "CRC of chunk at \(at)")
            }
            chunks.append(
                (String(decoding: body.prefix(4), as: UTF8.self), Array(body.dropFirst(4))))
            at += 12 + length
        }
        guard chunks.first?.type == "IHDR", chunks.last?.type == "IEND" else {
            throw Broken(description: "order of chunks")
        }
        width = number(chunks[0].data, 0)
        height = number(chunks[0].data, 4)
        colorType = Int(chunks[0].data[9])
        palette = chunks.first { $0.type == "PLTE" }?.data ?? []
        try unfilter()
    }

    private mutating func unfilter() throws {
        let row = width * (colorType == 2 ? 3 : 1)
        let packed = chunks.filter { $0.type == "IDAT" }.flatMap(\.data)
        let data = try Deflate.decompress(packed, limit: (row + 1) * height)
        guard data.count == (row + 1) * height else { throw Broken(description: "size of data") }
        for y in 0..<height {
            let filter = data[y * (row + 1)]
            guard filter == 0 || filter == 2 else { throw Broken(description: "filter \(filter)") }
            for x in 0..<row {
                let above = filter == 2 && y > 0 ? samples[(y - 1) * row + x] : 0
                samples.append(data[y * (row + 1) + 1 + x] &+ above)
            }
        }
    }

    private func number(_ bytes: [UInt8], _ at: Int) -> Int {
        bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
    }

    /// Red, green, blue of a pixel.
    func color(_ x: Int, _ y: Int) -> [UInt8] {
        let at = y * width + x
        if colorType == 2 { return Array(samples[3 * at..<3 * at + 3]) }
        let index = Int(samples[at])
        return Array(palette[3 * index..<3 * index + 3])
    }
}
