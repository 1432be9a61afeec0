#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

import Synchronization

/// Trains a `SoftmaxNetwork` by Adam on batches of rows.
///
/// A batch is two loops: rows go forward and their errors back, chunk by chunk; then each panel of 16
/// columns of a layer gets its gradient over all rows and moves at once, so gradients are never
/// stored. Chunks and panels do not depend on the number of threads, and sums have a fixed order.
public final class NetworkTrainer: @unchecked Sendable {
    /// What is trained.
    public let network: SoftmaxNetwork

    private let capacity: Int
    private let chunk: Int
    private let inputs: [Float]
    private let targets: [Int32]
    private let first: AlignedFloats
    private let second: AlignedFloats
    /// Weights with inputs and outputs exchanged, panel by panel; of all layers but the first.
    private let exchanged: [PanelMatrix]
    private let values: [PanelRows]
    private let errors: [PanelRows]
    private let losses: UnsafeMutablePointer<Double>
    private let pieces: [(layer: Int, panel: Int)]
    private var steps = 0

    // What the loops of the present batch read; written by the driver between loops only.
    private var order = UnsafePointer<Int32>(bitPattern: 64)
    private var rows = 0
    private var rate: Float = 0

    /// A trainer of a new network.
    ///
    /// - Parameters:
    ///   - inputs: all rows, one behind the other.
    ///   - targets: class of each row.
    ///   - batch: largest number of rows of a step.
    /// - Precondition: a target for every row, all of them below the number of classes.
    public init(
        _ network: SoftmaxNetwork, inputs: [Float], targets: [Int32], batch: Int
    ) {
        let layers = network.layers
        let classes = Int32(clamping: layers.widths[layers.layerCount])
        precondition(inputs.count == targets.count * layers.widths[0], "inputs of every row")
        precondition(targets.allSatisfy { $0 >= 0 && $0 < classes }, "a class that there is")
        self.network = network
        self.inputs = inputs
        self.targets = targets
        capacity = batch
        chunk = batch <= 64 ? 32 : 64
        let count = layers.offsets[layers.layerCount]
        first = AlignedFloats(count: count)
        second = AlignedFloats(count: count)
        first.start.initialize(repeating: 0, count: count)
        second.start.initialize(repeating: 0, count: count)
        exchanged = (1..<layers.layerCount).map {
            PanelMatrix(columns: layers.widths[$0], depth: layers.widths[$0 + 1])
        }
        values = layers.widths.map { PanelRows(rows: batch, width: $0) }
        errors = layers.widths.dropFirst().dropLast().map { PanelRows(rows: batch, width: $0) }
        losses = .allocate(capacity: batch)
        losses.initialize(repeating: 0, count: batch)
        var pieces: [(layer: Int, panel: Int)] = []
        for layer in 0..<layers.layerCount {
            for panel in 0..<layers.panels(layer) { pieces.append((layer, panel)) }
        }
        self.pieces = pieces
        for (layer, panel) in pieces { exchange(layer, panel) }
    }

    deinit { losses.deallocate() }

    /// Goes once through the rows in the given order, a batch at a time.
    ///
    /// - Parameters:
    ///   - order: the rows.
    ///   - rate: the rate of each step, counted from 0 over all passes.
    ///   - proceed: called before each step with its number; false ends the pass.
    /// - Returns: the sum over all rows of the cross-entropy before each step.
    public func pass(
        _ order: [Int32], rate: (Int) -> Double, proceed: (Int) -> Bool
    ) -> Double {
        nonisolated(unsafe) var loss = 0.0
        nonisolated(unsafe) let (rate, proceed) = (rate, proceed)
        order.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            nonisolated(unsafe) let base = start
            SpinTeam.lead { phase, index in
                if phase == 0 { self.learn(index) } else { self.move(index) }
            } _: { team in
                for start in stride(from: 0, to: order.count, by: self.capacity) {
                    guard proceed(self.steps) else { return }
                    self.order = base + start
                    self.rows = min(self.capacity, order.count - start)
                    loss += self.step(rate(self.steps), team)
                }
            }
        }
        return loss
    }

    private func step(_ rate: Double, _ team: SpinTeam) -> Double {
        steps += 1
        let correction =
            (1 - pow(0.999, Double(steps))).squareRoot() / (1 - pow(0.9, Double(steps)))
        self.rate = Float(rate * correction)
        let chunks = (rows + chunk - 1) / chunk
        team.run(0, count: chunks)
        team.run(1, count: pieces.count)
        return (0..<chunks).reduce(0) { $0 + losses[$1] }
    }

    /// One chunk of rows: forward, and the errors back.
    private func learn(_ index: Int) {
        let part = index * chunk..<min(rows, (index + 1) * chunk)
        let layers = network.layers
        guard let order else { return }
        inputs.withUnsafeBufferPointer { inputs in
            guard let source = inputs.baseAddress else { return }
            let width = layers.widths[0]
            for row in part {
                values[0].row(row).update(from: source + Int(order[row]) * width, count: width)
            }
        }
        network.forward(values, rows: part)
        losses[index] = crossEntropy(part, order)
        for layer in stride(from: layers.layerCount - 1, to: 0, by: -1) {
            let (error, below) = (self.error(layer), errors[layer - 1])
            let gate = network.isRectified(layer - 1) ? values[layer] : nil
            for panel in 0..<exchanged[layer - 1].count {
                let column = panel * Panels.columns
                Panels.multiply(
                    rows: part.count, depth: layers.widths[layer + 1],
                    a: error.row(part.lowerBound), aRow: error.stride, aStep: 1,
                    b: exchanged[layer - 1].panel(panel), bStep: Panels.columns,
                    c: below.row(part.lowerBound) + column, cRow: below.stride,
                    gate: gate.map { UnsafePointer($0.row(part.lowerBound) + column) })
            }
        }
    }

    /// The errors of a layer's outputs; those of the last take the place of its outputs.
    private func error(_ layer: Int) -> PanelRows {
        layer == network.layers.layerCount - 1 ? values[layer + 1] : errors[layer]
    }

    /// Turns logits into (softmax - target) / rows of the batch; the sum of the cross-entropies.
    private func crossEntropy(_ part: Range<Int>, _ order: UnsafePointer<Int32>) -> Double {
        let output = values[values.count - 1]
        let classes = network.layers.widths[network.layers.layerCount]
        let scale = 1 / Float(rows)
        var loss = 0.0
        for row in part {
            let z = output.row(row)
            let target = Int(targets[Int(order[row])])
            let top = Panels.largest(z, classes)
            let own = z[target] - top
            let sum = Panels.expSum(z, classes, shift: top, scale: 1)
            Panels.affine(z, classes, scale: scale / sum, shift: 0)
            z[target] -= scale
            loss += log(Double(sum)) - Double(own)
        }
        return loss
    }

    /// The gradient of one panel of a layer, and its step.
    private func move(_ index: Int) {
        let (layer, panel) = pieces[index]
        let layers = network.layers
        let (input, error) = (values[layer], error(layer))
        let count = layers.widths[layer] * Panels.columns
        withUnsafeTemporaryAllocation(
            byteCount: count * MemoryLayout<Float>.stride, alignment: 64
        ) { memory in
            guard let base = memory.baseAddress else { return }
            let gradient = base.bindMemory(to: Float.self, capacity: count)
            // So few rows that the pages they lie on are all known to the processor.
            let block = 64
            for start in Swift.stride(from: 0, to: rows, by: block) {
                Panels.multiply(
                    rows: layers.widths[layer], depth: min(block, rows - start),
                    a: input.row(start), aRow: 1, aStep: input.stride,
                    b: error.row(start) + panel * Panels.columns, bStep: error.stride,
                    c: gradient, cRow: Panels.columns, adding: start > 0)
            }
            let place = layers.place(layer, panel)
            Panels.adam(
                layers.values.start + place, first.start + place, second.start + place,
                gradient: gradient,
                count: count, rate: rate)
        }
        exchange(layer, panel)
    }

    /// Brings a panel of weights into the exchanged copy.
    private func exchange(_ layer: Int, _ panel: Int) {
        guard layer > 0 else { return }
        exchanged[layer - 1].fill(
            network.layers.panel(layer, panel), depth: panel * Panels.columns)
    }
}
