/// How well scores put some things before others.
public enum RankingScores {
    /// Area under the ROC curve: the chance that a positive has the higher score, ties counted half;
    /// 0.5 without a positive or without a negative.
    ///
    /// - Precondition: one score for each; none is NaN.
    /// - Complexity: O(n log n).
    public static func areaUnderCurve(scores: [Double], positives: [Bool]) -> Double {
        precondition(scores.count == positives.count, "a score for each")
        let order = scores.indices.sorted { scores[$0] < scores[$1] }
        let (yes, no) = (positives.count { $0 }, positives.count { !$0 })
        guard yes > 0, no > 0 else { return 0.5 }
        var ranks = 0.0
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, scores[order[end]] == scores[order[start]] { end += 1 }
            let members = order[start..<end].count { positives[$0] }
            ranks += Double(members) * Double(start + end + 1) / 2
            start = end
        }
        return (ranks - Double(yes) * Double(yes + 1) / 2) / (Double(yes) * Double(no))
    }
}
