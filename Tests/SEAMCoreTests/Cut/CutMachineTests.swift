import Kernels
import SEAMCore
import Testing

@Suite("SIMS-Cut: Boltzmann machines and the F measure")
struct CutMachineTests {
    /// Rows near one of two patterns.
    private func rows(_ count: Int, pattern: [Float], seed: UInt64) -> [Float] {
        var random = Philox(seed: seed)
        return (0..<count).flatMap { _ in
            pattern.map { min(max($0 + 0.05 * random.gaussian(), 0), 1) }
        }
    }

    @Test func `training lowers the free energy of what was learnt against anything else`() {
        let own = rows(400, pattern: [0.9, 0.1, 0.8, 0.1], seed: 1)
        let other = rows(400, pattern: [0.1, 0.9, 0.2, 0.9], seed: 2)
        var random = Philox(seed: 3)
        let fresh = BoltzmannMachine(visible: 4, hidden: 50, random: &random)
        let trained = BoltzmannTraining(epochs: 10).train(
            BoltzmannRows(own, visible: 4), random: &random, epochDone: { true })
        func gap(_ machine: BoltzmannMachine) -> Double {
            let energies = [other, own].map {
                machine.freeEnergies(BoltzmannRows($0, visible: 4)).map { Double($0) }
            }
            return zip(energies[0], energies[1]).map(-).reduce(0, +) / Double(energies[0].count)
        }
        #expect(abs(gap(fresh)) < 1.5)
        #expect(gap(trained) > gap(fresh) + 1)
    }

    @Test func `training stops when told to`() {
        let own = rows(100, pattern: [0.5, 0.5], seed: 4)
        var random = Philox(seed: 5)
        var epochs = 0
        let rows = BoltzmannRows(own, visible: 2)
        _ = BoltzmannTraining(epochs: 100).train(rows, random: &random) {
            epochs += 1
            return epochs < 3
        }
        #expect(epochs == 3)
    }

    @Test func `the free energy sums over all hidden states`() {
        var random = Philox(seed: 6)
        var machine = BoltzmannMachine(visible: 3, hidden: 4, random: &random)
        machine.visibleBias = [0.3, -0.2, 0.1]
        machine.hiddenBias = [0.5, -1, 0, 0.25]
        let row: [Float] = [0.2, 0.7, 1]
        // e^-F = sum over h of e^-E, and the ratio of two rows needs no logarithm
        func sum(_ row: [Float]) -> Double {
            (0..<16).reduce(0.0) { total, state in
                var energy = 0.0
                for p in 0..<3 { energy -= Double(machine.visibleBias[p] * row[p]) }
                for q in 0..<4 where state >> q & 1 == 1 {
                    energy -= Double(machine.hiddenBias[q])
                    for p in 0..<3 { energy -= Double(row[p] * machine.weights[p * 4 + q]) }
                }
                return total + exponential(-energy)
            }
        }
        let energies = machine.freeEnergies(BoltzmannRows(row + [0, 0, 0], visible: 3))
        #expect(energies.count == 2)
        #expect(
            abs(exponential(Double(energies[1] - energies[0])) - sum(row) / sum([0, 0, 0])) < 1e-3)
    }

    private func exponential(_ x: Double) -> Double {
        var value = 1 + x / 1_048_576
        for _ in 0..<20 { value *= value }
        return value
    }

    @Test(arguments: [0.3, 0.5, 0.7, 1], [1, 2, 3, 4, 5, 6] as [UInt64])
    func `the offset is that of the best cut`(beta: Double, seed: UInt64) {
        var random = Philox(seed: seed)
        let count = 40
        let labels = (0..<count).map { _ in random.uniform() < 0.4 }
        let differences = labels.map { label in
            Float(random.index(below: 12)) + (label ? 4 : 0)
        }
        let order = (0..<count).sorted {
            differences[$0] != differences[$1] ? differences[$0] < differences[$1] : $0 < $1
        }
        var (best, expected) = (-1.0, Float(0))
        for cut in 0..<count {
            let predicted = Set(order[cut...])
            let hits = Double(predicted.count { labels[$0] })
            let precision = hits / Double(predicted.count)
            let recall = hits / Double(labels.count { $0 })
            let under = beta * beta * precision + recall
            let score = under > 0 ? (1 + beta * beta) * precision * recall / under : 0
            if score >= best - 1e-12 {
                best = max(best, score)
                expected = differences[order[cut]]
            }
        }
        #expect(
            FMeasureOffset.best(differences: differences, foreground: labels, beta: beta)
                == expected)
    }

    @Test func `nothing over nothing counts as zero`() {
        // the largest differences are background: a cut there has no true positive at all
        let offset = FMeasureOffset.best(
            differences: [1, 2, 3, 4, 5], foreground: [false, true, true, false, false], beta: 0.7)
        #expect(offset == 2)
    }
}
