import Kernels

/// The weights and biases of a machine as one matrix in the form that panel products read.
///
/// Row p and column q hold W, row K the hidden biases and column H the visible ones: a visible and a
/// hidden unit that are always one take the place of biases.
final class BoltzmannWeights: @unchecked Sendable {
    let visible: Int
    let hidden: Int
    /// K + 1 in whole panels.
    let rows: Int
    /// H + 1 in whole panels.
    let columns: Int
    /// Panels of 16 columns, each `rows` x 16.
    let values: UnsafeMutablePointer<Float>
    /// The same with rows and columns exchanged, in panels of `columns` x 16.
    private let exchanged: UnsafeMutablePointer<Float>

    /// Number of stored values.
    var count: Int { rows * columns }

    init(_ machine: BoltzmannMachine) {
        visible = machine.visible
        hidden = machine.hidden
        rows = Panels.rounded(visible + 1)
        columns = Panels.rounded(hidden + 1)
        values = .allocate(capacity: rows * columns)
        values.initialize(repeating: 0, count: rows * columns)
        exchanged = .allocate(capacity: rows * columns)
        exchanged.initialize(repeating: 0, count: rows * columns)
        for q in 0..<hidden {
            for p in 0..<visible { values[place(p, q)] = machine.weights[p * hidden + q] }
            values[place(visible, q)] = machine.hiddenBias[q]
        }
        for p in 0..<visible { values[place(p, hidden)] = machine.visibleBias[p] }
        exchange()
    }

    deinit {
        values.deallocate()
        exchanged.deallocate()
    }

    /// Where the value of row p and column q is.
    func place(_ p: Int, _ q: Int) -> Int {
        (q / Panels.columns * rows + p) * Panels.columns + q % Panels.columns
    }

    /// Writes the weights back.
    func store(in machine: inout BoltzmannMachine) {
        for q in 0..<hidden {
            for p in 0..<visible { machine.weights[p * hidden + q] = values[place(p, q)] }
            machine.hiddenBias[q] = values[place(visible, q)]
        }
        for p in 0..<visible { machine.visibleBias[p] = values[place(p, hidden)] }
    }

    /// Brings the exchanged copy up to date.
    func exchange() {
        let side = Panels.columns
        for j in 0..<columns / side {
            for i in 0..<rows / side {
                Panels.transpose(
                    values + (j * rows + i * side) * side,
                    to: exchanged + (i * columns + j * side) * side, yRow: side)
            }
        }
    }

    /// c + v W of some rows of visible values, `columns` floats a row; column H holds v b.
    func hiddenInputs(
        _ v: UnsafePointer<Float>, count: Int, to out: UnsafeMutablePointer<Float>
    ) {
        for first in stride(from: 0, to: columns, by: Panels.columns) {
            Panels.multiply(
                rows: count, depth: visible + 1, a: v, aRow: rows, aStep: 1,
                b: values + first * rows, bStep: Panels.columns, c: out + first, cRow: columns)
        }
    }

    /// b + W h of some rows of hidden values, `rows` floats a row.
    func visibleInputs(
        _ h: UnsafePointer<Float>, count: Int, to out: UnsafeMutablePointer<Float>
    ) {
        for first in stride(from: 0, to: rows, by: Panels.columns) {
            Panels.multiply(
                rows: count, depth: hidden + 1, a: h, aRow: columns, aStep: 1,
                b: exchanged + first * columns, bStep: Panels.columns, c: out + first, cRow: rows)
        }
    }

    /// The sums of v h over some rows, in the layout of `values`.
    func products(
        _ v: UnsafePointer<Float>, _ h: UnsafePointer<Float>, count: Int,
        to out: UnsafeMutablePointer<Float>
    ) {
        for first in stride(from: 0, to: columns, by: Panels.columns) {
            Panels.multiply(
                rows: visible + 1, depth: count, a: v, aRow: 1, aStep: rows, b: h + first,
                bStep: columns, c: out + first * rows, cRow: Panels.columns)
        }
    }
}
