import Bytes

/// Makes small TIFF files of 16-bit pages by the layout of TIFF 6.0, also wrong ones.
struct TiffFixture {
    enum Packing: CaseIterable {
        case none, deflate, packBits, lzw

        /// Its number in tag 259.
        var code: Int {
            switch self {
            case .none: 1
            case .deflate: 8
            case .packBits: 32_773
            case .lzw: 5
            }
        }
    }

    var isBigEndian = false
    var isBig = false
    var packing = Packing.none
    /// Rows of a strip, or the side of a tile.
    var rows = 2
    var isTiled = false
    var width = 5
    var height = 4
    var names: [String?] = [nil]
    /// The description of the first page.
    var description: String?
    /// Changes or adds numbers of fields.
    var change: [Int: Int] = [:]

    /// The count of a page at a pixel.
    static func value(_ page: Int, _ x: Int, _ y: Int) -> Int {
        (page * 31 + y * 7 + x) * 3 % 1_000
    }

    /// What a page holds.
    func values(_ page: Int) -> [Double] {
        var values: [Double] = []
        for y in 0..<height {
            for x in 0..<width { values.append(Double(Self.value(page, x, y))) }
        }
        return values
    }

    private func number(_ value: Int, _ size: Int) -> [UInt8] {
        let bytes: [UInt8] = (0..<size).map { (place: Int) in
            UInt8(truncatingIfNeeded: value >> (place * 8))
        }
        return isBigEndian ? bytes.reversed() : bytes
    }

    private func packed(_ bytes: [UInt8]) -> [UInt8] {
        switch packing {
        case .none, .lzw: return bytes
        case .deflate: return Deflate.compress(bytes)
        case .packBits:
            return stride(from: 0, to: bytes.count, by: 100).flatMap { start -> [UInt8] in
                let part = bytes[start..<min(start + 100, bytes.count)]
                return [UInt8(part.count - 1)] + part
            }
        }
    }

    private func segments(_ page: Int) -> [[UInt8]] {
        var segments: [[UInt8]] = []
        let across = isTiled ? rows : width
        for top in stride(from: 0, to: height, by: rows) {
            for left in stride(from: 0, to: width, by: across) {
                var bytes: [UInt8] = []
                for y in top..<(isTiled ? top + rows : min(top + rows, height)) {
                    for x in left..<left + across {
                        let isInside = x < width && y < height
                        bytes += number(isInside ? Self.value(page, x, y) : 0, 2)
                    }
                }
                segments.append(packed(bytes))
            }
        }
        return segments
    }

    /// The file.
    func bytes() -> [UInt8] {
        var file: [UInt8] = isBigEndian ? [0x4D, 0x4D] : [0x49, 0x49]
        file += number(isBig ? 43 : 42, 2)
        if isBig { file += number(8, 2) + number(0, 2) }
        var link = file.count
        let offsetSize = isBig ? 8 : 4
        file += number(0, offsetSize)
        for page in names.indices {
            var offsets: [Int] = []
            let segments = segments(page)
            for segment in segments {
                offsets.append(file.count)
                file += segment
            }
            var fields: [Int: (type: Int, values: [Int])] = [
                256: (3, [width]), 257: (3, [height]), 258: (3, [16]),
                259: (3, [packing.code]),
                262: (3, [1]), 277: (3, [1]), 339: (3, [1]),
            ]
            let counts = segments.map(\.count)
            if isTiled {
                fields[322] = (3, [rows])
                fields[323] = (3, [rows])
                fields[324] = (4, offsets)
                fields[325] = (4, counts)
            } else {
                fields[278] = (3, [rows])
                fields[273] = (4, offsets)
                fields[279] = (4, counts)
            }
            if let name = names[page] { fields[285] = (2, (name + "\0").utf8.map { Int($0) }) }
            if page == 0, let description {
                fields[270] = (2, (description + "\0").utf8.map { Int($0) })
            }
            for (tag, value) in change { fields[tag] = (fields[tag]?.type ?? 4, [value]) }
            var entries: [UInt8] = []
            for (tag, field) in fields.sorted(by: { $0.key < $1.key }) {
                let size = [1: 1, 2: 1, 3: 2, 4: 4][field.type]!
                var data: [UInt8] = []
                for value in field.values { data += number(value, size) }
                entries += number(tag, 2) + number(field.type, 2)
                entries += number(field.values.count, isBig ? 8 : 4)
                if data.count > offsetSize {
                    let place = file.count
                    file += data
                    data = number(place, offsetSize)
                }
                entries += data + [UInt8](repeating: 0, count: offsetSize - data.count)
            }
            file.replaceSubrange(link..<link + offsetSize, with: number(file.count, offsetSize))
            file += number(fields.count, isBig ? 8 : 2) + entries
            link = file.count
            file += number(0, offsetSize)
        }
        return file
    }

    /// The file as an upload.
    func upload(_ name: String = "stack.tif") -> Upload {
        let upload = Upload()
        upload.add(name, bytes())
        return upload
    }
}
