import Kernels
import SEAMCore
import Synchronization
import Testing

struct ViewUMAPTests {
    /// Points in `groups` far apart, with each point's group.
    private func blobs(_ count: Int, groups: Int, columns: Int) -> (points: [Float], group: [Int]) {
        var random = Philox(seed: 17)
        let group = (0..<count).map { $0 % groups }
        let points = (0..<count * columns).map { i in
            random.gaussian() + (i % columns == group[i / columns] ? 12 : 0)
        }
        return (points, group)
    }

    private func layout(
        _ points: [Float], _ columns: Int, threads: Int = 2,
        _ change: (inout UMAP.Parameters) -> Void
    ) throws -> [Float] {
        var parameters = UMAP.Parameters()
        change(&parameters)
        return try Parallel.withThreads(threads) {
            try UMAP.layout(
                points: points, count: points.count / columns, columns: columns,
                parameters: parameters, monitor: .silent)
        }
    }

    @Test(arguments: [2, 3])
    func `groups stay together and apart from each other`(dimensions: Int) throws {
        let (points, group) = blobs(400, groups: 4, columns: 10)
        let places = try layout(points, 10) {
            $0.dimensions = dimensions
            $0.epochs = 200
        }
        #expect(places.count == 400 * dimensions)
        #expect(places.allSatisfy { $0.isFinite && abs($0) < 100 })
        let found = NearestNeighbours.exact(
            points: places, count: 400, dimension: dimensions, neighbours: 5)
        let same = found.indices.indices.count {
            group[Int(found.indices[$0])] == group[$0 / 5]
        }
        #expect(same > 1_980)
    }

    @Test func `a line stays a line`() throws {
        // Neighbours in the layout are neighbours on the line; how the line as a whole lies is chance.
        var random = Philox(seed: 2)
        let points = (0..<600).flatMap { i -> [Float] in
            [Float(i) * 0.1, 0.05 * random.gaussian(), 0.05 * random.gaussian()]
        }
        let places = try layout(points, 3) { _ in }
        let found = NearestNeighbours.exact(
            points: places, count: 600, dimension: 2, neighbours: 5)
        let near = found.indices.indices.count { abs(Int(found.indices[$0]) - $0 / 5) < 30 }
        #expect(near > 2_900)
    }

    @Test func `the number of threads does not change a byte, another seed does`() throws {
        let (points, _) = blobs(900, groups: 3, columns: 6)
        let runs = try [1, 2, 8].map { threads in
            try layout(points, 6, threads: threads) { $0.epochs = 60 }
        }
        #expect(runs[1] == runs[0])
        #expect(runs[2] == runs[0])
        let other = try layout(points, 6) {
            $0.epochs = 60
            $0.seed = 1
        }
        #expect(other != runs[0])
    }

    @Test(arguments: [0, 1, 2, 3, 4, 5, 8, 16])
    func `few points are laid out without a crash`(count: Int) throws {
        let (points, _) = blobs(count, groups: 2, columns: 4)
        let places = try layout(points, 4) { $0.dimensions = 3 }
        #expect(places.count == 3 * count)
        #expect(places.allSatisfy { $0.isFinite })
    }

    @Test func `equal points and many separate pairs are laid out without a crash`() throws {
        let equal = try layout([Float](repeating: 2, count: 90), 3) { $0.epochs = 30 }
        #expect(equal.allSatisfy { $0.isFinite })
        // Pairs that know only each other: as many components as pairs.
        let pairs = (0..<80).map { Float($0 / 2 * 1_000 + $0 % 2) }
        let places = try layout(pairs, 1) {
            $0.neighbours = 2
            $0.epochs = 50
        }
        #expect(places.count == 160)
        #expect(places.allSatisfy { $0.isFinite })
    }

    @Test func `a caller that cancels gets no layout`() {
        let (points, _) = blobs(300, groups: 2, columns: 3)
        for part in [0.0, 0.2, 0.5] {
            let progress = Progress()
            let monitor = StageMonitor(
                report: { share, _ in progress.set(share) },
                isCancelled: { progress.value >= part })
            #expect(throws: AnalysisError.cancelled) {
                try UMAP.layout(
                    points: points, count: 300, columns: 3, parameters: UMAP.Parameters(),
                    monitor: monitor)
            }
        }
    }

    @Test func `parameters that make no sense are refused`() {
        let changes: [(inout UMAP.Parameters) -> Void] = [
            { $0.neighbours = 1 }, { $0.dimensions = 4 }, { $0.minimumDistance = -1 },
            { $0.minimumDistance = .nan }, { $0.spread = 0 }, { $0.epochs = 0 },
        ]
        for change in changes {
            #expect(throws: AnalysisError.self) { try layout([1, 2, 3], 1, change) }
        }
    }
}

/// How far a stage has come, from any thread.
private final class Progress: Sendable {
    private let share = Mutex(0.0)
    var value: Double { share.withLock { $0 } }
    func set(_ new: Double) { share.withLock { $0 = max($0, new) } }
}
