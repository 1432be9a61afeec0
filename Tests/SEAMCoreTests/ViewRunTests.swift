import Imaging
import Kernels
import SEAMCore
import Testing

struct ViewRunTests {
    /// A disc of one composition on a ground of another, with counting noise.
    private func section(width: Int, height: Int, channels: Int) -> IonStack {
        var random = Philox(seed: 3)
        let grid = PixelGrid(width: width, height: height)
        var counts: [Float] = []
        for c in 0..<channels {
            for p in 0..<grid.count {
                let inside = isInside(p, grid)
                let mean: Float = (c % 2 == 0) == inside ? 40 : 4
                counts.append((mean + mean.squareRoot() * random.gaussian()).rounded())
            }
        }
        let names = (0..<channels).map { Channel(mz: 20 + Double($0)) }
        return IonStack(grid: grid, channels: names, counts: counts.map { max($0, 0) })
    }

    private func isInside(_ p: Int, _ grid: PixelGrid) -> Bool {
        let (x, y) = (p % grid.width - grid.width / 2, p / grid.width - grid.height / 2)
        return 9 * (x * x + y * y) < grid.width * grid.width
    }

    private var quick: SIMSView.Parameters {
        var parameters = SIMSView.Parameters()
        parameters.neighbours = 15
        parameters.epochs = 100
        return parameters
    }

    @Test func `two tissues get two colours`() throws {
        let stack = section(width: 30, height: 24, channels: 20)
        var parameters = quick
        parameters.components = 8
        let result = try SIMSView.run(stack, parameters: parameters, monitor: .silent)
        #expect(result.rgb.count == 3 * 720)
        #expect(result.embedding.count == 3 * 720)
        #expect(result.warnings.isEmpty)
        // The distance between the mean colours is larger than that of pixels of one tissue.
        var sums = [SIMD3<Double>(), SIMD3<Double>()]
        var sizes = [0.0, 0.0]
        func colour(_ p: Int) -> SIMD3<Double> {
            SIMD3((0..<3).map { Double(result.rgb[3 * p + $0]) })
        }
        for p in 0..<720 {
            let kind = isInside(p, stack.grid) ? 1 : 0
            sums[kind] += colour(p)
            sizes[kind] += 1
        }
        let means = [sums[0] / sizes[0], sums[1] / sizes[1]]
        let wrong = (0..<720).count { p in
            let own = isInside(p, stack.grid) ? 1 : 0
            let (near, far) = (colour(p) - means[own], colour(p) - means[1 - own])
            return (near * near).sum() > (far * far).sum()
        }
        #expect(wrong < 15)
    }

    @Test func `the same bytes come from any number of threads`() throws {
        let stack = section(width: 25, height: 25, channels: 12)
        let runs = try [1, 2, 8].map { threads in
            try Parallel.withThreads(threads) {
                try SIMSView.run(stack, parameters: quick, monitor: .silent)
            }
        }
        for run in runs.dropFirst() {
            #expect(run.rgb == runs[0].rgb)
            #expect(run.embedding == runs[0].embedding)
        }
    }

    @Test(arguments: [
        (1, 1, 1), (1, 1, 5), (2, 1, 3), (3, 1, 2), (4, 4, 1), (9, 7, 2), (12, 12, 3),
    ])
    func `few pixels and few channels give a picture`(width: Int, height: Int, channels: Int) throws
    {
        let stack = section(width: width, height: height, channels: channels)
        let result = try SIMSView.run(stack, parameters: quick, monitor: .silent)
        #expect(result.rgb.count == 3 * width * height)
        #expect(result.embedding.allSatisfy { $0.isFinite })
    }

    @Test func `an image without any contrast is grey and says so`() throws {
        let grid = PixelGrid(width: 20, height: 20)
        let stack = IonStack(
            grid: grid, channels: [Channel(mz: 26), Channel(mz: 42)],
            counts: [Float](repeating: 3, count: 800))
        let result = try SIMSView.run(stack, parameters: quick, monitor: .silent)
        #expect(Set(result.rgb).count <= 3)
        #expect(result.warnings.count == 2)
    }

    @Test func `equal pixels have one colour`() throws {
        let grid = PixelGrid(width: 16, height: 16)
        // Four kinds of pixels, and one channel that is constant.
        let kinds: [[Float]] = [[0, 9, 1, 5], [9, 0, 1, 5], [4, 4, 8, 5], [0, 0, 0, 5]]
        let counts = (0..<4).flatMap { c in (0..<256).map { kinds[$0 % 4][c] } }
        let stack = IonStack(
            grid: grid, channels: (0..<4).map { Channel(mz: 30 + Double($0)) }, counts: counts)
        let result = try SIMSView.run(stack, parameters: quick, monitor: .silent)
        let colours = (0..<256).map { Array(result.rgb[3 * $0..<3 * $0 + 3]) }
        for p in 4..<256 { #expect(colours[p] == colours[p % 4]) }
        #expect(Set(colours).count == 4)
        #expect(result.warnings.count == 1)
    }

    @Test func `parameters out of range are refused`() {
        let stack = section(width: 4, height: 4, channels: 3)
        var few = quick
        few.neighbours = 1
        var none = quick
        none.components = 0
        for parameters in [few, none] {
            #expect(throws: AnalysisError.self) {
                try SIMSView.run(stack, parameters: parameters, monitor: .silent)
            }
        }
    }
}
