/// The search of all points against all, a block of rows by a tile of columns at a time.
///
/// Every block of rows writes its own part of the lists, so blocks may run on any thread.
final class TiledSearch: @unchecked Sendable {
    /// Points whose lists are found together.
    static let rows = 96
    /// Points they are compared with in one product.
    static let columns = 512

    private let points: [Float]
    private let count: Int
    private let dimension: Int
    private let k: Int
    private let kernels = InstructionSet.active
    /// The points less their mean, row-major and as panels of the product.
    private let centred: AlignedFloats
    private let panels: AlignedFloats
    /// |y|^2 less the largest error of a distance found by the product.
    private let norms: AlignedFloats
    /// How much of |x|^2 + |y|^2 that error can be.
    private let slack: Float
    private let indices: UnsafeMutablePointer<Int32>
    private let distances: UnsafeMutablePointer<Float>

    init(_ points: [Float], _ count: Int, _ dimension: Int, _ k: Int) {
        self.points = points
        self.count = count
        self.dimension = dimension
        self.k = k
        slack = Float(dimension + 12) * 0x1p-23
        let width = kernels.tileColumns
        centred = AlignedFloats(count: count * dimension)
        panels = AlignedFloats(count: (count + width - 1) / width * width * dimension)
        norms = AlignedFloats(count: count)
        indices = .allocate(capacity: count * k)
        distances = .allocate(capacity: count * k)
        centre()
        pack(
            centred.start, lines: count, depth: dimension, lineStride: dimension, valueStride: 1,
            width: width, to: panels.start)
    }

    deinit {
        indices.deallocate()
        distances.deallocate()
    }

    /// The lists, once all blocks have run.
    var result: (indices: [Int32], squaredDistances: [Float]) {
        (
            Array(UnsafeBufferPointer(start: indices, count: count * k)),
            Array(UnsafeBufferPointer(start: distances, count: count * k))
        )
    }

    private func centre() {
        var mean = [Double](repeating: 0, count: dimension)
        for i in 0..<count {
            for c in 0..<dimension { mean[c] += Double(points[i * dimension + c]) }
        }
        let middle = mean.map { Float($0 / Double(count)) }
        for i in 0..<count {
            var sum: Float = 0
            for c in 0..<dimension {
                let x = points[i * dimension + c] - middle[c]
                centred.start[i * dimension + c] = x
                sum += x * x
            }
            norms.start[i] = sum * (1 - slack)
        }
    }

    /// Finds the lists of one block of points.
    func run(block: Int) {
        let first = block * Self.rows
        let rows = min(Self.rows, count - first)
        let left = AlignedFloats(count: Self.rows * dimension)
        let dots = AlignedFloats(count: Self.rows * Self.columns)
        pack(
            centred.start + first * dimension, lines: rows, depth: dimension,
            lineStride: dimension, valueStride: 1, width: kernels.tileRows, to: left.start)
        points.withUnsafeBufferPointer { points in
            guard let points = points.baseAddress ?? UnsafePointer(bitPattern: 16) else { return }
            let lists = CandidateLists(rows: rows, neighbours: k, slack: slack)
            for column in stride(from: 0, to: count, by: Self.columns) {
                let columns = min(Self.columns, count - column)
                dots.start.update(repeating: 0, count: Self.rows * Self.columns)
                kernels.product(
                    rows, columns, dimension, 1, left.start, panels.start + column * dimension,
                    dots.start, Self.columns)
                for row in 0..<rows {
                    scan(row, first, column, columns, dots, lists, points)
                }
            }
            for row in 0..<rows {
                lists.finish(row, to: first + row, points, dimension, kernels, indices, distances)
            }
        }
    }

    private func scan(
        _ row: Int, _ first: Int, _ column: Int, _ columns: Int, _ dots: AlignedFloats,
        _ lists: CandidateLists, _ points: UnsafePointer<Float>
    ) {
        let found = lists.found
        let hits = kernels.scan(
            dots.start + row * Self.columns, norms.start + column, columns,
            lists.limits[row] - norms.start[first + row], found)
        for hit in 0..<hits {
            let other = column + Int(found[hit])
            guard other != first + row else { continue }
            if lists.append(other, row) {
                lists.shorten(row, first + row, points, dimension, kernels)
            }
        }
    }
}

/// For each point of a block: its nearest so far, and others that may be nearer.
///
/// A candidate is its squared distance's bits above its index, so that the order of whole numbers is
/// the order by distance, then index. The distance is filled in when the list is shortened.
private final class CandidateLists {
    let found: UnsafeMutablePointer<Int32>
    /// Distance above which a point cannot be in the list, with the products' error added.
    let limits: UnsafeMutablePointer<Float>
    private let k: Int
    private let room: Int
    private let slack: Float
    private let keys: UnsafeMutablePointer<UInt64>
    private let counts: UnsafeMutablePointer<Int>
    private let measured: UnsafeMutablePointer<Int>

    init(rows: Int, neighbours: Int, slack: Float) {
        k = neighbours
        room = 2 * neighbours + 64
        self.slack = slack
        found = .allocate(capacity: TiledSearch.columns + 8)
        limits = .allocate(capacity: rows)
        limits.initialize(repeating: .infinity, count: rows)
        keys = .allocate(capacity: rows * room)
        counts = .allocate(capacity: rows)
        counts.initialize(repeating: 0, count: rows)
        measured = .allocate(capacity: rows)
        measured.initialize(repeating: 0, count: rows)
    }

    deinit {
        found.deallocate()
        limits.deallocate()
        keys.deallocate()
        counts.deallocate()
        measured.deallocate()
    }

    /// Adds a candidate; true if the list is now full.
    @inline(__always) func append(_ index: Int, _ row: Int) -> Bool {
        keys[row * room + counts[row]] = UInt64(index)
        counts[row] += 1
        return counts[row] == room
    }

    /// Measures the new candidates, sorts, and keeps the k nearest.
    func shorten(
        _ row: Int, _ point: Int, _ points: UnsafePointer<Float>, _ dimension: Int,
        _ kernels: KernelTable
    ) {
        var list = UnsafeMutableBufferPointer(start: keys + row * room, count: counts[row])
        let from = points + point * dimension
        for i in measured[row]..<counts[row] {
            let index = Int(list[i])
            let distance = kernels.squaredDistance(from, points + index * dimension, dimension)
            list[i] = UInt64(distance.bitPattern) << 32 | UInt64(index)
        }
        list.sort()
        counts[row] = min(counts[row], k)
        measured[row] = counts[row]
        guard counts[row] == k else { return }
        let last = Float(bitPattern: UInt32(list[k - 1] >> 32))
        // Points come by rising index: one that is no nearer than zero comes too late.
        limits[row] = last == 0 ? -.infinity : last * (1 + slack)
    }

    /// Writes the finished list of a point.
    func finish(
        _ row: Int, to point: Int, _ points: UnsafePointer<Float>, _ dimension: Int,
        _ kernels: KernelTable, _ indices: UnsafeMutablePointer<Int32>,
        _ distances: UnsafeMutablePointer<Float>
    ) {
        shorten(row, point, points, dimension, kernels)
        for i in 0..<k {
            let key = keys[row * room + i]
            indices[point * k + i] = Int32(truncatingIfNeeded: key & 0xFFFF_FFFF)
            distances[point * k + i] = Float(bitPattern: UInt32(key >> 32))
        }
    }
}
