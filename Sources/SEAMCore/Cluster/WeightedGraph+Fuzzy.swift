extension WeightedGraph {
    /// UMAP's fuzzy graph of nearest neighbours (see `FuzzyGraph`); the point itself, which heads
    /// each list, counts as one of its neighbours, as umap-learn does.
    ///
    /// - Throws: `.cancelled`.
    init(fuzzy cells: NearestCells, monitor: StageMonitor) throws(AnalysisError) {
        let (n, length) = (cells.count, cells.neighbours - 1)
        var indices: [Int32] = []
        var squares: [Float] = []
        indices.reserveCapacity(n * length)
        squares.reserveCapacity(n * length)
        for i in 0..<n {
            for place in i * cells.neighbours + 1..<(i + 1) * cells.neighbours {
                indices.append(Int32(cells.indices[place]))
                squares.append(Float(cells.distances[place] * cells.distances[place]))
            }
        }
        let graph = try FuzzyGraph(
            UMAP.Neighbours(
                count: n, length: length, indices: indices, squaredDistances: squares),
            monitor: monitor)
        var edges: [(a: Int, b: Int, weight: Double)] = []
        edges.reserveCapacity(graph.targets.count / 2)
        for v in 0..<n {
            for edge in graph.offsets[v]..<graph.offsets[v + 1] where graph.targets[edge] > v {
                edges.append((v, Int(graph.targets[edge]), Double(graph.weights[edge])))
            }
        }
        self.init(count: n, edges: edges)
    }
}
