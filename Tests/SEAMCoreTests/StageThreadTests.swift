import Kernels
import SEAMCore
import Testing

@Suite("Stages and threads")
struct StageThreadTests {
    @Test(arguments: StageChain.stages.map(\.name))
    func `a stage gives the same bytes on one, two and three threads`(name: String) throws {
        let chain = try StageChain.shared.get()
        let stage = try #require(StageChain.stages.first { $0.name == name })
        let one = try Parallel.withThreads(1) { try stage.run(chain, .silent) }
        #expect(one.count > 100)
        for threads in [2, 3] {
            let many = try Parallel.withThreads(threads) { try stage.run(chain, .silent) }
            #expect(one == many, "\(threads) threads")
        }
    }
}
