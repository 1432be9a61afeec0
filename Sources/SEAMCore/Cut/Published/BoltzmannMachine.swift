#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

package import Kernels

/// A restricted Boltzmann machine with visible units in 0...1 (sigmoid means, never sampled) and
/// binary hidden units: E(v, h) = - b.v - c.h - v W h.
package struct BoltzmannMachine: Sendable {
    /// K, the number of visible units.
    package let visible: Int
    /// H, the number of hidden units.
    package let hidden: Int
    /// W, K x H, row-major.
    package var weights: [Float]
    /// b, K.
    package var visibleBias: [Float]
    /// c, H.
    package var hiddenBias: [Float]

    /// A machine with weights from 0.1 N(0, 1) and biases 0.
    package init(visible: Int, hidden: Int, random: inout Philox) {
        self.visible = visible
        self.hidden = hidden
        weights = []
        weights.reserveCapacity(visible * hidden)
        for _ in 0..<visible * hidden { weights.append(0.1 * random.gaussian()) }
        visibleBias = [Float](repeating: 0, count: visible)
        hiddenBias = [Float](repeating: 0, count: hidden)
    }

    /// The free energy F(v) = - v.b - sum_q log(1 + exp(c_q + v.W_q)) of every row of `rows`
    /// (n x K, row-major).
    ///
    /// - Complexity: O(n K H).
    package func freeEnergies(_ rows: [Float]) -> [Double] {
        precondition(rows.count % visible == 0, "rows of \(visible) values")
        let count = rows.count / visible
        var energies = [Double](repeating: 0, count: count)
        energies.withUnsafeMutableBufferPointer { target in
            rows.withUnsafeBufferPointer { source in
                nonisolated(unsafe) let out = target
                nonisolated(unsafe) let from = source
                Parallel.forEachRange(count, grain: 1024) { range in
                    var activation = [Float](repeating: 0, count: hidden)
                    for row in range {
                        let slice = UnsafeBufferPointer(
                            rebasing: from[row * visible..<(row + 1) * visible])
                        out[row] = freeEnergy(slice, &activation)
                    }
                }
            }
        }
        return energies
    }

    private func freeEnergy(
        _ row: UnsafeBufferPointer<Float>, _ activation: inout [Float]
    ) -> Double {
        var linear = 0.0
        for p in 0..<visible { linear += Double(row[p] * visibleBias[p]) }
        activation.withUnsafeMutableBufferPointer { units in
            activate(row, into: units)
            VectorMath.softplus(units)
        }
        var sum = 0.0
        for value in activation { sum += Double(value) }
        return -linear - sum
    }

    /// c + v W for one row.
    func activate(
        _ row: UnsafeBufferPointer<Float>, into units: UnsafeMutableBufferPointer<Float>
    ) {
        let out = units.baseAddress!
        hiddenBias.withUnsafeBufferPointer { bias in
            for q in 0..<hidden { out[q] = bias[q] }
        }
        weights.withUnsafeBufferPointer { matrix in
            for p in 0..<visible {
                let value = row[p]
                let line = matrix.baseAddress! + p * hidden
                for q in 0..<hidden { out[q] += value * line[q] }
            }
        }
    }
}
