/// A statistic and its two-sided p.
struct TestOutcome {
    /// The statistic.
    var statistic: Double
    /// Two-sided.
    var pValue: Double
}

/// Mean and unbiased variance of some values.
struct Moments {
    /// Number of values.
    let count: Double
    /// Their mean, 0 of none.
    let mean: Double
    /// Sum of squared differences over count - 1; 0 below two values.
    let variance: Double

    init(_ values: [Double]) {
        count = Double(values.count)
        var total = 0.0
        for value in values { total += value }
        let mean = values.isEmpty ? 0 : total / count
        var squares = 0.0
        // Equal values have no variance, whatever the rounding of their mean.
        let constant = values.allSatisfy { $0 == values[0] }
        for value in values { squares += (value - mean) * (value - mean) }
        self.mean = constant ? values.first ?? 0 : mean
        variance = constant || values.count < 2 ? 0 : squares / (count - 1)
    }
}

/// Welch's t of unequal variances (Welch 1947), with his degrees of freedom; nil below two cells on
/// a side or without any variance.
func welch(_ group: Moments, _ rest: Moments) -> TestOutcome? {
    guard group.count >= 2, rest.count >= 2 else { return nil }
    let one = group.variance / group.count
    let two = rest.variance / rest.count
    let square = one + two
    guard square > 0 else { return nil }
    let t = (group.mean - rest.mean) / square.squareRoot()
    // Shares instead of squares of variances: no underflow.
    let (a, b) = (one / square, two / square)
    let degrees = 1 / (a * a / (group.count - 1) + b * b / (rest.count - 1))
    guard t.isFinite, degrees.isFinite else { return nil }
    return TestOutcome(statistic: t, pValue: studentTwoSided(t: t, degrees: degrees))
}

/// What the ranks of two samples say.
struct RankSum {
    /// Area under the ROC curve of the group against the rest, ties counted half.
    let auc: Double?
    /// The normal approximation of Wilcoxon's rank sum.
    let test: TestOutcome?

    /// Ranks n + m values, ties at their mean rank.
    ///
    /// z = (U - n m / 2) / sqrt(n m / 12 (N + 1 - sum(t^3 - t) / (N (N - 1)))) for ties of t values,
    /// without a continuity correction (Lehmann, Nonparametrics, 1.2); nil if all values are equal.
    /// - Parameters:
    ///   - order: all cells by rising value.
    ///   - values: of all cells.
    ///   - sides: 1 for a cell of the group, 2 of the rest, 0 of neither.
    /// - Complexity: O(cells).
    init(order: [Int32], values: [Double], sides: [UInt8]) {
        var (n, m) = (0.0, 0.0)
        var ranks = 0.0
        var ties = 0.0
        // The values equal to `level`: how many, and how many of them of the group.
        var (size, members, level) = (0.0, 0.0, Double.nan)
        func finish() {
            ranks += members * (n + m - (size - 1) / 2)
            ties += size * size * size - size
        }
        for cell in order {
            let side = sides[Int(cell)]
            guard side > 0 else { continue }
            if values[Int(cell)] != level {
                if size > 0 { finish() }
                (size, members, level) = (0, 0, values[Int(cell)])
            }
            size += 1
            if side == 1 {
                members += 1
                n += 1
            } else {
                m += 1
            }
        }
        finish()
        guard n > 0, m > 0 else {
            auc = nil
            test = nil
            return
        }
        let wins = ranks - n * (n + 1) / 2
        let total = n + m
        auc = wins / (n * m)
        let variance = n * m / 12 * (total + 1 - ties / (total * (total - 1)))
        guard variance > 0, total > 1, ties < total * total * total - total else {
            test = nil
            return
        }
        let z = (wins - n * m / 2) / variance.squareRoot()
        test = TestOutcome(statistic: z, pValue: normalTwoSided(z))
    }
}

/// Benjamini and Hochberg's adjustment (1995) of the p values that are there.
package func falseDiscoveryAdjusted(_ values: [Double?]) -> [Double?] {
    let present = values.indices.filter { values[$0] != nil }
        .sorted { (values[$0] ?? 1, $0) < (values[$1] ?? 1, $1) }
    var adjusted = [Double?](repeating: nil, count: values.count)
    var least = 1.0
    for (place, index) in present.enumerated().reversed() {
        let value = (values[index] ?? 1) * Double(present.count) / Double(place + 1)
        least = min(least, value)
        adjusted[index] = least
    }
    return adjusted
}
