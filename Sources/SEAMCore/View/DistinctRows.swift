/// Which rows of a matrix are different, and which row each is equal to.
struct DistinctRows {
    /// The first row of each kind, ascending.
    private(set) var first: [Int] = []
    /// For each row the place of its kind in `first`.
    private(set) var kind: [Int] = []

    /// Compares rows of `columns` values bit by bit.
    ///
    /// - Complexity: O(`values.count`) on average.
    init(_ values: [Float], columns: Int, count: Int) {
        var kindsByHash: [UInt64: [Int]] = [:]
        kind.reserveCapacity(count)
        values.withUnsafeBufferPointer { values in
            for row in 0..<count {
                let start = row * columns
                var hash: UInt64 = 0xCBF2_9CE4_8422_2325
                for c in 0..<columns {
                    hash = (hash ^ UInt64(values[start + c].bitPattern)) &* 0x9E37_79B9_7F4A_7C15
                    hash ^= hash >> 29
                }
                let known = kindsByHash[hash, default: []].first { kind in
                    let other = first[kind] * columns
                    return (0..<columns).allSatisfy {
                        values[start + $0].bitPattern == values[other + $0].bitPattern
                    }
                }
                if let known {
                    kind.append(known)
                } else {
                    kindsByHash[hash, default: []].append(first.count)
                    kind.append(first.count)
                    first.append(row)
                }
            }
        }
    }
}
