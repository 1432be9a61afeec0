/// Two disjoint sets of cells to compare, by position in the order of the cells.
struct Comparison: Sendable {
    /// Cluster number in the table.
    let cluster: Int32
    /// Cells of the group.
    let group: [Int]
    /// Cells it is compared with.
    let rest: [Int]
    /// Of every cell 1 in the group, 2 in the rest, 0 in neither.
    let sides: [UInt8]
    /// Clusters of the group, as indices into the matrix of cluster sums.
    let groupClusters: [Int]
    /// Clusters of the rest.
    let restClusters: [Int]

    private init(cluster: Int32, of clusters: [Int], group: [Int], rest: [Int]) {
        self.cluster = cluster
        groupClusters = group
        restClusters = rest
        let inGroup = Set(group)
        let inRest = Set(rest)
        self.group = clusters.indices.filter { inGroup.contains(clusters[$0]) }
        self.rest = clusters.indices.filter { inRest.contains(clusters[$0]) }
        sides = clusters.map { inGroup.contains($0) ? 1 : inRest.contains($0) ? 2 : 0 }
    }

    /// Every cluster against all others, or one set against another.
    ///
    /// - Parameters:
    ///   - numbers: the cluster numbers that occur, ascending.
    ///   - clusters: index into `numbers` of each cell.
    static func all(
        _ parameters: SIMSDiff.Parameters, numbers: [Int32], clusters: [Int]
    ) throws(AnalysisError) -> [Comparison] {
        let everything = Array(numbers.indices)
        guard let group = parameters.group else {
            if parameters.reference != nil {
                throw .badParameter(
                    name: "reference", detail: "expected together with a group, found alone")
            }
            return everything.map { one in
                Comparison(
                    cluster: numbers[one], of: clusters, group: [one],
                    rest: everything.filter { $0 != one })
            }
        }
        let inGroup = try indices(of: group, in: numbers, name: "group")
        var rest = everything.filter { !inGroup.contains($0) }
        if let reference = parameters.reference {
            rest = try indices(of: reference, in: numbers, name: "reference")
            if let both = rest.first(where: { inGroup.contains($0) }) {
                throw .badParameter(
                    name: "reference",
                    detail: "expected clusters outside the group, found \(numbers[both]) in both")
            }
        }
        return [Comparison(cluster: 1, of: clusters, group: inGroup, rest: rest)]
    }

    private static func indices(
        of wanted: [Int32], in numbers: [Int32], name: String
    ) throws(AnalysisError) -> [Int] {
        guard !wanted.isEmpty else {
            throw .badParameter(name: name, detail: "expected at least one cluster, found none")
        }
        if let unknown = wanted.first(where: { !numbers.contains($0) }) {
            throw .badParameter(
                name: name,
                detail: "expected clusters between \(numbers[0]) and \(numbers[numbers.count - 1])"
                    + " that have cells, found \(unknown)")
        }
        return numbers.indices.filter { wanted.contains(numbers[$0]) }
    }
}
