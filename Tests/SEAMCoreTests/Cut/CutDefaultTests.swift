import Imaging
import Kernels
import SEAMCore
import Testing

@Suite("SIMS-Cut: the default method")
struct CutDefaultTests {
    private func run(
        _ stack: IonStack, marker: Int = 0, _ change: (inout SIMSCut.Parameters) -> Void = { _ in }
    ) throws -> SIMSCut.Result {
        var parameters = SIMSCut.Parameters()
        change(&parameters)
        return try SIMSCut.run(
            stack, marker: marker, parameters: parameters, monitor: .silent)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `it finds nearly all nuclei of a field`(seed: UInt64) throws {
        let section = CutSection.field(side: 96, seed: seed)
        let result = try run(section.stack)
        #expect(section.nuclei > 40)
        #expect(section.objectF1(result.labels.values) > 0.93)
        #expect(result.warnings.isEmpty)
        #expect(result.channels.prefix(4).sorted() == [0, 1, 2, 3])
        #expect(result.channels[0] == 0)
    }

    @Test func `one channel is enough`() throws {
        let section = CutSection.field(side: 96, seed: 4, counts: 2, channels: 1)
        let result = try run(section.stack)
        #expect(section.objectF1(result.labels.values) > 0.9)
        #expect(result.channels == [0])
    }

    @Test func `touching nuclei are split`() throws {
        var shapes: [CutSection.Nucleus] = []
        for row in 0..<4 {
            for column in 0..<4 {
                let x = 10.0 + 16 * Double(column)
                let y = 10.0 + 16 * Double(row)
                for side in [-1.0, 1] {
                    shapes.append(
                        .init(x: x + side * 4, y: y, a: 4, b: 4.6, angle: (1, 0)))
                }
            }
        }
        let section = CutSection(shapes, width: 72, height: 72, seed: 5, counts: 2)
        let result = try run(section.stack)
        #expect(abs(result.cells.count - 32) <= 2)
        #expect(section.objectF1(result.labels.values) > 0.9)
    }

    @Test(arguments: [0.3, 2, 20])
    func `pure noise has no nuclei, and a warning says why`(rate: Double) throws {
        var random = Philox(seed: 6)
        let counts = (0..<3 * 80 * 80).map { _ in CutSection.poisson(rate, &random) }
        let stack = IonStack(
            grid: PixelGrid(width: 80, height: 80),
            channels: (0..<3).map { Channel(mz: 100 + Double($0)) }, counts: counts)
        let result = try run(stack)
        #expect(result.cells.isEmpty)
        #expect(result.labels.cellCount == 0)
        #expect(result.warnings.count == 1)
        #expect(result.warnings.first?.hasPrefix("no nuclei") == true)
        #expect(result.diagnostics["autocorrelation"].map { $0 < 0.1 } == true)
    }

    @Test func `stripes are not nuclei`() throws {
        var random = Philox(seed: 8)
        let counts = (0..<2 * 80 * 80).map { p in
            // a wall of three pixels every nine, both ways: cells of wood
            let (x, y) = (p % 80, p % 6400 / 80)
            return CutSection.poisson(x % 11 < 3 || y % 13 < 3 ? 8 : 1, &random)
        }
        let stack = IonStack(
            grid: PixelGrid(width: 80, height: 80),
            channels: [Channel(mz: 43), Channel(mz: 55)], counts: counts)
        let result = try run(stack)
        #expect(result.cells.isEmpty)
        #expect(result.warnings.first?.contains("not round") == true)
    }

    @Test func `too few marker counts give a warning, not a refusal`() throws {
        let section = CutSection.field(side: 96, seed: 9)
        var counts = section.stack.counts
        var random = Philox(seed: 10)
        // the marker itself keeps one count in a hundred; the other nuclear ions stay
        for p in 0..<96 * 96 {
            counts[p] = (0..<Int(counts[p])).reduce(0) { sum, _ in
                sum + (random.uniform() < 0.02 ? 1 : 0)
            }
        }
        let result = try run(
            IonStack(grid: section.stack.grid, channels: section.stack.channels, counts: counts))
        #expect(result.cells.count > 50)
        #expect(result.warnings.first?.hasPrefix("few marker counts") == true)
    }

    @Test func `the cells are contiguous, in order, and agree with the mask`() throws {
        let section = CutSection.field(side: 80, seed: 11)
        let result = try run(section.stack)
        let pixels = result.labels.pixelsByCell()
        #expect(pixels.count == result.cells.count)
        var last = -1
        for (cell, members) in zip(result.cells, pixels) {
            #expect(cell.area == members.count)
            #expect(cell.area >= 8)
            #expect(members[0] > last)
            last = members[0]
            let x = members.reduce(0.0) { $0 + Double($1 % 80) } / Double(members.count)
            #expect(abs(cell.x - x) < 1e-9)
            #expect((0...1).contains(cell.confidence))
            var mask = [Bool](repeating: false, count: 6400)
            for p in members { mask[p] = true }
            #expect(
                ConnectedComponents(mask, width: 80, height: 80, connectivity: .four).count == 1)
        }
        let confidences = result.cells.map(\.confidence)
        #expect(confidences.reduce(0, +) / Double(confidences.count) > 0.5)
    }

    @Test func `areas are bounded`() throws {
        let section = CutSection.field(side: 80, seed: 12)
        let result = try run(section.stack) {
            $0.minimumArea = 40
            $0.maximumArea = 60
        }
        #expect(!result.cells.isEmpty)
        #expect(result.cells.allSatisfy { (40...60).contains($0.area) })
    }

    @Test func `the seed does not matter and the same input gives the same bytes`() throws {
        let section = CutSection.field(side: 64, seed: 13)
        let first = try run(section.stack) { $0.seed = 1 }
        let second = try run(section.stack) { $0.seed = 2 }
        #expect(first.labels == second.labels)
        #expect(first.cells == second.cells)
        #expect(first.diagnostics == second.diagnostics)
    }

    @Test func `hot pixels and a bad line change little`() throws {
        let section = CutSection.field(side: 96, seed: 14)
        var counts = section.stack.counts
        for channel in 0..<8 {
            for x in 0..<96 { counts[(channel * 96 + 40) * 96 + x] *= 4 }
            for k in 0..<20 { counts[channel * 9216 + (k * 467 + 31) % 9216] = 500 }
        }
        let result = try run(
            IonStack(grid: section.stack.grid, channels: section.stack.channels, counts: counts))
        #expect(section.objectF1(result.labels.values) > 0.88)
        #expect(result.diagnostics["line_pixels"].map { $0 >= 90 && $0 <= 300 } == true)
        #expect(result.diagnostics["hot_pixels"].map { $0 >= 100 } == true)
    }
}
