package import Kernels

/// A restricted Boltzmann machine with visible units in 0...1 (sigmoid means, never sampled) and
/// binary hidden units: E(v, h) = - b.v - c.h - v W h.
package struct BoltzmannMachine: Sendable {
    /// K, the number of visible units.
    package let visible: Int
    /// H, the number of hidden units, at most 112.
    package let hidden: Int
    /// W, K x H, row-major.
    package var weights: [Float]
    /// b, K.
    package var visibleBias: [Float]
    /// c, H.
    package var hiddenBias: [Float]

    /// A machine with weights from 0.1 N(0, 1) and biases 0.
    package init(visible: Int, hidden: Int, random: inout Philox) {
        precondition(visible >= 1 && (1...112).contains(hidden), "units of both kinds")
        self.visible = visible
        self.hidden = hidden
        weights = []
        weights.reserveCapacity(visible * hidden)
        for _ in 0..<visible * hidden { weights.append(0.1 * random.gaussian()) }
        visibleBias = [Float](repeating: 0, count: visible)
        hiddenBias = [Float](repeating: 0, count: hidden)
    }

    /// The free energy F(v) = - v.b - sum_q log(1 + exp(c_q + v.W_q)) of every row.
    ///
    /// - Complexity: O(n K H).
    package func freeEnergies(_ rows: BoltzmannRows) -> [Float] {
        precondition(rows.visible == visible, "rows of \(visible) values")
        let weights = BoltzmannWeights(self)
        var energies = [Float](repeating: 0, count: rows.count)
        energies.withUnsafeMutableBufferPointer { target in
            nonisolated(unsafe) let out = target
            Parallel.forEachRange(rows.count, grain: 4_096) { range in
                freeEnergies(rows, range, weights, out)
            }
        }
        return energies
    }

    private func freeEnergies(
        _ rows: BoltzmannRows, _ range: Range<Int>, _ weights: BoltzmannWeights,
        _ out: UnsafeMutableBufferPointer<Float>
    ) {
        let block = 64
        // hidden units in whole vectors; those beyond get an input at which they add nothing
        let units = (hidden + 7) & ~7
        withUnsafeTemporaryAllocation(
            of: Float.self, capacity: block * (weights.columns + 3)
        ) { memory in
            guard let inputs = memory.baseAddress else { return }
            let linear = inputs + block * weights.columns
            let (sums, logs) = (linear + block, linear + 2 * block)
            for first in stride(from: range.lowerBound, to: range.upperBound, by: block) {
                let count = min(block, range.upperBound - first)
                weights.hiddenInputs(rows.row(first), count: count, to: inputs)
                for i in 0..<count {
                    let line = inputs + i * weights.columns
                    linear[i] = line[hidden]
                    for q in hidden..<units { line[q] = -200 }
                }
                Panels.softplusRows(
                    inputs, rows: count, stride: weights.columns, count: units, sums: sums,
                    products: logs)
                VectorMath.log(UnsafeMutableBufferPointer(start: logs, count: count))
                for i in 0..<count { out[first + i] = -linear[i] - (sums[i] + logs[i]) }
            }
        }
    }
}
