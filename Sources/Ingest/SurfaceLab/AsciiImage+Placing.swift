import Imaging

extension AsciiImage {
    /// Puts the values of a file where its coordinates say.
    ///
    /// - Throws: `AsciiProblem` where a pixel is listed twice, or is missing inside the box and
    ///   `missingAsZero` is false: the count, the first pixel and its line.
    init(_ lines: AsciiLines, missingAsZero: Bool) throws(AsciiProblem) {
        let box = lines.box
        let listed = lines.values.count
        let typed = PixelValues(smallest: lines.values)
        if lines.positions == nil, listed == box.area {
            values = typed
            missing = 0
        } else {
            let offsets = lines.offsets
            missing = try lines.requireDistinct(offsets)
            if missing > 0 {
                guard missingAsZero else { throw lines.missingProblem(offsets, count: missing) }
                try lines.requireDense()
            }
            values = typed.scattered(to: offsets, count: box.area)
        }
        self.box = box
        self.listed = listed
        self.lines = lines.line(ofValue: 0)...lines.line(ofValue: listed - 1)
        facts = lines.facts
    }

    /// The image over a larger box; the new pixels are 0.
    func padded(to box: PixelBox) -> PixelValues {
        guard box != self.box else { return values }
        var offsets: [Int] = []
        offsets.reserveCapacity(self.box.area)
        for y in self.box.minY...self.box.maxY {
            let start = (y - box.minY) * box.width + self.box.minX - box.minX
            offsets.append(contentsOf: start..<start + self.box.width)
        }
        return values.scattered(to: offsets, count: box.area)
    }
}

extension AsciiLines {
    /// How many zero pixels a listed one may bring: an upload of a few lines must not become
    /// gigabytes of zeros.
    static let mostMissingPerListed = 200

    /// Row-major places of the values inside the box.
    fileprivate var offsets: [Int] {
        guard let positions else { return Array(0..<values.count) }
        let width = box.width
        return positions.map {
            (Int($0 >> 16) - box.minY) * width + Int($0 & 0xFFFF) - box.minX
        }
    }

    /// The number of pixels in the box that are not listed.
    ///
    /// - Throws: where one is listed twice.
    fileprivate func requireDistinct(_ offsets: [Int]) throws(AsciiProblem) -> Int {
        var seen = [Bool](repeating: false, count: box.area)
        var distinct = 0
        var firstRepeated: Int?
        for (index, offset) in offsets.enumerated() {
            if seen[offset] {
                firstRepeated = firstRepeated ?? index
            } else {
                seen[offset] = true
                distinct += 1
            }
        }
        guard let index = firstRepeated else { return box.area - distinct }
        let count = offsets.count - distinct
        throw AsciiProblem(
            line: line(ofValue: index),
            detail: "expected every pixel once, found \(count) repeated"
                + " pixel\(count == 1 ? "" : "s"), first \(pixel(offsets[index]))")
    }

    /// Names the first pixel that is missing, and the line before which it should stand.
    fileprivate func missingProblem(_ offsets: [Int], count: Int) -> AsciiProblem {
        var seen = [Bool](repeating: false, count: box.area)
        for offset in offsets { seen[offset] = true }
        let gap = seen.firstIndex(of: false) ?? 0
        let next = offsets.firstIndex { $0 > gap } ?? offsets.count - 1
        return AsciiProblem(
            line: line(ofValue: next),
            detail: "expected every pixel once, found \(count) missing"
                + " pixel\(count == 1 ? "" : "s"), first \(pixel(gap))")
    }

    fileprivate func requireDense() throws(AsciiProblem) {
        guard box.area <= 1 << 16 || box.area / Self.mostMissingPerListed <= values.count else {
            throw AsciiProblem(
                line: nil,
                detail: "only \(values.count) of \(box.area) pixels are listed: too few to take"
                    + " the others as zero",
                isLimit: true)
        }
    }

    private func pixel(_ offset: Int) -> String {
        let (y, x) = offset.quotientAndRemainder(dividingBy: box.width)
        return "(X \(x + box.minX), Y \(y + box.minY))"
    }
}

extension PixelValues {
    /// The values at other places of an image of zeros.
    fileprivate func scattered(to offsets: [Int], count: Int) -> PixelValues {
        func scatter<T: Numeric>(_ values: [T]) -> [T] {
            var result = [T](repeating: 0, count: count)
            for (value, offset) in zip(values, offsets) { result[offset] = value }
            return result
        }
        return switch self {
        case .uint8(let v): .uint8(scatter(v))
        case .uint16(let v): .uint16(scatter(v))
        case .uint32(let v): .uint32(scatter(v))
        case .float32(let v): .float32(scatter(v))
        case .float64(let v): .float64(scatter(v))
        }
    }
}
