import Kernels
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The same training written plainly in double precision.
private struct PlainNetwork {
    var weights: [[Double]]
    let widths: [Int]
    var first: [[Double]]
    var second: [[Double]]
    var steps = 0.0

    init(widths: [Int], weights: [Float]) {
        self.widths = widths
        self.weights = []
        var next = 0
        for (k, n) in zip(widths, widths.dropFirst()) {
            self.weights.append(weights[next..<next + k * n].map { Double($0) })
            next += k * n
        }
        first = self.weights.map { $0.map { _ in 0 } }
        second = first
    }

    func values(_ row: [Double]) -> [[Double]] {
        var values = [row]
        for layer in weights.indices {
            let (k, n) = (widths[layer], widths[layer + 1])
            values.append(
                (0..<n).map { j in
                    let sum = (0..<k).reduce(0.0) {
                        $0 + values[layer][$1] * weights[layer][$1 * n + j]
                    }
                    return layer < weights.count - 2 ? max(sum, 0) : sum
                })
        }
        return values
    }

    func shares(_ z: [Double], _ temperature: Double = 1) -> [Double] {
        let top = z.max() ?? 0
        let powers = z.map { exp(($0 - top) / temperature) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }

    mutating func step(_ rows: [[Double]], _ targets: [Int], rate: Double) -> Double {
        var gradients = weights.map { $0.map { _ in 0.0 } }
        var loss = 0.0
        for (row, target) in zip(rows, targets) {
            let values = values(row)
            var error = shares(values[weights.count])
            loss -= log(error[target])
            error[target] -= 1
            for layer in weights.indices.reversed() {
                let (k, n) = (widths[layer], widths[layer + 1])
                var below = [Double](repeating: 0, count: k)
                for p in 0..<k {
                    for j in 0..<n {
                        gradients[layer][p * n + j] +=
                            values[layer][p] * error[j] / Double(rows.count)
                        below[p] += weights[layer][p * n + j] * error[j]
                    }
                    if layer > 0, layer - 1 < weights.count - 2, values[layer][p] <= 0 {
                        below[p] = 0
                    }
                }
                error = below
            }
        }
        steps += 1
        let size = rate * (1 - pow(0.999, steps)).squareRoot() / (1 - pow(0.9, steps))
        for layer in weights.indices {
            for i in weights[layer].indices {
                let slope = gradients[layer][i]
                first[layer][i] += 0.1 * (slope - first[layer][i])
                second[layer][i] += 0.001 * (slope * slope - second[layer][i])
                weights[layer][i] -= size * first[layer][i] / (second[layer][i].squareRoot() + 1e-7)
            }
        }
        return loss
    }
}

@Suite("Training a network of fully connected layers")
struct NetworkTests {
    private static let widths = [21, 18, 33, 16, 19]

    private func weights() -> [Float] {
        var random = Philox(seed: 1)
        let count = zip(Self.widths, Self.widths.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
        return (0..<count).map { _ in 0.3 * random.gaussian() }
    }

    private func rows(_ count: Int) -> (inputs: [Float], targets: [Int32]) {
        var random = Philox(seed: 2)
        let inputs = (0..<count * Self.widths[0]).map { _ in random.gaussian() }
        return (inputs, (0..<count).map { Int32($0 * 7 % Self.widths[4]) })
    }

    @Test(arguments: [10, 64, 150])
    func `training does what the plain formulas say`(batch: Int) {
        let (inputs, targets) = rows(170)
        let network = SoftmaxNetwork(widths: Self.widths, weights: weights())
        let trainer = NetworkTrainer(network, inputs: inputs, targets: targets, batch: batch)
        var plain = PlainNetwork(widths: Self.widths, weights: weights())
        let order = (0..<170).map { Int32($0 * 3 % 170) }
        let loss = trainer.pass(order, rate: { 1e-3 / Double($0 + 1) }, proceed: { _ in true })
        var expected = 0.0
        for (step, start) in stride(from: 0, to: 170, by: batch).enumerated() {
            let part = order[start..<min(170, start + batch)].map { Int($0) }
            expected += plain.step(
                part.map { row in inputs[row * 21..<(row + 1) * 21].map { Double($0) } },
                part.map { Int(targets[$0]) }, rate: 1e-3 / Double(step + 1))
        }
        #expect(abs(loss - expected) < 1e-2)
        // Adam divides by the gradient's own size, so a tiny one may move either way
        let differences = zip(network.weights, plain.weights.flatMap { $0 }).map {
            abs(Double($0) - $1)
        }
        #expect(differences.reduce(0, +) / Double(differences.count) < 1e-5)
        #expect(differences.count { $0 > 1e-4 } < differences.count / 100)
    }

    @Test func `classes have the shares of the softmax`() {
        let (inputs, _) = rows(9)
        let network = SoftmaxNetwork(widths: Self.widths, weights: weights())
        let plain = PlainNetwork(widths: Self.widths, weights: weights())
        network.classify(inputs, rows: 2..<9, temperature: 5, shift: 0.01) { shares in
            for row in 2..<9 {
                let z = plain.values(inputs[row * 21..<(row + 1) * 21].map { Double($0) })[4]
                for (j, share) in plain.shares(z, 5).enumerated() {
                    #expect(abs(Double(shares.row(row - 2)[j]) - share + 0.01) < 1e-5)
                }
            }
        }
    }

    @Test func `the weights are the same on any number of threads, and stop when told`() {
        let (inputs, targets) = rows(400)
        let results = [1, 2, 8].map { threads in
            Parallel.withThreads(threads) {
                let network = SoftmaxNetwork(widths: Self.widths, weights: weights())
                let trainer = NetworkTrainer(
                    network, inputs: inputs, targets: targets, batch: 128)
                var seen: [Int] = []
                for _ in 0..<3 {
                    _ = trainer.pass(
                        (0..<400).map { Int32($0) }, rate: { _ in 1e-2 },
                        proceed: { step in
                            seen.append(step)
                            return step < 6
                        })
                }
                #expect(seen == [0, 1, 2, 3, 4, 5, 6, 6])
                return network.weights
            }
        }
        #expect(results[0] != weights())
        #expect(results[0] == results[1] && results[0] == results[2])
    }
}
