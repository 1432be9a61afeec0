import Imaging
import Kernels
import Synchronization

/// The level loop of the published method: two machines a level learn what foreground and background
/// look like, and a cut between them makes the next, smaller foreground.
struct PublishedLevels {
    /// Foreground pixels of each level, the first being that of the k-means start.
    private(set) var foreground: [Int] = []
    /// For each pixel, in how many levels from the second on it is foreground.
    private(set) var depth: [Int]

    /// Most rows of a class that a machine learns from.
    static let trainingRows = 10_000
    /// Fewest pixels of a class that a machine can learn from.
    static let fewestRows = 11

    private let rows: BoltzmannRows
    private let width: Int
    private let height: Int
    private let pairs: PairWeights
    private let parameters: SIMSCut.Parameters

    /// The loop over images (K planes of P values each, the marker first).
    init(
        _ planes: [[Float]], width: Int, height: Int, parameters: SIMSCut.Parameters,
        monitor: StageMonitor
    ) throws(AnalysisError) {
        self.width = width
        self.height = height
        self.parameters = parameters
        depth = [Int](repeating: 0, count: width * height)
        pairs = PairWeights(
            planes[0], width: width, height: height, contrast: parameters.contrast,
            divisor: parameters.divisor)
        rows = BoltzmannRows(planes: planes)
        try monitor.update(0, "clustering the marker")
        try run(Self.start(planes[0]), monitor: monitor)
    }

    /// Exact k-means of the marker with four clusters; the lowest one is background.
    private static func start(_ marker: [Float]) -> [Bool] {
        let clusters = KMeans.exact1D(
            values: marker.map { Double($0) },
            weights: [Double](repeating: 1, count: marker.count), clusters: 4)
        guard let bound = clusters.boundaries.first else {
            return [Bool](repeating: false, count: marker.count)
        }
        return marker.map { Double($0) > bound }
    }

    private mutating func run(_ start: [Bool], monitor: StageMonitor) throws(AnalysisError) {
        var labels = start
        var fraction = 0.0
        for level in 1...parameters.maximumLevels {
            let count = labels.count { $0 }
            guard level == 1 || count > 10 else { return }
            foreground.append(count)
            if level > 1 {
                for p in 0..<labels.count where labels[p] { depth[p] += 1 }
            }
            guard count >= Self.fewestRows, labels.count - count >= Self.fewestRows else { return }
            let shrunk = 1 - Double(count) / Double(max(foreground[0], 1))
            // How many levels there will be is not known: each takes a share of what is left.
            let left = Double(parameters.maximumLevels - level + 2)
            let next = max(min(shrunk, 0.8), fraction + (1 - fraction) / left)
            let cut = try self.cut(
                labels, level: level, monitor: monitor.part(from: fraction, to: next))
            fraction = next
            // from the third level on a level is part of the one before
            labels = level > 1 ? zip(labels, cut).map { $0 && $1 } : cut
        }
    }

    /// The next foreground.
    private func cut(
        _ labels: [Bool], level: Int, monitor: StageMonitor
    ) throws(AnalysisError) -> [Bool] {
        let machines = try train(labels, level: level, monitor: monitor.part(from: 0, to: 0.8))
        let background = machines[0].freeEnergies(rows)
        try monitor.update(0.82, "level \(level): balancing the classes")
        let nucleus = machines[1].freeEnergies(rows)
        try monitor.update(0.85, "level \(level): balancing the classes")
        let differences = zip(background, nucleus).map { $0 - $1 }
        let offset = FMeasureOffset.best(
            differences: differences, foreground: labels, beta: parameters.beta)
        // only the difference of the two costs matters; the smaller one of a pixel is made 0
        let preference = differences.map { Double($0 - offset) }
        let part = monitor.part(from: 0.9, to: 1)
        return try part.watching("level \(level): cutting") { proceed in
            GridCut.minimize(
                width: width, height: height, backgroundCost: preference.map { max($0, 0) },
                foregroundCost: preference.map { max(-$0, 0) }, right: pairs.right,
                down: pairs.down, proceed: proceed)
        }
    }

    /// The machines of background and foreground.
    private func train(
        _ labels: [Bool], level: Int, monitor: StageMonitor
    ) throws(AnalysisError) -> [BoltzmannMachine] {
        let training = BoltzmannTraining(epochs: parameters.epochs)
        let results = Mutex<[BoltzmannMachine?]>([nil, nil])
        // counted and reported at once: progress never falls
        let done = Mutex(0)
        Parallel.forEach(2) { side in
            var random = Philox(
                seed: parameters.seed, stage: 0x5343_5554, index: UInt64(2 * level + side))
            let sample = trainingSample(labels, of: side == 1, random: &random)
            let machine = training.train(sample, random: &random) {
                done.withLock { epochs in
                    epochs += 1
                    let part = Double(epochs) / Double(2 * parameters.epochs)
                    try? monitor.update(part, "level \(level): learning the classes")
                }
                return !monitor.isCancelled
            }
            results.withLock { $0[side] = machine }
        }
        try monitor.update(1, "level \(level): learning the classes")
        return results.withLock { $0.compactMap { $0 } }
    }

    /// The rows of one class in random order, at most `trainingRows`.
    private func trainingSample(
        _ labels: [Bool], of side: Bool, random: inout Philox
    ) -> BoltzmannRows {
        var members = labels.indices.filter { labels[$0] == side }
        random.shuffle(&members)
        return rows.sample(members.prefix(Self.trainingRows))
    }
}
