import Imaging
import Kernels
import SEAMCore
import Testing

@Suite("SIMS-Cut: the published method")
struct CutPublishedTests {
    private static let section = CutSection.field(side: 48, seed: 21)

    private func run(
        _ change: (inout SIMSCut.Parameters) -> Void = { _ in }
    ) throws -> SIMSCut.Result {
        var parameters = SIMSCut.Parameters()
        parameters.method = .published
        parameters.maximumLevels = 12
        parameters.epochs = 4
        change(&parameters)
        return try SIMSCut.run(
            Self.section.stack, marker: 0, parameters: parameters, monitor: .silent)
    }

    @Test func `it finds most nuclei of an easy field`() throws {
        let result = try run()
        #expect(Self.section.objectF1(result.labels.values) > 0.5)
        #expect(result.foreground.count > 2)
        #expect(result.cells.allSatisfy { $0.area >= 2 && (0...1).contains($0.confidence) })
        #expect(result.cells.contains { $0.confidence > 0.5 })
    }

    @Test(arguments: SIMSCut.Contrast.allCases)
    func `the foreground never grows from the third level on`(
        contrast: SIMSCut.Contrast
    ) throws {
        let foreground = try run {
            $0.contrast = contrast
            $0.smoothing = false
        }.foreground
        #expect(foreground.count >= 3)
        for (before, after) in zip(foreground.dropFirst(), foreground.dropFirst(2)) {
            #expect(after <= before)
        }
        #expect(foreground.dropFirst().allSatisfy { $0 > 10 })
    }

    @Test func `a smaller beta shrinks the foreground faster`() throws {
        let strict = try run { $0.beta = 0.4 }.foreground
        let loose = try run { $0.beta = 0.9 }.foreground
        #expect(strict[4] < loose[4])
    }

    @Test func `a smaller divisor joins more strongly`() throws {
        // strong pairs pull single pixels to the side of their neighbours
        let weak = try run { $0.divisor = 50 }
        let strong = try run { $0.divisor = 0.5 }
        func edges(_ labels: LabelImage) -> Int {
            (0..<labels.values.count - 1).count {
                (labels.values[$0] > 0) != (labels.values[$0 + 1] > 0)
            }
        }
        #expect(edges(strong.labels) < edges(weak.labels))
    }

    @Test func `a seed gives the same bytes again`() throws {
        let first = try run { $0.seed = 5 }
        let second = try run { $0.seed = 5 }
        let other = try run { $0.seed = 6 }
        #expect(first.labels == second.labels)
        #expect(first.cells == second.cells)
        #expect(first.foreground == second.foreground)
        #expect(first.foreground != other.foreground)
    }
}
