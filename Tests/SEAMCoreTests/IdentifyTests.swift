import Foundation
import Imaging
import Kernels
import SEAMCore
import Synchronization
import Testing

@Suite struct IdentifyTests {
    private func short(_ epochs: Int = 60) -> SIMSID.Parameters {
        var parameters = SIMSID.Parameters()
        parameters.epochs = epochs
        return parameters
    }

    @Test func `the Gram matrix is that of the explicit matrix`() throws {
        let tissue = IdentifyTissue(cells: 13, types: 3)
        let result = try SIMSID.run(
            tissue.stack, labels: tissue.labels, parameters: short(), monitor: .silent)
        let network = try #require(result.network)
        let gram = try #require(result.gram)
        let matrix = try SIMSID.matrix(
            tissue.stack, labels: tissue.labels, network: network, temperature: 5,
            monitor: .silent)
        let pixels = result.dimension
        #expect(pixels == 13 * 16)
        #expect(matrix.count == 13 * pixels)
        for p in 0..<pixels {
            let column = (0..<13).reduce(0) { $0 + Double(matrix[$1 * pixels + p]) }
            #expect(abs(column - 1) < 1e-5)
        }
        for i in 0..<13 {
            for j in 0..<13 {
                var sum = 0.0
                for p in 0..<pixels {
                    sum += Double(matrix[i * pixels + p]) * Double(matrix[j * pixels + p])
                }
                #expect(abs(gram[i * 13 + j] - sum) < 1e-5 * max(1, sum))
                #expect(gram[i * 13 + j] == gram[j * 13 + i])
            }
        }
    }

    @Test func `pixels learn their cell: the column is highest at its own cell's type`() throws {
        let tissue = IdentifyTissue(cells: 6, types: 6, brightness: 20)
        let result = try SIMSID.run(
            tissue.stack, labels: tissue.labels, parameters: short(), monitor: .silent)
        #expect(result.losses.count == 60)
        #expect(result.losses[59] < 0.2 * log(6))
        let matrix = try SIMSID.matrix(
            tissue.stack, labels: tissue.labels, network: try #require(result.network),
            temperature: 5, monitor: .silent)
        let pixels = result.dimension
        let right = (0..<pixels).count { p in
            let best = (0..<6).max { matrix[$0 * pixels + p] < matrix[$1 * pixels + p] }
            return best == p / 16
        }
        #expect(right >= pixels * 95 / 100)
    }

    @Test func `the same bytes whatever the number of threads`() throws {
        let tissue = IdentifyTissue(cells: 11, types: 3)
        let results = try [1, 2, 5].map { threads in
            try Parallel.withThreads(threads) {
                try SIMSID.run(
                    tissue.stack, labels: tissue.labels, parameters: short(10), monitor: .silent)
            }
        }
        for other in results.dropFirst() {
            #expect(other.gram == results[0].gram)
            #expect(other.network?.layers == results[0].network?.layers)
            #expect(other.losses == results[0].losses)
            #expect(other.logMeans == results[0].logMeans)
            #expect(other.means == results[0].means)
        }
    }

    @Test func `another seed gives another classifier`() throws {
        let tissue = IdentifyTissue(cells: 4, types: 2)
        var parameters = short(3)
        let first = try SIMSID.run(
            tissue.stack, labels: tissue.labels, parameters: parameters, monitor: .silent)
        parameters.seed = 9
        let second = try SIMSID.run(
            tissue.stack, labels: tissue.labels, parameters: parameters, monitor: .silent)
        #expect(first.network?.layers != second.network?.layers)
    }

    @Test func `means follow their definitions, and the method mean stops there`() throws {
        // Pixels (2, 6) and (0, 0) in cell 3, (1, 3) in cell 7: gaps in the numbers are fine.
        let grid = PixelGrid(width: 4, height: 1)
        let stack = IonStack(
            grid: grid, channels: [Channel(mz: 60), Channel(mz: 61)],
            counts: [2, 5, 0, 1, 6, 5, 0, 3])
        let labels = LabelImage(grid: grid, values: [3, 0, 3, 7])
        var parameters = SIMSID.Parameters()
        parameters.method = .mean
        let result = try SIMSID.run(stack, labels: labels, parameters: parameters, monitor: .silent)
        #expect(result.cellIDs == [3, 7])
        #expect(result.dimension == 2)
        #expect(result.gram == nil && result.network == nil && result.losses.isEmpty)
        #expect(result.means == [0.125, 0.375, 0.25, 0.75])
        let expected = [
            (log(1 + 3.0 / 5) + log(2)) / 2, (log(1 + 7.0 / 5) + log(2)) / 2,
            log(1 + 2.0 / 3), log(1 + 4.0 / 3),
        ]
        for (value, wanted) in zip(result.logMeans, expected) {
            #expect(abs(Double(value) - wanted) < 1e-6)
        }
    }

    @Test func `cells that do not differ give a warning, not a failure`() throws {
        let grid = PixelGrid(width: 8, height: 1)
        let stack = IonStack(
            grid: grid, channels: [Channel(mz: 60)], counts: [Float](repeating: 0, count: 8))
        let labels = LabelImage(grid: grid, values: [1, 1, 1, 1, 2, 2, 2, 2])
        let result = try SIMSID.run(stack, labels: labels, parameters: short(2), monitor: .silent)
        #expect(result.warnings.count == 1)
        #expect(result.gram?.allSatisfy { abs($0 - 2) < 1e-9 } == true)
    }

    @Test func `schedules have their own number of epochs`() throws {
        let tissue = IdentifyTissue(cells: 2, types: 2, channels: 3)
        var parameters = SIMSID.Parameters()
        parameters.schedule = .published
        let published = try SIMSID.run(
            tissue.stack, labels: tissue.labels, parameters: parameters, monitor: .silent)
        #expect(published.losses.count == 200)
        #expect(published.network?.inputScale == 1)
        let fast = try SIMSID.run(
            tissue.stack, labels: tissue.labels, parameters: short(2), monitor: .silent)
        #expect(fast.network?.inputScale == 3)
        #expect(fast.network?.widths == [3, 128, 128, 128, 2])
    }

    @Test func `bad input is refused with what was expected`() throws {
        let tissue = IdentifyTissue(cells: 3, types: 3)
        let one = LabelImage(
            grid: tissue.labels.grid, values: tissue.labels.values.map { $0 == 1 ? 1 : 0 })
        #expect(throws: AnalysisError.tooFewCells(found: 1, needed: 2)) {
            try SIMSID.run(tissue.stack, labels: one, parameters: short(), monitor: .silent)
        }
        let small = LabelImage(grid: PixelGrid(width: 2, height: 1), values: [1, 2])
        #expect(throws: AnalysisError.self) {
            try SIMSID.run(tissue.stack, labels: small, parameters: short(), monitor: .silent)
        }
        for temperature in [0, -1, .nan, .infinity] {
            var parameters = SIMSID.Parameters()
            parameters.temperature = temperature
            #expect(throws: AnalysisError.self) {
                try SIMSID.run(
                    tissue.stack, labels: tissue.labels, parameters: parameters, monitor: .silent)
            }
        }
        let network = SIMSID.Network(layers: [[1], [1], [1], [1]], widths: [1], inputScale: 1)
        #expect(throws: AnalysisError.self) {
            try SIMSID.matrix(
                tissue.stack, labels: tissue.labels, network: network, temperature: 5,
                monitor: .silent)
        }
    }

    @Test func `a cancelled training stops soon and says so`() throws {
        let tissue = IdentifyTissue(cells: 20, types: 3)
        let calls = Atomic<Int>(0)
        let monitor = StageMonitor(report: { _, _ in }) {
            calls.wrappingAdd(1, ordering: .relaxed).newValue > 20
        }
        #expect(throws: AnalysisError.cancelled) {
            try SIMSID.run(
                tissue.stack, labels: tissue.labels, parameters: short(90_000), monitor: monitor)
        }
    }
}
