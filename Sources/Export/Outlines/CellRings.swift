/// A corner of the pixel raster: pixel (x, y) spans the corners (x, y) to (x + 1, y + 1).
public struct Corner: Sendable, Hashable {
    /// From the left edge.
    public var x: Int
    /// From the top edge.
    public var y: Int

    /// A corner.
    public init(x: Int, y: Int) {
        self.x = x
        self.y = y
    }
}

/// Traces the edges of a set of pixels into simple closed rings.
///
/// Pixels that share a side belong together, pixels that share only a corner do not. Every ring
/// visits a corner once and keeps the pixels at the side that makes the shoelace sum positive for an
/// outer ring and negative for a hole.
struct CellRings {
    /// The rings, without their first corner repeated and without corners on straight edges.
    private(set) var rings: [[Corner]] = []

    private let width: Int
    /// Of every corner that edges leave: a bit each for right, down, left, up.
    private var leaving: [Int: UInt8] = [:]

    /// - Parameters:
    ///   - pixels: row-major indices, ascending, all different.
    ///   - width: of the raster.
    /// - Complexity: O(pixels).
    init(pixels: [Int], width: Int) {
        self.width = width
        let inside = Set(pixels)
        var corners: [Int] = []
        for pixel in pixels {
            let (x, y) = (pixel % width, pixel / width)
            if !inside.contains(pixel - width) { add(x, y, 0, &corners) }
            if x + 1 == width || !inside.contains(pixel + 1) { add(x + 1, y, 1, &corners) }
            if !inside.contains(pixel + width) { add(x + 1, y + 1, 2, &corners) }
            if x == 0 || !inside.contains(pixel - 1) { add(x, y + 1, 3, &corners) }
        }
        for corner in corners {
            while let bits = leaving[corner], bits != 0 { trace(from: corner) }
        }
    }

    private var stride: Int { width + 1 }

    private mutating func add(_ x: Int, _ y: Int, _ direction: Int, _ corners: inout [Int]) {
        let corner = y * stride + x
        leaving[corner, default: 0] |= 1 << UInt8(direction)
        corners.append(corner)
    }

    /// Follows one closed path and cuts it into rings wherever it comes to a corner again.
    private mutating func trace(from start: Int) {
        var path: [Int] = []
        var place: [Int: Int] = [:]
        var corner = start
        var direction = -1
        repeat {
            place[corner] = path.count
            path.append(corner)
            direction = take(at: corner, after: direction)
            corner += [1, stride, -1, -stride][direction]
            if let earlier = place[corner] {
                rings.append(simplified(path[earlier...]))
                for passed in path[earlier...] { place[passed] = nil }
                path.removeSubrange(earlier...)
            }
        } while !path.isEmpty
    }

    /// Takes an edge that leaves a corner; of two, the one that stays with the same pixel.
    private mutating func take(at corner: Int, after direction: Int) -> Int {
        let bits = leaving[corner] ?? 0
        let turn = (direction + 1) & 3
        let chosen =
            direction >= 0 && bits & (1 << UInt8(turn)) != 0 ? turn : bits.trailingZeroBitCount
        precondition(chosen < 4, "as many edges leave a corner as come to it")
        leaving[corner] = bits & ~(1 << UInt8(chosen))
        return chosen
    }

    private func simplified(_ path: ArraySlice<Int>) -> [Corner] {
        let ring = path.map { Corner(x: $0 % stride, y: $0 / stride) }
        return ring.indices.filter { index in
            let before = ring[(index + ring.count - 1) % ring.count]
            let after = ring[(index + 1) % ring.count]
            return before.x != after.x && before.y != after.y
        }.map { ring[$0] }
    }
}
