#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Compares two groupings of the same things; group numbers are names only.
public enum ClusterEvaluation {
    /// Adjusted Rand index: 1 for the same grouping, about 0 for independent ones, can be negative
    /// (Hubert and Arabie 1985). Two groupings that both put all together, or all apart, are the same.
    ///
    /// - Precondition: `a` and `b` have the same length.
    /// - Complexity: O(n log n).
    public static func adjustedRandIndex(_ a: [Int32], _ b: [Int32]) -> Double {
        let table = Contingency(a, b)
        let together = table.cells.reduce(0.0) { $0 + pairs($1) }
        let inA = table.rows.reduce(0.0) { $0 + pairs($1) }
        let inB = table.columns.reduce(0.0) { $0 + pairs($1) }
        let all = pairs(a.count)
        guard all > 0 else { return 1 }
        let expected = inA * inB / all
        let largest = (inA + inB) / 2
        return largest == expected ? 1 : (together - expected) / (largest - expected)
    }

    /// Mutual information over the arithmetic mean of the two entropies, 0...1 (scikit-learn's
    /// default). Two groupings that both put all together have 1.
    ///
    /// - Precondition: `a` and `b` have the same length.
    /// - Complexity: O(n log n).
    public static func normalizedMutualInformation(_ a: [Int32], _ b: [Int32]) -> Double {
        let table = Contingency(a, b)
        let count = Double(a.count)
        let (inA, inB) = (entropy(table.rows, count), entropy(table.columns, count))
        guard inA + inB > 0 else { return 1 }
        let shared = inA + inB - entropy(table.cells, count)
        return min(max(shared / ((inA + inB) / 2), 0), 1)
    }

    private static func pairs(_ count: Int) -> Double { Double(count) * Double(count - 1) / 2 }

    private static func entropy(_ counts: [Int], _ total: Double) -> Double {
        counts.reduce(0.0) { $0 - Double($1) / total * log(Double($1) / total) }
    }
}

/// Sizes of the groups and of their intersections.
private struct Contingency {
    let rows: [Int]
    let columns: [Int]
    let cells: [Int]

    init(_ a: [Int32], _ b: [Int32]) {
        precondition(a.count == b.count, "two groupings of the same things")
        rows = runs(a.lazy.map { UInt64(UInt32(bitPattern: $0)) }).map(\.count)
        columns = runs(b.lazy.map { UInt64(UInt32(bitPattern: $0)) }).map(\.count)
        cells = runs(
            zip(a, b).map { UInt64(UInt32(bitPattern: $0)) << 32 | UInt64(UInt32(bitPattern: $1)) }
        ).map(\.count)
    }
}
