/// Cuts an array in C order into the chunks of a regular grid (Zarr version 2).
struct ZarrChunks {
    /// Length of every axis.
    let shape: [Int]
    /// Length of a chunk on every axis, at least 1.
    let chunk: [Int]

    /// How many chunks lie on every axis.
    private var grid: [Int] { zip(shape, chunk).map { ($0 + $1 - 1) / $1 } }

    /// The place of every chunk, the last axis fastest; one empty place for a scalar.
    var places: [[Int]] {
        var places: [[Int]] = [[]]
        for count in grid {
            places = places.flatMap { place in (0..<count).map { place + [$0] } }
        }
        return places
    }

    /// The bytes of one chunk; what lies past the end of the array is zero.
    func bytes(of array: [UInt8], itemSize: Int, at place: [Int]) -> [UInt8] {
        if shape == chunk { return array }
        let size = chunk.reduce(itemSize, *)
        var out = [UInt8](repeating: 0, count: size)
        let last = shape.count - 1
        let start = zip(place, chunk).map { $0 * $1 }
        let run = min(chunk[last], shape[last] - start[last]) * itemSize
        let rows = chunk.dropLast().reduce(1, *)
        for row in 0..<rows {
            guard let from = source(of: row, start: start) else { continue }
            let to = row * chunk[last] * itemSize
            let first = from * itemSize
            out.replaceSubrange(to..<to + run, with: array[first..<first + run])
        }
        return out
    }

    /// Where a row of a chunk starts in the array, or nil outside of it.
    private func source(of row: Int, start: [Int]) -> Int? {
        var rest = row
        var stride = shape[shape.count - 1]
        var offset = start[shape.count - 1]
        for axis in outerAxes {
            let at = start[axis] + rest % chunk[axis]
            rest /= chunk[axis]
            guard at < shape[axis] else { return nil }
            offset += at * stride
            stride *= shape[axis]
        }
        return offset
    }

    /// All axes but the last, the last of them first.
    private var outerAxes: ReversedCollection<Range<Int>> { (0..<shape.count - 1).reversed() }
}
