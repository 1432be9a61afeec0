import Bytes

extension StageInput {
    /// A representation's rows of the cells that an earlier clustering put into some clusters.
    ///
    /// - Throws: `.invalid` where the clustering has no such cluster.
    func cells(
        _ all: ResultReader.Representation, of clusters: [Int]
    ) throws(WorkbenchError) -> ResultReader.Representation {
        let earlier = try result(.clustering).clustering()
        let known = Int(earlier.clusters.max() ?? 0)
        if let strange = clusters.first(where: { !(1...max(1, known)).contains($0) }) {
            throw .invalid([
                .init(
                    "/parameters/of_clusters",
                    "expected clusters of the clustering it takes, 1 to \(known), found \(strange)")
            ])
        }
        let wanted = Set(clusters.map { Int32($0) })
        let chosen = Set(
            zip(earlier.cellIDs, earlier.clusters).filter { wanted.contains($0.1) }.map(\.0))
        return all.rows(all.cellIDs.indices.filter { chosen.contains(all.cellIDs[$0]) })
    }
}

extension ResultReader.Representation {
    /// Some of the cells, in the order of their rows. What tells of the training stays as it is.
    func rows(_ rows: [Int]) -> Self {
        func part<Value>(_ values: [Value], _ columns: Int) -> [Value] {
            rows.flatMap { values[$0 * columns..<($0 + 1) * columns] }
        }
        var result = self
        let count = cellIDs.count
        result.cellIDs = rows.map { cellIDs[$0] }
        result.means = part(means, channels.count)
        result.logMeans = part(logMeans, channels.count)
        result.components = components.map { part($0, dimension) }
        result.gram = gram.map { gram in
            rows.flatMap { row in rows.map { gram[row * count + $0] } }
        }
        return result
    }
}
