import KernelsBase

#if arch(x86_64)
    import KernelsAVX2
#endif

/// Points less their mean, as panels of the product's right side, with their squared lengths.
final class NeighbourPoints: @unchecked Sendable {
    /// Points on the left of one call of the inner loop; whole panels of both sides.
    static let chunk = 96

    let count: Int
    let dimension: Int
    /// The points as they were given.
    let values: [Float]
    let middle: [Float]
    let panels: AlignedFloats
    let norms: AlignedFloats
    /// The largest of the squared lengths.
    private(set) var longest: Float = 0
    let kernels = InstructionSet.active

    init(_ points: [Float], _ count: Int, _ dimension: Int) {
        self.count = count
        self.dimension = dimension
        values = points
        middle = Self.mean(points, count, dimension)
        let width = kernels.tileColumns
        let padded = (count + width - 1) / width * width
        panels = AlignedFloats(count: padded * dimension)
        norms = AlignedFloats(count: padded)
        Parallel.forEachRange(padded, grain: 16 * Self.chunk) { fill($0) }
        for i in 0..<count { longest = max(longest, norms.start[i]) }
    }

    /// How far the square of a distance found by products can be from that found by differences, as a
    /// share of the two points' squared lengths.
    var slack: Float { Float(dimension + 12) * 0x1p-23 }

    /// The points from `start`, row-major; where they are measured by differences.
    func withValues<R>(_ body: (UnsafePointer<Float>) -> R) -> R {
        values.withUnsafeBufferPointer { buffer in
            // Points without coordinates have no memory, and none of it is read.
            body(buffer.baseAddress ?? UnsafePointer(panels.start))
        }
    }

    private static func mean(_ points: [Float], _ count: Int, _ dimension: Int) -> [Float] {
        var sums = [Double](repeating: 0, count: dimension)
        points.withUnsafeBufferPointer { points in
            sums.withUnsafeMutableBufferPointer { sums in
                for i in 0..<count {
                    for c in 0..<dimension { sums[c] += Double(points[i * dimension + c]) }
                }
            }
        }
        return sums.map { Float($0 / Double(count)) }
    }

    private func fill(_ range: Range<Int>) {
        let width = kernels.tileColumns
        withValues { points in
            for i in range {
                let target = panels.start + (i / width * width * dimension + i % width)
                guard i < count else {
                    for c in 0..<dimension { target[c * width] = 0 }
                    norms.start[i] = .infinity
                    continue
                }
                var sum: Float = 0
                for c in 0..<dimension {
                    let x = points[i * dimension + c] - middle[c]
                    target[c * width] = x
                    sum += x * x
                }
                norms.start[i] = sum
            }
        }
    }

    /// Copies points, less the mean, into panels of the product's left side.
    func pack(_ range: Range<Int>, to panels: UnsafeMutablePointer<Float>) {
        let width = kernels.tileRows
        withValues { points in
            middle.withUnsafeBufferPointer { middle in
                var target = panels
                for first in stride(from: range.lowerBound, to: range.upperBound, by: width) {
                    // Lines beyond the last repeat it: their products are not looked at.
                    let at = { (i: Int) in
                        points + min(first + i, range.upperBound - 1) * self.dimension
                    }
                    let (p, q, r, s, t, u) = (at(0), at(1), at(2), at(3), at(4), at(5))
                    for c in 0..<dimension {
                        let m = middle[c]
                        target[0] = p[c] - m
                        target[1] = q[c] - m
                        target[2] = r[c] - m
                        target[3] = s[c] - m
                        target[4] = t[c] - m
                        target[5] = u[c] - m
                        target += width
                    }
                }
            }
        }
    }
}

/// A chunk of points that is compared with others; one for each piece of work.
final class NeighbourTile {
    /// Pairs found: bits of the squared distance, then row and column within their ranges.
    let found: UnsafeMutablePointer<UInt64>
    private let points: NeighbourPoints
    private let left: AlignedFloats
    private var rows = 0..<0

    init(_ points: NeighbourPoints) {
        self.points = points
        left = AlignedFloats(count: NeighbourPoints.chunk * points.dimension)
        found = .allocate(capacity: NeighbourPoints.chunk * 128 + 16)
    }

    deinit { found.deallocate() }

    /// Takes the points of the left side, at most a chunk.
    func take(_ rows: Range<Int>) {
        self.rows = rows
        points.pack(rows, to: left.start)
    }

    /// Compares them with at most 128 points, the first of them a multiple of 16, and tells how many
    /// pairs are no further apart than the larger of their limits.
    func compare(_ columns: Range<Int>, _ limits: AlignedFloats) -> Int {
        let (start, depth) = (columns.lowerBound, points.dimension)
        let (norms, limits) = (points.norms.start, limits.start)
        let left: KernelsBase.NeighbourPanels = (
            UnsafePointer(self.left.start), UnsafePointer(norms + rows.lowerBound),
            UnsafePointer(limits + rows.lowerBound)
        )
        let right: KernelsBase.NeighbourPanels = (
            UnsafePointer(points.panels.start + start * depth), UnsafePointer(norms + start),
            UnsafePointer(limits + start)
        )
        #if arch(x86_64)
            if InstructionSet.name == "avx2" {
                return KernelsAVX2.MicroKernels.near(
                    rows: rows.count, columns: columns.count, depth: depth, left: left,
                    right: right, found: found)
            }
        #endif
        return KernelsBase.MicroKernels.near(
            rows: rows.count, columns: columns.count, depth: depth, left: left, right: right,
            found: found)
    }
}
