import Imaging
import Kernels
import SEAMCore
import Testing

/// Cells that differ only in whether two of their ions are high in the same pixels.
struct CoupledTissue {
    let stack: IonStack
    let labels: LabelImage
    /// 0 together, 1 opposite.
    let types: [Int]

    /// - Parameters:
    ///   - coupling: how far the two ions go up and down, as a share of their mean.
    ///   - brightness: mean counts of an ion.
    init(cells: Int, coupling: Float, brightness: Float = 8, channels: Int = 20) {
        var random = Philox(seed: 3)
        let area = 60
        var ions = [[[Float]]](repeating: [], count: channels)
        for cell in 0..<cells {
            // Every cell has amounts of its own, which a classifier would learn first.
            let amounts = (0..<channels).map { _ in brightness * (1 + 0.3 * random.gaussian()) }
            var pixels = [[Float]](repeating: [], count: channels)
            for _ in 0..<area {
                let side: Float = random.uniform() < 0.5 ? -1 : 1
                for ion in 0..<channels {
                    let sign = ion == 0 ? side : ion == 1 ? (cell % 2 == 0 ? side : -side) : 0
                    let mean = max(0.1, amounts[ion] * (1 + coupling * sign))
                    pixels[ion].append(
                        max(0, (mean + mean.squareRoot() * random.gaussian()).rounded()))
                }
            }
            for ion in 0..<channels { ions[ion].append(pixels[ion]) }
        }
        (stack, labels) = IdentifyTissue.row(ions, area: area)
        types = (0..<cells).map { $0 % 2 }
    }

    func represented(seed: UInt64 = 0) throws -> SIMSID.Result {
        var parameters = SIMSID.Parameters()
        parameters.method = .joint
        parameters.seed = seed
        return try SIMSID.run(stack, labels: labels, parameters: parameters, monitor: .silent)
    }
}

@Suite struct JointVariationTests {
    @Test(arguments: [Float(0.5), 0.35])
    func `cells that differ only in a coupling are two clusters`(coupling: Float) throws {
        let tissue = CoupledTissue(cells: 120, coupling: coupling)
        let result = try tissue.represented()
        #expect(result.components?.count == 120 * result.dimension)
        let found = try SIMSCluster.run(
            cellIDs: result.cellIDs, gram: result.gram, features: [], columns: 0, means: [],
            channels: 0, parameters: SIMSCluster.Parameters(), monitor: .silent)
        #expect(found.count == 2)
        #expect(adjustedRand(found.clusters.map { Int($0) }, tissue.types) > 0.9)
    }

    @Test
    func
        `components have mean 0 and a variance below 1, and their inner products are the Gram matrix`()
        throws
    {
        let result = try CoupledTissue(cells: 80, coupling: 0.5).represented()
        let (count, width) = (80, result.dimension)
        let values = try #require(result.components).map { Double($0) }
        let gram = try #require(result.gram)
        for d in 0..<width {
            let column = (0..<count).map { values[$0 * width + d] }
            #expect(abs(column.reduce(0, +)) < 1e-3)
            let variance = column.reduce(0) { $0 + $1 * $1 } / Double(count)
            #expect(variance > 0.03 && variance < 1)
        }
        for i in stride(from: 0, to: count, by: 7) {
            for j in stride(from: 0, to: count, by: 11) {
                let inner = (0..<width).reduce(0.0) {
                    $0 + values[i * width + $1] * values[j * width + $1]
                }
                #expect(abs(inner - gram[i * count + j]) < 1e-9)
            }
        }
    }

    @Test func `nothing but noise is said to be nothing`() throws {
        let tissue = CoupledTissue(cells: 120, coupling: 0)
        let error = #expect(throws: AnalysisError.self) { _ = try tissue.represented() }
        #expect("\(error as Any)".contains("stands out of noise"))
    }

    @Test func `cells without counts and of a few pixels do no harm`() throws {
        let tissue = CoupledTissue(cells: 120, coupling: 0.5)
        var (counts, labels) = (tissue.stack.counts, tissue.labels.values)
        let plane = tissue.stack.grid.count
        for channel in tissue.stack.channels.indices {
            for pixel in 0..<60 { counts[channel * plane + pixel] = 0 }
        }
        for pixel in 62..<120 { labels[pixel] = 0 }
        let stack = IonStack(
            grid: tissue.stack.grid, channels: tissue.stack.channels, counts: counts)
        var parameters = SIMSID.Parameters()
        parameters.method = .joint
        let result = try SIMSID.run(
            stack, labels: LabelImage(grid: tissue.stack.grid, values: labels),
            parameters: parameters, monitor: .silent)
        #expect(result.cellIDs.count == 120)
        #expect(result.gram?.allSatisfy(\.isFinite) == true)
    }
}
