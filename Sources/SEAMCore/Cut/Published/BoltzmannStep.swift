import Kernels

/// One step of persistent contrastive divergence, with the chains and the momentum it keeps.
struct BoltzmannStep {
    /// How much of the previous change is repeated.
    var momentum: Float = 0

    private let visible: Int
    private let hidden: Int
    private var chains: [Float]
    private var weightChange: [Float]
    private var visibleChange: [Float]
    private var hiddenChange: [Float]
    private var transposed: [Float]
    private var statistics: Statistics
    private var units: [Float]

    /// Sums over rows of v h, v and h: of the data minus those of the chains.
    private struct Statistics {
        var products: [Float]
        var visible: [Float]
        var hidden: [Float]

        mutating func clear() {
            for i in products.indices { products[i] = 0 }
            for i in visible.indices { visible[i] = 0 }
            for i in hidden.indices { hidden[i] = 0 }
        }

        /// Adds `sign` times one row of visible and hidden values.
        mutating func add(
            _ sign: Float, _ row: UnsafeBufferPointer<Float>, _ units: UnsafeBufferPointer<Float>
        ) {
            let width = units.count
            products.withUnsafeMutableBufferPointer { sum in
                for p in 0..<row.count {
                    let value = sign * row[p]
                    let line = sum.baseAddress! + p * width
                    let from = units.baseAddress!
                    for q in 0..<width { line[q] += value * from[q] }
                }
            }
            for p in 0..<row.count { visible[p] += sign * row[p] }
            for q in 0..<width { hidden[q] += sign * units[q] }
        }
    }

    /// Chains that start from uniform random visibles.
    init(visible: Int, hidden: Int, random: inout Philox) {
        self.visible = visible
        self.hidden = hidden
        chains = []
        for _ in 0..<BoltzmannTraining.chains * visible { chains.append(random.uniform()) }
        weightChange = [Float](repeating: 0, count: visible * hidden)
        visibleChange = [Float](repeating: 0, count: visible)
        hiddenChange = [Float](repeating: 0, count: hidden)
        transposed = weightChange
        statistics = Statistics(
            products: weightChange, visible: visibleChange, hidden: hiddenChange)
        units = hiddenChange
    }

    /// Moves the machine by one batch; `share` is how far towards the new place (1, or 1 / t while
    /// averaging).
    mutating func update(
        _ machine: inout BoltzmannMachine, _ batch: UnsafeBufferPointer<Float>, rows: Int,
        rate: Float, decay: Float, share: Float, random: inout Philox
    ) {
        statistics.clear()
        for row in 0..<rows {
            let slice = UnsafeBufferPointer(
                rebasing: batch[row * visible..<(row + 1) * visible])
            hiddenProbabilities(machine, slice)
            units.withUnsafeBufferPointer { statistics.add(1, slice, $0) }
        }
        runChains(machine, rows: rows, random: &random)
        let scale = rate / Float(rows)
        for i in weightChange.indices {
            weightChange[i] =
                momentum * weightChange[i] + scale * statistics.products[i]
                - rate * decay * machine.weights[i]
            machine.weights[i] += share * weightChange[i]
        }
        for p in visibleChange.indices {
            visibleChange[p] = momentum * visibleChange[p] + scale * statistics.visible[p]
            machine.visibleBias[p] += share * visibleChange[p]
        }
        for q in hiddenChange.indices {
            hiddenChange[q] = momentum * hiddenChange[q] + scale * statistics.hidden[q]
            machine.hiddenBias[q] += share * hiddenChange[q]
        }
    }

    /// Puts the hidden probabilities of one row into `units`.
    private mutating func hiddenProbabilities(
        _ machine: BoltzmannMachine, _ row: UnsafeBufferPointer<Float>
    ) {
        units.withUnsafeMutableBufferPointer { out in
            machine.activate(row, into: out)
            VectorMath.sigmoid(out)
        }
    }

    /// Goes round all chains until they gave as many rows as the batch has, and subtracts those.
    private mutating func runChains(
        _ machine: BoltzmannMachine, rows: Int, random: inout Philox
    ) {
        for p in 0..<visible {
            for q in 0..<hidden { transposed[q * visible + p] = machine.weights[p * hidden + q] }
        }
        let count = BoltzmannTraining.chains
        let rounds = (rows + count - 1) / count
        var sampled = [Bool](repeating: false, count: hidden)
        var state = [Float](repeating: 0, count: visible)
        for chain in 0..<count {
            for p in 0..<visible { state[p] = chains[chain * visible + p] }
            state.withUnsafeBufferPointer { hiddenProbabilities(machine, $0) }
            for round in 0..<rounds {
                for q in 0..<hidden { sampled[q] = random.uniform() < units[q] }
                visibleMeans(machine, sampled, into: &state)
                state.withUnsafeBufferPointer { hiddenProbabilities(machine, $0) }
                guard round * count + chain < rows else { continue }
                state.withUnsafeBufferPointer { from in
                    units.withUnsafeBufferPointer { statistics.add(-1, from, $0) }
                }
            }
            for p in 0..<visible { chains[chain * visible + p] = state[p] }
        }
    }

    /// The means of the visible units given sampled hidden ones.
    private func visibleMeans(
        _ machine: BoltzmannMachine, _ sampled: [Bool], into state: inout [Float]
    ) {
        for p in 0..<visible { state[p] = machine.visibleBias[p] }
        state.withUnsafeMutableBufferPointer { out in
            transposed.withUnsafeBufferPointer { matrix in
                for q in 0..<hidden where sampled[q] {
                    let line = matrix.baseAddress! + q * visible
                    for p in 0..<visible { out[p] += line[p] }
                }
            }
            VectorMath.sigmoid(out)
        }
    }
}
