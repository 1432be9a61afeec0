/// The offset between two free energies at which the F measure of the labels is highest.
package enum FMeasureOffset {
    /// The difference d at the cut of highest F_beta, where, in ascending order of d, the rows from
    /// the cut on are predicted foreground.
    ///
    /// F_beta = (1 + beta^2) P R / (beta^2 P + R) with 0/0 = 0; of equally good cuts the last one.
    /// Rows of equal d stand in their given order.
    ///
    /// - Precondition: as many labels as differences, at least one; no NaN.
    /// - Complexity: O(n).
    package static func best(differences: [Float], foreground: [Bool], beta: Double) -> Float {
        precondition(differences.count == foreground.count && !differences.isEmpty)
        let order = ascending(differences, foreground)
        let positives = foreground.count { $0 }
        let (numerator, constant) = (1 + beta * beta, beta * beta * Double(positives))
        var truePositives = positives
        var best = 0.0
        var cut = 0
        for (rank, entry) in order.enumerated() {
            // P R and beta^2 P + R, both times predicted x positives / TP
            let predicted = Double(order.count - rank)
            let score = numerator * Double(truePositives) / (constant + predicted)
            if score >= best {
                best = score
                cut = rank
            }
            truePositives -= Int(truncatingIfNeeded: entry & 1)
        }
        return value(order[cut])
    }

    /// The differences in ascending order, each as a word whose upper half orders like the number and
    /// whose last bit tells the label: a stable radix sort.
    private static func ascending(_ differences: [Float], _ foreground: [Bool]) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: differences.count)
        for i in 0..<differences.count {
            // -0 counts as 0
            let bits = (differences[i] + 0).bitPattern
            let key = bits >> 31 == 1 ? ~bits : bits | 0x8000_0000
            words[i] = UInt64(key) << 32 | (foreground[i] ? 1 : 0)
        }
        var other = words
        for shift in [32, 43, 54] as [UInt64] {
            var places = [Int](repeating: 0, count: 2_048)
            for word in words { places[Int(word >> shift & 2_047)] += 1 }
            var next = 0
            for digit in places.indices { (places[digit], next) = (next, next + places[digit]) }
            for word in words {
                let digit = Int(word >> shift & 2_047)
                other[places[digit]] = word
                places[digit] += 1
            }
            swap(&words, &other)
        }
        return words
    }

    private static func value(_ word: UInt64) -> Float {
        let key = UInt32(truncatingIfNeeded: word >> 32)
        return Float(bitPattern: key >> 31 == 1 ? key & 0x7FFF_FFFF : ~key)
    }
}
