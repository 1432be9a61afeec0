/// One line of a table of markers.
public struct MarkerRow: Sendable, Hashable {
    /// The cluster it is a marker of.
    public let cluster: Int32
    /// Its place among the markers of its direction, from 1.
    public let rank: Int
    /// m/z of the ion.
    public let mz: Double
    /// Whether it is higher in the cluster than in the rest.
    public let isUp: Bool

    /// A marker.
    public init(cluster: Int32, rank: Int, mz: Double, isUp: Bool) {
        self.cluster = cluster
        self.rank = rank
        self.mz = mz
        self.isUp = isUp
    }
}

/// How well the markers of one true type were found.
public struct TypeMarkers: Sendable, Hashable {
    /// The type, 0-based.
    public let type: Int
    /// Number of its nuclei that were found.
    public let nuclei: Int
    /// The cluster that matches it best, or nil if none of its nuclei was found.
    public let cluster: Int32?
    /// Dice overlap of type and cluster, 0...1.
    public let overlap: Double
    /// m/z of its true ions among the top up markers of that cluster, best rank first.
    public let hits: [Double]
}

/// Checks tables of markers against true fold changes.
public enum MarkerEvaluation {
    /// Fold change from which an ion counts as specific of a type.
    public static let foldThreshold = 1.5

    /// For every type the best matching cluster (by Dice overlap over the matched nuclei; the smallest
    /// number of equals) and which of the type's true ions, fold at least 1.5, are among the cluster's
    /// `top` best up markers.
    ///
    /// - Parameters:
    ///   - types: true type (0-based) of every matched nucleus.
    ///   - clusters: cluster of the same nuclei.
    ///   - fold: true fold changes, `fold[type][ion]`.
    ///   - mz: m/z of the ions; a marker is the ion nearest its m/z within 0.02.
    /// - Precondition: as many clusters as types of nuclei; every row of `fold` is as long as `mz`.
    public static func check(
        types: [Int32], clusters: [Int32], fold: [[Double]], mz: [Double], markers: [MarkerRow],
        top: Int = 5
    ) -> [TypeMarkers] {
        precondition(types.count == clusters.count && fold.allSatisfy { $0.count == mz.count })
        let names = runs(clusters.map { UInt64(UInt32(bitPattern: $0)) }).map {
            Int32(bitPattern: UInt32($0.key))
        }
        return fold.indices.map { type in
            let members = types.count { $0 == Int32(type) }
            var best: (cluster: Int32, overlap: Double)?
            for name in names {
                let shared = zip(types, clusters).count { $0 == Int32(type) && $1 == name }
                let size = clusters.count { $0 == name }
                let overlap = 2 * Double(shared) / Double(members + size)
                if shared > 0, overlap > best?.overlap ?? 0 { best = (name, overlap) }
            }
            let rows = markers.filter { $0.isUp && $0.cluster == best?.cluster && $0.rank >= 1 }
                .sorted { ($0.rank, $0.mz) < ($1.rank, $1.mz) }.prefix(top)
            let hits = rows.map(\.mz).filter { mass in
                guard let ion = nearest(mass, in: mz) else { return false }
                return fold[type][ion] >= foldThreshold
            }
            return TypeMarkers(
                type: type, nuclei: members, cluster: best?.cluster, overlap: best?.overlap ?? 0,
                hits: best == nil ? [] : hits)
        }
    }

    private static func nearest(_ mass: Double, in mz: [Double]) -> Int? {
        guard let ion = mz.indices.min(by: { abs(mz[$0] - mass) < abs(mz[$1] - mass) }) else {
            return nil
        }
        return abs(mz[ion] - mass) <= 0.02 ? ion : nil
    }
}
