import Bytes
import Imaging
import Kernels

/// How well a layout of the pixels keeps who is near whom.
enum ViewJudge {
    /// Neighbours looked at.
    private static let near = 15
    /// Pixels sampled.
    private static let sample = 1500

    /// Trustworthiness (Venna and Kaski 2001) at 15 neighbours, and the share of the 15 nearest in the
    /// layout that are among the 15 nearest in the data, over sampled pixels against all.
    ///
    /// The data are the counts as umap-learn gets them: scaled by each pixel's median and each ion's
    /// range (the authors' way).
    static func metrics(
        _ workspace: Workspace, embedding path: String
    ) throws(BenchmarkError) -> [Metric] {
        let stack = try workspace.stack()
        let count = stack.grid.count
        guard let places = try Workspace.read(path).floats, places.count == 3 * count else {
            throw BenchmarkError("\(path): expected \(count) x 3 coordinates")
        }
        let data = AuthorsScaling.points(stack)
        let columns = stack.channels.count
        var random = Philox(seed: 7)
        let chosen = (0..<min(sample, count)).map { _ in random.index(below: count) }
        let found = ParallelResults<(penalty: Int, kept: Int)>(count: chosen.count) { place in
            let point = chosen[place]
            let inLayout = nearest(
                distances(places, 3, point), except: point, count: min(near, count - 1))
            let inData = distances(data, columns, point)
            var (penalty, kept) = (0, 0)
            for other in inLayout {
                let rank = rank(of: other, in: inData, from: point)
                penalty += max(0, rank - near)
                kept += rank <= near ? 1 : 0
            }
            return (penalty, kept)
        }.values
        let (n, k, samples) = (Double(count), Double(near), Double(chosen.count))
        let penalty = Double(found.reduce(0) { $0 + $1.penalty })
        guard 2 * n > 3 * k + 1 else { return [] }
        return [
            Metric("trustworthiness", 1 - 2 * penalty / (samples * k * (2 * n - 3 * k - 1))),
            Metric("neighbours_kept", Double(found.reduce(0) { $0 + $1.kept }) / (samples * k)),
        ]
    }

    /// Squared distances of one point to all.
    private static func distances(_ points: [Float], _ columns: Int, _ point: Int) -> [Float] {
        let count = points.count / columns
        var result = [Float](repeating: 0, count: count)
        points.withUnsafeBufferPointer { points in
            for other in 0..<count {
                var wide = SIMD8<Float>(repeating: 0)
                var (a, b) = (point * columns, other * columns)
                for _ in 0..<columns / 8 {
                    let raw = UnsafeRawPointer(points.baseAddress!)
                    let difference =
                        raw.loadUnaligned(fromByteOffset: 4 * a, as: SIMD8<Float>.self)
                        - raw.loadUnaligned(fromByteOffset: 4 * b, as: SIMD8<Float>.self)
                    wide += difference * difference
                    a += 8
                    b += 8
                }
                var sum = wide.sum()
                for offset in 0..<columns % 8 {
                    let difference = points[a + offset] - points[b + offset]
                    sum += difference * difference
                }
                result[other] = sum
            }
        }
        return result
    }

    /// The nearest few, nearest first, equal ones by index.
    static func nearest(_ distances: [Float], except point: Int, count: Int) -> [Int] {
        var best: [Int] = []
        for (index, distance) in distances.enumerated() where index != point {
            if best.count == count, let last = best.last, distance >= distances[last] { continue }
            let place = best.firstIndex { distances[$0] > distance } ?? best.count
            best.insert(index, at: place)
            if best.count > count { best.removeLast() }
        }
        return best
    }

    /// 1 for the nearest point, by distance and then by index.
    static func rank(of other: Int, in distances: [Float], from point: Int) -> Int {
        let limit = distances[other]
        var rank = 1
        for (index, distance) in distances.enumerated() where index != point {
            if distance < limit || (distance == limit && index < other) { rank += 1 }
        }
        return rank
    }
}

/// Pixels as the authors' script gives them to UMAP.
enum AuthorsScaling {
    /// (v + 1) / (median + 1) of each pixel, then each ion onto 0...1; P x M.
    static func points(_ stack: IonStack) -> [Float] {
        let (pixels, columns) = (stack.grid.count, stack.channels.count)
        var points = [Float](repeating: 0, count: pixels * columns)
        points.withUnsafeMutableBufferPointer { buffer in
            nonisolated(unsafe) let out = buffer
            Parallel.forEachRange(pixels, grain: 256) { range in
                for pixel in range {
                    var row = (0..<columns).map { stack.counts[$0 * pixels + pixel] }
                    for (column, value) in row.enumerated() {
                        out[pixel * columns + column] = value
                    }
                    row.sort()
                    let middle = (row[(columns - 1) / 2] + row[columns / 2]) / 2
                    for column in 0..<columns {
                        let place = pixel * columns + column
                        out[place] = (out[place] + 1) / (middle + 1)
                    }
                }
            }
            Parallel.forEach(columns) { column in
                var (low, high) = (Float.infinity, -Float.infinity)
                for place in stride(from: column, to: out.count, by: columns) {
                    low = min(low, out[place])
                    high = max(high, out[place])
                }
                let range = high > low ? high - low : 1
                for place in stride(from: column, to: out.count, by: columns) {
                    out[place] = (out[place] - low) / range
                }
            }
        }
        return points
    }
}
