import Kernels

/// One step of persistent contrastive divergence, with the chains and the momentum it keeps.
final class BoltzmannStep {
    /// How much of the previous change is repeated.
    var momentum: Float = 0
    /// What is trained.
    let weights: BoltzmannWeights

    private static let chains = BoltzmannTraining.chains
    private static let rounds = (BoltzmannTraining.batch + chains - 1) / chains

    private let key: UInt64
    private var drawn: UInt32 = 0
    private let memory: UnsafeMutablePointer<Float>
    private let size: Int
    /// Hidden probabilities of the batch.
    private let positive: UnsafeMutablePointer<Float>
    /// Visible values of the chains at the start and after each round.
    private let visibles: UnsafeMutablePointer<Float>
    /// Hidden probabilities of the same.
    private let hiddens: UnsafeMutablePointer<Float>
    private let sampled: UnsafeMutablePointer<Float>
    private let dataProducts: UnsafeMutablePointer<Float>
    private let chainProducts: UnsafeMutablePointer<Float>
    private let change: UnsafeMutablePointer<Float>
    /// 1 where the decay applies (weights), 0 where it does not (biases).
    private let decays: UnsafeMutablePointer<Float>

    /// Chains that start from uniform random visibles.
    init(_ machine: BoltzmannMachine, random: inout Philox) {
        weights = BoltzmannWeights(machine)
        key = random.next()
        let (rows, columns) = (weights.rows, weights.columns)
        let batch = BoltzmannTraining.batch + Panels.slackRows
        let states = (Self.rounds + 1) * Self.chains + Panels.slackRows
        let sizes = [
            batch * columns, states * rows, states * columns,
            (Self.chains + Panels.slackRows) * columns, weights.count, weights.count,
            weights.count, weights.count,
        ]
        size = sizes.reduce(0, +)
        memory = .allocate(capacity: size)
        memory.initialize(repeating: 0, count: size)
        var places: [UnsafeMutablePointer<Float>] = []
        var next = memory
        for size in sizes {
            places.append(next)
            next += size
        }
        (positive, visibles, hiddens, sampled) = (places[0], places[1], places[2], places[3])
        (dataProducts, chainProducts, change, decays) = (
            places[4], places[5], places[6], places[7]
        )
        for p in 0..<machine.visible {
            for q in 0..<machine.hidden { decays[weights.place(p, q)] = 1 }
        }
        for chain in 0..<Self.chains {
            for p in 0..<machine.visible { visibles[chain * rows + p] = random.uniform() }
            visibles[chain * rows + machine.visible] = 1
        }
    }

    deinit { memory.deallocate() }

    /// Moves the machine by the batch of rows from `first` to `end`; `share` is how far towards the new
    /// place (1, or 1 / t while averaging).
    func update(
        _ rows: BoltzmannRows, _ batch: Range<Int>, rate: Float, decay: Float, share: Float
    ) {
        let data = rows.row(batch.lowerBound)
        activate(data, to: positive, count: batch.count)
        weights.products(data, positive, count: batch.count, to: dataProducts)
        runChains(rounds: (batch.count + Self.chains - 1) / Self.chains)
        weights.products(
            visibles + Self.chains * weights.rows, hiddens + Self.chains * weights.columns,
            count: batch.count, to: chainProducts)
        keepChains(rounds: (batch.count + Self.chains - 1) / Self.chains)
        let scale = rate / Float(batch.count)
        let shrink = rate * decay
        let values = weights.values
        for i in 0..<weights.count {
            let gain = scale * (dataProducts[i] - chainProducts[i])
            change[i] = momentum * change[i] + gain - shrink * decays[i] * values[i]
            values[i] += share * change[i]
        }
        weights.exchange()
    }

    /// Hidden probabilities of some rows.
    private func activate(
        _ v: UnsafePointer<Float>, to h: UnsafeMutablePointer<Float>, count: Int
    ) {
        weights.hiddenInputs(v, count: count, to: h)
        Panels.logistic(h, count: count * weights.columns)
        for i in 0..<count { h[i * weights.columns + weights.hidden] = 1 }
    }

    /// Goes round all chains, keeping each state behind the one before.
    private func runChains(rounds: Int) {
        let (rows, columns) = (weights.rows, weights.columns)
        activate(visibles, to: hiddens, count: Self.chains)
        for round in 0..<rounds {
            let h = hiddens + round * Self.chains * columns
            let v = visibles + (round + 1) * Self.chains * rows
            Panels.bernoulli(h, sampled, count: Self.chains * columns, start: drawn, key: key)
            drawn &+= UInt32(Self.chains * columns)
            for i in 0..<Self.chains { sampled[i * columns + weights.hidden] = 1 }
            weights.visibleInputs(sampled, count: Self.chains, to: v)
            Panels.logistic(v, count: Self.chains * rows)
            for i in 0..<Self.chains { v[i * rows + weights.visible] = 1 }
            activate(v, to: h + Self.chains * columns, count: Self.chains)
        }
    }

    /// The last states of the chains are the next ones' start.
    private func keepChains(rounds: Int) {
        visibles.update(
            from: visibles + rounds * Self.chains * weights.rows,
            count: Self.chains * weights.rows)
    }
}
