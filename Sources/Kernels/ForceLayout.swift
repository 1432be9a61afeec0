/// A layout of points in two or three dimensions by the forces of a graph, epoch by epoch.
///
/// Pulls along edges, pushes from five random points a pull, with the curve 1 / (1 + a d^(2b)) of UMAP
/// (McInnes, Healy and Melville 2018). Within an epoch every point moves among the others' old places,
/// so the result does not depend on the number of threads; a step of 0.25 times the falling rate
/// gives layouts as good as the sequential method's. Above 4,096 points those that push are drawn from
/// 4,096 that are drawn anew for each epoch.
public final class ForceLayout {
    private let count: Int
    private let offsets: [Int]
    private let targets: [Int32]
    private let periods: [Float]
    private var turns: [Float]
    private let a: Float
    private let b: Float
    private let seed: UInt64
    private var old: [Float]
    private var new: [Float]
    /// Places that push in an epoch of many points: 4,096 of them, drawn anew for each epoch.
    private var others = [Float](repeating: 0, count: 4 * 4_096)
    private let plans: [LayoutPlan]

    /// A layout at its start.
    ///
    /// - Parameters:
    ///   - start: n x `dimensions` places.
    ///   - dimensions: 2 or 3.
    ///   - offsets: Where each point's edges begin in `targets`, n + 1 values. Every edge is there in
    ///     both directions.
    ///   - targets: The other end of each edge.
    ///   - weights: Its weight, positive, the same in both directions.
    ///   - a: Of the curve.
    ///   - b: Of the curve.
    ///   - seed: Names the random streams.
    public init(
        start: [Float], dimensions: Int, offsets: [Int], targets: [Int32], weights: [Float],
        a: Float, b: Float, seed: UInt64
    ) {
        precondition(dimensions == 2 || dimensions == 3, "two or three dimensions")
        precondition(
            targets.count == weights.count && offsets.last == targets.count, "n + 1 offsets")
        count = offsets.count - 1
        precondition(start.count == count * dimensions, "n x d places")
        self.offsets = offsets
        self.targets = targets
        plans = LayoutPlan.all(count: count)
        self.a = a
        self.b = b
        self.seed = seed
        let largest = weights.reduce(0, max)
        periods = weights.map { largest / $0 }
        turns = [Float](repeating: 0, count: targets.count)
        old = [Float](repeating: 0, count: 4 * count)
        for i in 0..<count {
            for c in 0..<dimensions { old[4 * i + c] = start[i * dimensions + c] }
        }
        new = old
        let periods = self.periods
        turns.withUnsafeMutableBufferPointer { turns in
            nonisolated(unsafe) let turns = turns
            Parallel.forEachRange(count, grain: 1_024) { points in
                for v in points {
                    for edge in offsets[v]..<offsets[v + 1] {
                        let phase = Self.phase(UInt32(v), UInt32(targets[edge]), seed)
                        turns[edge] = (1 - phase) * periods[edge]
                    }
                }
            }
        }
    }

    /// Where in its period an edge starts, 0..<1, the same from both ends.
    private static func phase(_ u: UInt32, _ v: UInt32, _ seed: UInt64) -> Float {
        let word = Philox.block(
            counter: SIMD4(min(u, v), max(u, v), 0x7068_6173, 0),
            key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
        return Float(word.x >> 8) * 0x1p-24
    }

    /// Moves all points through epoch `epoch` (from 0, one after the other) with steps of `rate` times the
    /// forces.
    public func advance(epoch: Int, rate: Float) {
        guard !targets.isEmpty else { return }
        if epoch % LayoutPlan.epochs == 0 { plan(from: epoch) }
        let key = Philox.block(
            counter: SIMD4(UInt32(truncatingIfNeeded: epoch), 0x6570_6F63, 0, 0),
            key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
        if count > others.count / 4 { drawOthers(key.y) }
        let (a, b, count, plans) = (a, b, count, plans)
        old.withUnsafeBufferPointer { old in
            new.withUnsafeMutableBufferPointer { new in
                others.withUnsafeBufferPointer { others in
                    guard let old = old.baseAddress, let new = new.baseAddress,
                        let sample = others.baseAddress
                    else { return }
                    let drawsPoints = count <= others.count / 4
                    let step = LayoutStep(
                        old: old, new: new, others: drawsPoints ? old : sample,
                        drawn: min(count, others.count / 4), drawsPoints: drawsPoints, rate: rate,
                        a: a, b: b, key: key.x)
                    Parallel.forEach(plans.count) {
                        plans[$0].run(step, epoch: epoch % LayoutPlan.epochs)
                    }
                }
            }
        }
        swap(&old, &new)
    }

    /// Finds the edges that have their turns in the next epochs.
    private func plan(from epoch: Int) {
        let plans = plans
        offsets.withUnsafeBufferPointer { offsets in
            targets.withUnsafeBufferPointer { targets in
                periods.withUnsafeBufferPointer { periods in
                    turns.withUnsafeMutableBufferPointer { turns in
                        guard let offsets = offsets.baseAddress,
                            let targets = targets.baseAddress, let periods = periods.baseAddress,
                            let turns = turns.baseAddress
                        else { return }
                        let edges = LayoutSchedule(
                            offsets: offsets, targets: targets, periods: periods, turns: turns)
                        Parallel.forEach(plans.count) { plans[$0].make(edges, from: epoch) }
                    }
                }
            }
        }
    }

    /// Draws the points that push in this epoch; few enough to stay near the processor.
    private func drawOthers(_ key: UInt32) {
        for i in 0..<others.count / 4 {
            let word = Philox.block(
                counter: SIMD4(UInt32(i), 0x6F74_6865, 0, 0), key: SIMD2(key, 0)
            ).x
            let from = 4 * Int((UInt64(word) * UInt64(count)) >> 32)
            for c in 0..<3 { others[4 * i + c] = old[from + c] }
        }
    }

    /// The places now, n x `dimensions`.
    public func places(dimensions: Int) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(count * dimensions)
        for i in 0..<count { result.append(contentsOf: old[4 * i..<4 * i + dimensions]) }
        return result
    }
}
