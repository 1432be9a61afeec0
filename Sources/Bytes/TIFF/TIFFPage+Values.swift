extension TIFFPage {
    /// The numbers of some samples of every pixel, an array of shape (height, width) each.
    ///
    /// Memory: what comes out, and one strip or tile. Every strip or tile is unpacked once.
    /// - Precondition: they are the page's samples.
    /// - Throws: `TIFFError` where a strip or tile lies beyond the file, is damaged, or has another
    ///   size than its rows.
    public func arrays(samples wanted: Range<Int>) throws(TIFFError) -> [NPYArray] {
        precondition((0..<samples).contains(wanted), "samples of the page")
        let segments = try TIFFSegments(self)
        let empty = [UInt8](repeating: 0, count: width * height * elementSize)
        var data = [[UInt8]](repeating: empty, count: wanted.count)
        let predictor = TIFFPredictor(
            width: segments.width, samples: isPlanar ? 1 : samples, elementSize: elementSize,
            isBigEndian: input.isBigEndian)
        for plane in isPlanar ? wanted : 0..<1 {
            for index in 0..<segments.count {
                var bytes = try unpacked(segments, plane * segments.count + index)
                predictor.undo(self.predictor, &bytes)
                let place = segments.place(index)
                for sample in isPlanar ? plane..<plane + 1 : wanted {
                    copy(
                        bytes, from: segments, at: place, sample: isPlanar ? 0 : sample,
                        of: predictor.samples, to: &data[sample - wanted.lowerBound])
                }
            }
        }
        return data.map { NPYArray(shape: [height, width], type: type, data: $0) }
    }

    /// The bytes of a strip or tile.
    private func unpacked(_ segments: TIFFSegments, _ index: Int) throws(TIFFError) -> [UInt8] {
        let rows = segments.rows(index % segments.count)
        let expected = segments.width * rows * elementSize * (isPlanar ? 1 : samples)
        let (offset, count) = try segments.bytes(index)
        let what = segments.isTiled ? "tile \(index + 1)" : "strip \(index + 1)"
        do throws(TIFFError) {
            switch compression {
            case .none:
                guard count >= expected else {
                    throw TIFFError("\(what): expected \(expected) bytes, found \(count)")
                }
                return try input.bytes(expected, at: offset, what)
            case .deflate:
                let packed = try input.bytes(count, at: offset, what)
                let bytes: [UInt8]
                do throws(DeflateError) {
                    bytes = try Deflate.decompress(packed, limit: expected)
                } catch { throw TIFFError("\(what): \(error.description)") }
                guard bytes.count == expected else {
                    throw TIFFError("\(what): expected \(expected) bytes, found \(bytes.count)")
                }
                return bytes
            case .packBits:
                let packed = try input.bytes(count, at: offset, what)
                guard let bytes = PackBits.unpacked(packed, count: expected) else {
                    throw TIFFError("\(what): expected \(expected) bytes in PackBits")
                }
                return bytes
            }
        } catch { throw directory.error(error.what) }
    }

    /// Copies one sample of the pixels of a strip or tile to their places.
    private func copy(
        _ bytes: [UInt8], from segments: TIFFSegments, at place: (x: Int, y: Int), sample: Int,
        of count: Int, to data: inout [UInt8]
    ) {
        let columns = min(segments.width, width - place.x)
        let rows = min(bytes.count / (segments.width * count * elementSize), height - place.y)
        let step = count * elementSize
        for row in 0..<rows {
            var from = row * segments.width * step + sample * elementSize
            var to = ((place.y + row) * width + place.x) * elementSize
            if count == 1 {
                let size = columns * elementSize
                data.replaceSubrange(to..<to + size, with: bytes[from..<from + size])
                continue
            }
            for _ in 0..<columns {
                for byte in 0..<elementSize { data[to + byte] = bytes[from + byte] }
                from += step
                to += elementSize
            }
        }
    }
}

/// The strips or tiles of a page.
struct TIFFSegments {
    private let page: TIFFPage
    /// Whether they are tiles.
    let isTiled: Bool
    /// Pixels in a row of one.
    let width: Int
    /// Rows of one; the last strip may have fewer.
    let height: Int
    private let across: Int
    /// How many of them a plane has.
    let count: Int

    /// - Throws: `TIFFError` where their number is not that of the page's size.
    init(_ page: TIFFPage) throws(TIFFError) {
        self.page = page
        let directory = page.directory
        isTiled = directory.has(322) || directory.has(324)
        if isTiled {
            width = try directory.number(322) ?? 0
            height = try directory.number(323) ?? 0
            guard (1...65_536).contains(width), (1...65_536).contains(height),
                width * height <= 1 << 26
            else { throw directory.error("tiles of \(width) x \(height) pixels") }
        } else {
            width = page.width
            height = min(max(try directory.number(278) ?? page.height, 1), page.height)
        }
        across = (page.width + width - 1) / width
        count = across * ((page.height + height - 1) / height)
        let needed = count * (page.isPlanar ? page.samples : 1)
        let tags = isTiled ? [324, 325] : [273, 279]
        for tag in tags {
            guard directory.count(tag) == needed else {
                throw directory.error(
                    "expected \(needed) \(isTiled ? "tiles" : "strips") (tag \(tag)), found"
                        + " \(directory.count(tag))")
            }
        }
        // A file of a few bytes must not become a large image, but by deflate (1,032 at most).
        let bytes = page.width * page.height * page.elementSize
        guard bytes / 1_032 <= page.input.size else {
            throw directory.error(
                "\(page.width) x \(page.height) pixels in \(page.input.size) bytes")
        }
    }

    /// Top left pixel of one of a plane.
    func place(_ index: Int) -> (x: Int, y: Int) {
        (index % across * width, index / across * height)
    }

    /// Rows that one of a plane has in the file.
    func rows(_ index: Int) -> Int {
        isTiled ? height : min(height, page.height - index * height)
    }

    /// Where one lies in the file.
    func bytes(_ index: Int) throws(TIFFError) -> (offset: Int, count: Int) {
        let part = index..<index + 1
        return (
            try page.directory.numbers(isTiled ? 324 : 273, part)[0],
            try page.directory.numbers(isTiled ? 325 : 279, part)[0]
        )
    }
}
