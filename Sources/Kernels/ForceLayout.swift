import KernelsBase

#if arch(x86_64)
    import KernelsAVX2
#endif

/// A layout of points in two or three dimensions by the forces of a graph, epoch by epoch.
///
/// Pulls along edges, pushes from five random points a pull, with the curve 1 / (1 + a d^(2b)) of UMAP
/// (McInnes, Healy and Melville 2018). Within an epoch every point moves among the others' old places,
/// so the result does not depend on the number of threads; a step of 0.25 times the falling rate
/// gives layouts as good as the sequential method's.
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

    /// Moves all points through epoch `epoch` (from 0) with steps of `rate` times the forces.
    public func advance(epoch: Int, rate: Float) {
        let key = Philox.block(
            counter: SIMD4(UInt32(truncatingIfNeeded: epoch), 0x6570_6F63, 0, 0),
            key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
        ).x
        let time = Float(epoch + 1)
        let (a, b, count) = (a, b, count)
        offsets.withUnsafeBufferPointer { offsets in
            targets.withUnsafeBufferPointer { targets in
                periods.withUnsafeBufferPointer { periods in
                    turns.withUnsafeMutableBufferPointer { turns in
                        old.withUnsafeBufferPointer { old in
                            new.withUnsafeMutableBufferPointer { new in
                                guard let offsets = offsets.baseAddress,
                                    let targets = targets.baseAddress,
                                    let periods = periods.baseAddress,
                                    let turns = turns.baseAddress, let old = old.baseAddress,
                                    let new = new.baseAddress
                                else { return }
                                let epoch = LayoutStep(
                                    count: count, offsets: offsets, targets: targets,
                                    periods: periods, turns: turns, old: old, new: new, time: time,
                                    rate: rate, a: a, b: b, key: key)
                                Parallel.forEachRange(count, grain: 256) { epoch.run($0) }
                            }
                        }
                    }
                }
            }
        }
        if !targets.isEmpty { swap(&old, &new) }
    }

    /// The places now, n x `dimensions`.
    public func places(dimensions: Int) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(count * dimensions)
        for i in 0..<count { result.append(contentsOf: old[4 * i..<4 * i + dimensions]) }
        return result
    }
}

/// One epoch, as the inner loop takes it.
private struct LayoutStep: @unchecked Sendable {
    let count: Int
    let offsets: UnsafePointer<Int>
    let targets: UnsafePointer<Int32>
    let periods: UnsafePointer<Float>
    let turns: UnsafeMutablePointer<Float>
    let old: UnsafePointer<Float>
    let new: UnsafeMutablePointer<Float>
    let time: Float
    let rate: Float
    let a: Float
    let b: Float
    let key: UInt32

    func run(_ points: Range<Int>) {
        #if arch(x86_64)
            if InstructionSet.name == "avx2" {
                KernelsAVX2.MicroKernels.layoutEpoch(
                    count: count, offsets: offsets, targets: targets, periods: periods,
                    turns: turns, first: points.lowerBound, last: points.upperBound, old: old,
                    new: new, time: time, rate: rate, a: a, b: b, key: key)
                return
            }
        #endif
        KernelsBase.MicroKernels.layoutEpoch(
            count: count, offsets: offsets, targets: targets, periods: periods, turns: turns,
            first: points.lowerBound, last: points.upperBound, old: old, new: new, time: time,
            rate: rate, a: a, b: b, key: key)
    }
}
