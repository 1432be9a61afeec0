import Kernels

/// Where a layout starts: the leading eigenvectors of the normalised graph, each component on its own.
enum SpectralStart {
    /// n x `dimensions` places, each axis spanning 0...10.
    static func places(
        _ graph: FuzzyGraph, dimensions: Int, seed: UInt64, monitor: StageMonitor
    ) throws(AnalysisError) -> [Float] {
        let components = GraphComponents(graph)
        var random = Philox(seed: seed, stage: 0x7370_6563)
        var places = [Double](repeating: 0, count: graph.count * dimensions)
        for (index, members) in components.members.enumerated() {
            let part = monitor.part(
                from: Double(index) / Double(components.members.count),
                to: Double(index + 1) / Double(components.members.count))
            try part.update(0, "Finding a start")
            let centre = centre(index, components.members.count, dimensions, &random)
            let own = try componentPlaces(
                graph, members, dimensions, seed &+ UInt64(index), part, &random)
            for (i, v) in members.enumerated() {
                for c in 0..<dimensions {
                    places[v * dimensions + c] =
                        centre.place[c] + centre.range * own[i * dimensions + c]
                }
            }
        }
        return spread(places, dimensions, &random)
    }

    /// Where a component goes and how far it may reach: one fills the cube of -1...1, a few sit on the
    /// half axes, largest first, and more are put anywhere.
    private static func centre(
        _ index: Int, _ total: Int, _ dimensions: Int, _ random: inout Philox
    ) -> (place: [Double], range: Double) {
        var place = [Double](repeating: 0, count: dimensions)
        if total == 1 { return (place, 1) }
        if total <= 2 * dimensions {
            place[index % dimensions] = index < dimensions ? 1 : -1
            return (place, 0.5)
        }
        for c in 0..<dimensions { place[c] = 2 * random.uniformDouble() - 1 }
        return (place, 0.1)
    }

    /// Places of one component's points within -1...1.
    private static func componentPlaces(
        _ graph: FuzzyGraph, _ members: [Int], _ dimensions: Int, _ seed: UInt64,
        _ monitor: StageMonitor, _ random: inout Philox
    ) throws(AnalysisError) -> [Double] {
        let count = members.count
        guard count > 2 * dimensions + 1 else {
            return (0..<count * dimensions).map { _ in 2 * random.uniformDouble() - 1 }
        }
        let matrix = NormalisedGraph(graph, members)
        let products = count > 5_000 ? 200 : 3_000
        // Rough vectors will do: the layout moves every point.
        let vectors = try monitor.watching("Finding a start") { proceed in
            Eigen.leading(
                dimensions + 1, order: count, apply: { matrix.multiply($0, $1) }, seed: seed,
                tolerance: count > 5_000 ? 1e-4 : 1e-6, products: products, proceed: proceed)
        }.vectors
        let largest = vectors[count...].reduce(0) { max($0, abs($1)) }
        var places = [Double](repeating: 0, count: count * dimensions)
        for c in 0..<dimensions {
            for i in 0..<count {
                places[i * dimensions + c] = vectors[(c + 1) * count + i] / max(largest, 1e-300)
            }
        }
        return places
    }

    /// Into -10...10 with a little noise, then each axis onto 0...10.
    private static func spread(
        _ places: [Double], _ dimensions: Int, _ random: inout Philox
    ) -> [Float] {
        let largest = places.reduce(0) { max($0, abs($1)) }
        let scale = largest > 0 ? 10 / largest : 1
        var result = places.map { Float($0 * scale) + 1e-4 * random.gaussian() }
        for c in 0..<dimensions {
            let axis = stride(from: c, to: result.count, by: dimensions)
            let low = axis.reduce(Float.infinity) { min($0, result[$1]) }
            let high = axis.reduce(-Float.infinity) { max($0, result[$1]) }
            for i in axis { result[i] = high > low ? 10 * (result[i] - low) / (high - low) : 0 }
        }
        return result
    }
}

/// The connected parts of a graph, the largest first (of equals the one with the lowest point).
private struct GraphComponents {
    private(set) var members: [[Int]] = []

    init(_ graph: FuzzyGraph) {
        var seen = [Bool](repeating: false, count: graph.count)
        for first in 0..<graph.count where !seen[first] {
            seen[first] = true
            var part = [first]
            var next = 0
            while next < part.count {
                let v = part[next]
                next += 1
                for edge in graph.offsets[v]..<graph.offsets[v + 1] {
                    let target = Int(graph.targets[edge])
                    if !seen[target] {
                        seen[target] = true
                        part.append(target)
                    }
                }
            }
            members.append(part.sorted())
        }
        members.sort { $0.count == $1.count ? $0[0] < $1[0] : $0.count > $1.count }
    }
}

/// D^-1/2 W D^-1/2 of one component.
private final class NormalisedGraph: @unchecked Sendable {
    private let count: Int
    private var offsets: [Int] = [0]
    private var targets: [Int32] = []
    private var values: [Float] = []

    init(_ graph: FuzzyGraph, _ members: [Int]) {
        count = members.count
        var place = [Int32](repeating: 0, count: graph.count)
        var factor = [Double](repeating: 0, count: count)
        for (i, v) in members.enumerated() {
            place[v] = Int32(i)
            var degree = 0.0
            for edge in graph.offsets[v]..<graph.offsets[v + 1] {
                degree += Double(graph.weights[edge])
            }
            factor[i] = degree > 0 ? 1 / degree.squareRoot() : 0
        }
        targets.reserveCapacity(graph.targets.count)
        values.reserveCapacity(graph.targets.count)
        for (i, v) in members.enumerated() {
            for edge in graph.offsets[v]..<graph.offsets[v + 1] {
                let j = place[Int(graph.targets[edge])]
                targets.append(j)
                values.append(Float(Double(graph.weights[edge]) * factor[i] * factor[Int(j)]))
            }
            offsets.append(targets.count)
        }
    }

    func multiply(_ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>) {
        offsets.withUnsafeBufferPointer { offsets in
            targets.withUnsafeBufferPointer { targets in
                values.withUnsafeBufferPointer { values in
                    let rows = SparseRows(
                        offsets: offsets, targets: targets, values: values, x: x, y: y)
                    Parallel.forEachRange(count, grain: 2_048) { rows.run($0) }
                }
            }
        }
    }
}

private struct SparseRows: @unchecked Sendable {
    let offsets: UnsafeBufferPointer<Int>
    let targets: UnsafeBufferPointer<Int32>
    let values: UnsafeBufferPointer<Float>
    let x: UnsafePointer<Double>
    let y: UnsafeMutablePointer<Double>

    func run(_ rows: Range<Int>) {
        for i in rows {
            var sum = 0.0
            for edge in offsets[i]..<offsets[i + 1] {
                sum += Double(values[edge]) * x[Int(targets[edge])]
            }
            y[i] = sum
        }
    }
}
