import Imaging
import Kernels
import SEAMCore
import Synchronization
import Testing

@Suite("SIMS-Cut: what it refuses")
struct CutErrorTests {
    private static let section = CutSection.field(side: 40, seed: 1, channels: 2)

    private static func with(_ change: (inout SIMSCut.Parameters) -> Void) -> SIMSCut.Parameters {
        var parameters = SIMSCut.Parameters()
        change(&parameters)
        return parameters
    }

    private static let outOfRange: [(String, SIMSCut.Parameters)] = [
        ("topChannels", with { $0.topChannels = 0 }),
        ("minimumArea", with { $0.minimumArea = 0 }),
        ("maximumArea", with { $0.maximumArea = 3 }),
        ("beta", with { $0.beta = 0.1 }),
        ("beta", with { $0.beta = .nan }),
        ("divisor", with { $0.divisor = 0 }),
        ("epochs", with { $0.epochs = 0 }),
        ("maximumLevels", with { $0.maximumLevels = 0 }),
        ("fold", with { $0.fold = -1 }),
    ]

    @Test(arguments: outOfRange)
    func `a parameter out of range is named`(name: String, parameters: SIMSCut.Parameters) {
        let error = #expect(throws: AnalysisError.self) {
            try SIMSCut.run(
                Self.section.stack, marker: 0, parameters: parameters, monitor: .silent)
        }
        guard case .badParameter(let found, _) = error else {
            Issue.record("expected badParameter, found \(String(describing: error))")
            return
        }
        #expect(found == name)
    }

    @Test(arguments: [-1, 2, Int.max])
    func `a marker that does not exist is refused`(marker: Int) {
        #expect(throws: AnalysisError.self) {
            try SIMSCut.run(
                Self.section.stack, marker: marker, parameters: .init(), monitor: .silent)
        }
    }

    @Test(
        arguments: SIMSCut.Method.allCases,
        [[0, 0, 0, 0], [7, 7, 7, 7], [1, 2, .nan, 4], [1, -2, 3, 4], [1, .infinity, 3, 4]])
    func `a constant marker and values that are no counts are refused`(
        method: SIMSCut.Method, counts: [Float]
    ) {
        var parameters = SIMSCut.Parameters()
        parameters.method = method
        let stack = IonStack(
            grid: PixelGrid(width: 2, height: 2), channels: [Channel(mz: 134.05)], counts: counts)
        let error = #expect(throws: AnalysisError.self) {
            try SIMSCut.run(stack, marker: 0, parameters: parameters, monitor: .silent)
        }
        guard case .unsuitableData = error else {
            Issue.record("expected unsuitableData, found \(String(describing: error))")
            return
        }
    }

    @Test(
        arguments: SIMSCut.Method.allCases,
        [(1, 2), (2, 1), (2, 2), (1, 700), (700, 1), (3, 3), (2, 90), (9, 11)])
    func `images of any size are taken`(method: SIMSCut.Method, size: (Int, Int)) throws {
        var parameters = SIMSCut.Parameters()
        parameters.method = method
        parameters.epochs = 1
        parameters.maximumLevels = 3
        for kind in 0..<3 {
            var random = Philox(seed: 3)
            let counts = (0..<2 * size.0 * size.1).map { p -> Float in
                switch kind {
                case 0: CutSection.poisson(3, &random) + (p == 0 ? 1 : 0)
                case 1: p == 0 ? 4e9 : 0
                default: Float(p % 5) * 1e-20
                }
            }
            let stack = IonStack(
                grid: PixelGrid(width: size.0, height: size.1),
                channels: [Channel(mz: 1), Channel(mz: 2)], counts: counts)
            guard counts.prefix(size.0 * size.1).contains(where: { $0 != counts[0] }) else {
                continue
            }
            let result = try SIMSCut.run(
                stack, marker: 0, parameters: parameters, monitor: .silent)
            #expect(result.labels.cellCount == result.cells.count)
        }
    }

    @Test(arguments: SIMSCut.Method.allCases)
    func `it stops when asked and progress only grows on one thread`(
        method: SIMSCut.Method
    ) throws {
        let calls = Mutex<[Double]>([])
        let monitor = StageMonitor(
            report: { fraction, _ in calls.withLock { $0.append(fraction) } },
            isCancelled: { calls.withLock { $0.count >= 6 } })
        var parameters = SIMSCut.Parameters()
        parameters.method = method
        #expect(throws: AnalysisError.cancelled) {
            try SIMSCut.run(
                Self.section.stack, marker: 0, parameters: parameters, monitor: monitor)
        }
        let fractions = calls.withLock { $0 }
        #expect(fractions.count < 12)
        #expect(fractions.allSatisfy { (0...1).contains($0) })
    }
}
