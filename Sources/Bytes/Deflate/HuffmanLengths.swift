/// Lengths of the codes of a Huffman code with a limit, and the codes themselves.
enum HuffmanLengths {
    /// The length of every symbol's code, at most `limit`: 0 for those that do not occur.
    ///
    /// Where the best code is too long, the rare symbols are counted up and it is made again. A lone
    /// symbol gets one bit.
    /// - Precondition: fewer than 2^`limit` symbols occur.
    /// - Complexity: O(n log n) for n symbols that occur.
    static func lengths(_ counts: [Int], limit: Int) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: counts.count)
        var symbols = counts.indices.filter { counts[$0] > 0 }
        if symbols.count < 2 {
            for symbol in symbols { result[symbol] = 1 }
            return result
        }
        symbols.sort { (counts[$0], $0) < (counts[$1], $1) }
        var weights = symbols.map { counts[$0] }
        while true {
            let depths = depths(weights)
            if let deepest = depths.max(), deepest <= limit {
                for (symbol, depth) in zip(symbols, depths) { result[symbol] = UInt8(depth) }
                return result
            }
            // Flatter: the order stays as it is.
            weights = weights.map { $0 / 2 + 1 }
        }
    }

    /// Depths of the leaves of the Huffman tree over two or more ascending weights.
    private static func depths(_ weights: [Int]) -> [Int] {
        let count = weights.count
        var sums = weights
        var parents = [Int](repeating: 0, count: 2 * count - 1)
        var leaf = 0
        var node = count
        for made in count..<2 * count - 1 {
            var sum = 0
            for _ in 0..<2 {
                // Of the lightest leaf and the lightest inner node, both in ascending order.
                if leaf < count, node >= made || sums[leaf] <= sums[node] {
                    sum += sums[leaf]
                    parents[leaf] = made
                    leaf += 1
                } else {
                    sum += sums[node]
                    parents[node] = made
                    node += 1
                }
            }
            sums.append(sum)
        }
        var depths = [Int](repeating: 0, count: 2 * count - 1)
        for index in stride(from: 2 * count - 3, through: 0, by: -1) {
            depths[index] = depths[parents[index]] + 1
        }
        return Array(depths[..<count])
    }

    /// The canonical codes of some lengths (RFC 1951, section 3.2.2), their bits in the order of
    /// writing.
    static func codes(_ lengths: [UInt8]) -> [UInt16] {
        var counts = [Int](repeating: 0, count: 16)
        for length in lengths where length > 0 { counts[Int(length)] += 1 }
        var next = [Int](repeating: 0, count: 16)
        for length in 1..<15 { next[length + 1] = (next[length] + counts[length]) << 1 }
        return lengths.map { length in
            guard length > 0 else { return 0 }
            defer { next[Int(length)] += 1 }
            return UInt16(truncatingIfNeeded: next[Int(length)]).bitReversed16
                >> UInt16(16 - length)
        }
    }
}
