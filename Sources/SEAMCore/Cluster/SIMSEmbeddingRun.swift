import Kernels

extension SIMSEmbedding {
    /// Places cells in two dimensions by UMAP, so that similar cells are near each other.
    ///
    /// - Parameters:
    ///   - cellIDs: Numbers of the C cells, in the order of the rows.
    ///   - gram: C x C inner products of the cells' vectors; squared distances are then
    ///     2 - 2 G_ij / sqrt(G_ii G_jj), those of unit vectors (a vector of length 0 is at distance
    ///     sqrt 2 from all others). Nil for Euclidean distances of `features`.
    ///   - features: C x `columns` values, row-major; not read when `gram` is given.
    ///   - columns: Values of a cell.
    ///   - parameters: What can be set.
    ///   - monitor: Told the progress, asked for cancellation.
    /// - Throws: `.tooFewCells` without cells, `.badParameter` where sizes do not fit, `.cancelled`.
    /// - Complexity: O(C^2 columns) and O(epochs C neighbours).
    public static func run(
        cellIDs: [Int32], gram: [Double]?, features: [Float], columns: Int,
        parameters: Parameters, monitor: StageMonitor
    ) throws(AnalysisError) -> Result {
        let count = cellIDs.count
        guard count > 0 else { throw .tooFewCells(found: 0, needed: 1) }
        var umap = UMAP.Parameters()
        umap.neighbours = parameters.neighbours
        umap.minimumDistance = parameters.minimumDistance
        umap.epochs = parameters.epochs
        umap.seed = parameters.seed
        let coordinates: [Float]
        if let gram {
            guard gram.count == count * count else {
                throw .badParameter(
                    name: "gram", detail: "\(count) x \(count) values, found \(gram.count)")
            }
            let neighbours = try nearest(gram, count, parameters.neighbours, monitor)
            coordinates = try UMAP.layout(
                neighbours, parameters: umap, monitor: monitor.part(from: 0.3, to: 1))
        } else {
            guard columns >= 0, features.count == count * columns else {
                throw .badParameter(
                    name: "features",
                    detail: "\(count) x \(columns) values, found \(features.count)")
            }
            guard features.allSatisfy({ $0.isFinite }) else {
                throw .unsuitableData("a cell's vector holds a value that is not finite")
            }
            coordinates = try UMAP.layout(
                points: features, count: count, columns: columns, parameters: umap,
                monitor: monitor)
        }
        return Result(cellIDs: cellIDs, coordinates: coordinates)
    }

    private static func nearest(
        _ gram: [Double], _ count: Int, _ neighbours: Int, _ monitor: StageMonitor
    ) throws(AnalysisError) -> UMAP.Neighbours {
        let length = max(0, min(neighbours, count) - 1)
        let scale = (0..<count).map { i in
            let own = gram[i * count + i]
            return own > 0 && own.isFinite ? 1 / own.squareRoot() : 0
        }
        var indices: [Int32] = []
        var distances: [Float] = []
        for block in stride(from: 0, to: count, by: 64) {
            try monitor.update(0.3 * Double(block) / Double(count), "Finding neighbours")
            let rows = ParallelResults(count: min(64, count - block)) { row in
                let i = block + row
                var list: [(distance: Float, index: Int32)] = []
                list.reserveCapacity(count)
                for j in 0..<count where j != i {
                    let cosine = gram[i * count + j] * scale[i] * scale[j]
                    let distance = Float(max(0, 2 - 2 * cosine))
                    list.append((distance.isFinite ? distance : 2, Int32(j)))
                }
                list.sort {
                    $0.distance == $1.distance ? $0.index < $1.index : $0.distance < $1.distance
                }
                return list.prefix(length).map { $0 }
            }.values
            for row in rows {
                indices.append(contentsOf: row.map(\.index))
                distances.append(contentsOf: row.map(\.distance))
            }
        }
        return UMAP.Neighbours(
            count: count, length: length, indices: indices, squaredDistances: distances)
    }
}
