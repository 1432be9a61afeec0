/// For each point its nearest so far, and others that may be nearer.
///
/// A candidate is its squared distance's bits above its index, so that the order of whole numbers is
/// the order by distance, then index. Distances come from products until a list is finished.
final class NeighbourLists: @unchecked Sendable {
    /// Squared distance above which a point cannot be in the list, with the products' error added.
    let limits: AlignedFloats
    private let points: NeighbourPoints
    private let k: Int
    private let room: Int
    private let keys: UnsafeMutablePointer<UInt64>
    private let counts: UnsafeMutablePointer<Int32>

    init(_ points: NeighbourPoints, _ k: Int) {
        self.points = points
        self.k = k
        room = k + max(48, k / 2)
        let width = points.kernels.tileColumns
        let padded = (points.count + width - 1) / width * width
        limits = AlignedFloats(count: padded)
        limits.start.initialize(repeating: -.infinity, count: padded)
        limits.start.update(repeating: .infinity, count: points.count)
        keys = .allocate(capacity: points.count * room)
        counts = .allocate(capacity: points.count)
        counts.initialize(repeating: 0, count: points.count)
    }

    deinit {
        keys.deallocate()
        counts.deallocate()
    }

    /// Enters `hits` pairs of a row and a column, each in the lists of both; within one block, pairs of
    /// a row below its column and a point with itself are left out.
    func take(
        _ hits: Int, _ found: UnsafePointer<UInt64>, _ rows: Range<Int>, _ columns: Range<Int>
    ) {
        for hit in 0..<hits {
            let word = found[hit]
            let i = rows.lowerBound + Int(word >> 16 & 0xFFFF)
            let j = columns.lowerBound + Int(word & 0xFFFF)
            guard i > j else { continue }
            let square = Float(bitPattern: UInt32(truncatingIfNeeded: word >> 32))
            let bits = square > 0 ? word & 0xFFFF_FFFF_0000_0000 : 0
            append(bits | UInt64(j), to: i, square)
            append(bits | UInt64(i), to: j, square)
        }
    }

    /// Without a branch on the limit, which nothing could foresee.
    @inline(__always)
    private func append(_ key: UInt64, to point: Int, _ square: Float) {
        let count = Int(counts[point])
        keys[point * room + count] = key
        let next = count + (square > limits.start[point] ? 0 : 1)
        counts[point] = Int32(truncatingIfNeeded: next)
        if next == room { shorten(point) }
    }

    /// Keeps what may be among the k nearest, and learns a limit from it.
    private func shorten(_ point: Int) {
        let list = keys + point * room
        let last = select(list, Int(counts[point]), k - 1)
        let far = Float(bitPattern: UInt32(truncatingIfNeeded: last >> 32))
        let error = points.slack * (2 * (points.norms.start[point] + points.longest) + far)
        // Squares that are not finite rule nothing out.
        limits.start[point] = error.isFinite ? far + error : .infinity
        let most = UInt64((far + error).bitPattern) << 32 | 0xFFFF_FFFF
        var kept = k
        for i in k..<Int(counts[point]) where list[i] <= most || !error.isFinite {
            list[kept] = list[i]
            kept += 1
        }
        counts[point] = Int32(truncatingIfNeeded: kept)
        if kept > (k + room) / 2 { settle(point) }
    }

    /// Measures the candidates by differences, sorts them, and keeps the k nearest.
    private func settle(_ point: Int) {
        var list = UnsafeMutableBufferPointer(
            start: keys + point * room, count: Int(counts[point]))
        let dimension = points.dimension
        points.withValues { values in
            for i in list.indices {
                let index = list[i] & 0xFFFF_FFFF
                let distance = points.kernels.squaredDistance(
                    values + point * dimension, values + Int(index) * dimension, dimension)
                list[i] = UInt64(distance.bitPattern) << 32 | index
            }
        }
        list.sort()
        counts[point] = Int32(truncatingIfNeeded: min(list.count, k))
    }

    /// Settles all lists, once every pair was entered; false if `proceed`, told the share done, said no.
    func finish(proceed: (Double) -> Bool) -> Bool {
        for first in stride(from: 0, to: points.count, by: 16_384) {
            guard proceed(Double(first) / Double(points.count)) else { return false }
            Parallel.forEachRange(min(16_384, points.count - first), grain: 256) { range in
                for point in first + range.lowerBound..<first + range.upperBound {
                    if Int(counts[point]) > k { shorten(point) }
                    settle(point)
                }
            }
        }
        return true
    }

    /// The lists, once finished.
    var result: (indices: [Int32], squaredDistances: [Float]) {
        let total = points.count * k
        let indices = [Int32](unsafeUninitializedCapacity: total) { buffer, filled in
            for at in 0..<total {
                let key = keys[at / k * room + at % k]
                buffer[at] = Int32(truncatingIfNeeded: key & 0xFFFF_FFFF)
            }
            filled = total
        }
        let distances = [Float](unsafeUninitializedCapacity: total) { buffer, filled in
            for at in 0..<total {
                let key = keys[at / k * room + at % k]
                buffer[at] = Float(bitPattern: UInt32(truncatingIfNeeded: key >> 32))
            }
            filled = total
        }
        return (indices, distances)
    }
}

/// Puts the number that is at place `rank` in order there, none above it before it (Hoare's select).
private func select(_ list: UnsafeMutablePointer<UInt64>, _ count: Int, _ rank: Int) -> UInt64 {
    var (low, high) = (0, count - 1)
    while low < high {
        let pivot = middle(list[low], list[(low + high) / 2], list[high])
        var (i, j) = (low, high)
        while i <= j {
            while list[i] < pivot { i += 1 }
            while list[j] > pivot { j -= 1 }
            if i <= j {
                let swapped = list[i]
                list[i] = list[j]
                list[j] = swapped
                i += 1
                j -= 1
            }
        }
        if rank <= j { high = j } else if rank >= i { low = i } else { break }
    }
    return list[rank]
}

@inline(__always)
private func middle(_ a: UInt64, _ b: UInt64, _ c: UInt64) -> UInt64 {
    max(min(a, b), min(max(a, b), c))
}
