import Kernels

/// Uniform manifold approximation and projection (McInnes, Healy and Melville 2018), as umap-learn
/// does it, except that the layout does not depend on the number of threads.
public enum UMAP {
    /// What can be set; the defaults are umap-learn's.
    public struct Parameters: Sendable, Hashable {
        /// Size of a point's neighbourhood, itself included, at least 2.
        public var neighbours = 15
        /// Dimensions of the layout, 2 or 3.
        public var dimensions = 2
        /// Distance below which points count as together, 0...`spread`.
        public var minimumDistance = 0.1
        /// Scale of the layout, above 0.
        public var spread = 1.0
        /// Passes of the layout, or nil for 200 above 10,000 points and 500 up to there.
        public var epochs: Int?
        /// Where the layout begins, if it is made from coordinates.
        public var start = Start.spectral
        /// Names every random stream.
        public var seed: UInt64 = 0

        /// The defaults.
        public init() {}
    }

    /// Where a layout begins.
    public enum Start: Sendable, Hashable {
        /// The leading eigenvectors of the graph, as umap-learn does by default.
        case spectral
        /// The points' first principal components: many times faster for many points, and as good
        /// where they hold the coarse order of the points.
        case principal
    }

    /// The lists of nearest neighbours the graph is made from.
    public struct Neighbours: Sendable {
        /// n, the number of points.
        public var count: Int
        /// k, the length of each list (the point itself is not in it).
        public var length: Int
        /// n x k indices, by rising distance.
        public var indices: [Int32]
        /// n x k squared distances.
        public var squaredDistances: [Float]

        /// Lists of `length` neighbours of `count` points.
        ///
        /// - Precondition: both arrays hold n x k values, indices are 0..<n.
        public init(count: Int, length: Int, indices: [Int32], squaredDistances: [Float]) {
            precondition(indices.count == count * length, "n x k indices")
            precondition(squaredDistances.count == count * length, "n x k distances")
            self.count = count
            self.length = length
            self.indices = indices
            self.squaredDistances = squaredDistances
        }
    }

    /// A layout of points, from their coordinates.
    ///
    /// - Parameters:
    ///   - points: n x `columns` coordinates, row-major, finite.
    ///   - count: n.
    ///   - columns: Coordinates of a point.
    ///   - parameters: What can be set.
    ///   - monitor: Told the progress, asked for cancellation.
    /// - Returns: n x `parameters.dimensions` places.
    /// - Throws: `.badParameter`, `.cancelled`.
    /// - Complexity: O(n^2 columns) for the neighbours, O(epochs n neighbours) for the layout.
    public static func layout(
        points: [Float], count: Int, columns: Int, parameters: Parameters, monitor: StageMonitor
    ) throws(AnalysisError) -> [Float] {
        try check(parameters)
        let length = max(0, min(parameters.neighbours, count) - 1)
        let search = monitor.part(from: 0, to: 0.3)
        let found = try search.watching("Finding neighbours") { proceed in
            NearestNeighbours.search(
                points: points, count: count, dimension: columns, neighbours: length,
                proceed: proceed)
        }
        let neighbours = Neighbours(
            count: count, length: length, indices: found.indices,
            squaredDistances: found.squaredDistances)
        var start: [Float]?
        if parameters.start == .principal, count > 1 {
            try monitor.update(0.3, "Finding a start")
            start = PrincipalStart.places(
                points, count: count, columns: columns, dimensions: parameters.dimensions,
                seed: parameters.seed)
        }
        return try layout(
            neighbours, start: start, parameters: parameters,
            monitor: monitor.part(from: 0.3, to: 1))
    }

    /// A layout of points, from their nearest neighbours.
    ///
    /// - Returns: n x `parameters.dimensions` places; zeros for fewer than two points.
    /// - Throws: `.badParameter`, `.cancelled`.
    /// - Complexity: O(epochs n k).
    public static func layout(
        _ neighbours: Neighbours, parameters: Parameters, monitor: StageMonitor
    ) throws(AnalysisError) -> [Float] {
        try check(parameters)
        return try layout(neighbours, start: nil, parameters: parameters, monitor: monitor)
    }

    /// The same from given places, or from the graph's own for nil.
    static func layout(
        _ neighbours: Neighbours, start: [Float]?, parameters: Parameters, monitor: StageMonitor
    ) throws(AnalysisError) -> [Float] {
        let (count, dimensions) = (neighbours.count, parameters.dimensions)
        guard count > 1, neighbours.length > 0 else {
            return [Float](repeating: 0, count: max(0, count) * dimensions)
        }
        let epochs = parameters.epochs ?? (count > 10_000 ? 200 : 500)
        var graph = try FuzzyGraph(neighbours, monitor: monitor.part(from: 0, to: 0.1))
        try monitor.update(0.1, "Dropping weak edges")
        graph.dropEdges(below: 1 / Float(max(epochs, 10)))
        let places =
            if let start { start } else {
                try SpectralStart.places(
                    graph, dimensions: dimensions, seed: parameters.seed,
                    monitor: monitor.part(from: 0.1, to: 0.2))
            }
        let curve = LayoutCurve(
            minimumDistance: parameters.minimumDistance, spread: parameters.spread)
        try monitor.update(0.2, "Laying out")
        let layout = ForceLayout(
            start: places, dimensions: dimensions, offsets: graph.offsets, targets: graph.targets,
            weights: graph.weights, a: Float(curve.a), b: Float(curve.b), seed: parameters.seed)
        for epoch in 0..<epochs {
            let share = Double(epoch) / Double(epochs)
            try monitor.update(0.2 + 0.8 * share, "Laying out, pass \(epoch + 1) of \(epochs)")
            layout.advance(epoch: epoch, rate: Float(0.25 * (1 - share)))
        }
        try monitor.update(1, "Laid out")
        return layout.places(dimensions: dimensions)
    }

    private static func check(_ parameters: Parameters) throws(AnalysisError) {
        guard parameters.neighbours >= 2 else {
            throw .badParameter(
                name: "neighbours", detail: "at least 2, found \(parameters.neighbours)")
        }
        guard (2...3).contains(parameters.dimensions) else {
            throw .badParameter(
                name: "dimensions", detail: "2 or 3, found \(parameters.dimensions)")
        }
        guard parameters.spread > 0, parameters.spread <= 1e6 else {
            throw .badParameter(name: "spread", detail: "above 0, found \(parameters.spread)")
        }
        guard parameters.minimumDistance >= 0, parameters.minimumDistance <= parameters.spread
        else {
            throw .badParameter(
                name: "minimumDistance",
                detail: "0 to \(parameters.spread), found \(parameters.minimumDistance)")
        }
        guard (1...100_000).contains(parameters.epochs ?? 200) else {
            throw .badParameter(
                name: "epochs", detail: "1 to 100000, found \(parameters.epochs ?? 0)")
        }
    }
}
