import SEAMCore
import Synchronization
import Testing

@Suite("Stages: progress and cancellation")
struct StageProgressTests {
    /// Counts how often a stage asks whether to go on, and says no from some question on.
    private final class Watch: Sendable {
        private let asked = Mutex(0)
        private let heard = Mutex<[Double]>([])
        private let limit: Int

        init(limit: Int = .max) { self.limit = limit }

        var questions: Int { asked.withLock { $0 } }
        var fractions: [Double] { heard.withLock { $0 } }
        var monitor: StageMonitor {
            StageMonitor(
                report: { fraction, _ in self.heard.withLock { $0.append(fraction) } },
                isCancelled: {
                    self.asked.withLock {
                        $0 += 1
                        return $0 > self.limit
                    }
                })
        }
    }

    @Test(arguments: StageChain.stages.map(\.name))
    func `progress never falls and ends at one`(name: String) throws {
        let chain = try StageChain.shared.get()
        let stage = try #require(StageChain.stages.first { $0.name == name })
        let watch = Watch()
        _ = try stage.run(chain, watch.monitor)
        let fractions = watch.fractions
        #expect(fractions.last == 1)
        #expect(fractions.allSatisfy { (0...1).contains($0) })
        for (before, after) in zip(fractions, fractions.dropFirst()) {
            #expect(after >= before - 1e-12)
        }
    }

    @Test(arguments: StageChain.stages.map(\.name))
    func `a stage stops soon after it is told to, wherever it is`(name: String) throws {
        let chain = try StageChain.shared.get()
        let stage = try #require(StageChain.stages.first { $0.name == name })
        let whole = Watch()
        _ = try stage.run(chain, whole.monitor)
        for step in 0..<12 {
            let watch = Watch(limit: whole.questions * step / 12)
            #expect(throws: AnalysisError.cancelled) { _ = try stage.run(chain, watch.monitor) }
            // Loops in parallel may each ask once more.
            #expect(watch.questions <= whole.questions * step / 12 + 70, "step \(step)")
        }
    }
}
