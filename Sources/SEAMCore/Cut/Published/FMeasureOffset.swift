/// The offset between two free energies at which the F measure of the labels is highest.
package enum FMeasureOffset {
    /// The difference d at the cut of highest F_beta, where, in ascending order of d, the rows from
    /// the cut on are predicted foreground.
    ///
    /// F_beta = (1 + beta^2) P R / (beta^2 P + R) with 0/0 = 0; of equally good cuts the last one.
    /// Rows of equal d stand in their given order.
    ///
    /// - Precondition: as many labels as differences, at least one; no NaN.
    /// - Complexity: O(n log n).
    package static func best(differences: [Double], foreground: [Bool], beta: Double) -> Double {
        precondition(differences.count == foreground.count && !differences.isEmpty)
        let order = differences.indices.sorted {
            differences[$0] != differences[$1] ? differences[$0] < differences[$1] : $0 < $1
        }
        let positives = foreground.count { $0 }
        var truePositives = positives
        var best = 0.0
        var cut = 0
        for (rank, row) in order.enumerated() {
            let predicted = order.count - rank
            // P R and beta^2 P + R, both times predicted x positives / TP
            let score =
                truePositives == 0
                ? 0
                : (1 + beta * beta) * Double(truePositives)
                    / (beta * beta * Double(positives) + Double(predicted))
            if score >= best {
                best = score
                cut = rank
            }
            if foreground[row] { truePositives -= 1 }
        }
        return differences[order[cut]]
    }
}
