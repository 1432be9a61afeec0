/// The known name nearest to an unknown one, for error messages ("did you mean ...?").
public enum Nearest {
    /// The candidate with the smallest edit distance to `name`, if it is near enough to help.
    ///
    /// Of very many candidates only the first 2,000 are looked at.
    ///
    /// - Complexity: O(candidates x length^2), names cut to 40 characters.
    public static func name(to name: String, among candidates: [String]) -> String? {
        let wanted = Array(name.prefix(40).lowercased())
        let ranked = candidates.prefix(2000).map {
            ($0, distance(wanted, Array($0.prefix(40).lowercased())))
        }
        guard let best = ranked.min(by: { $0.1 < $1.1 }) else { return nil }
        return best.1 <= max(2, wanted.count / 2) ? best.0 : nil
    }

    /// Levenshtein's distance.
    private static func distance(_ a: [Character], _ b: [Character]) -> Int {
        var previous = Array(0...b.count)
        for (i, left) in a.enumerated() {
            var current = [i + 1]
            for (j, right) in b.enumerated() {
                current.append(
                    min(previous[j] + (left == right ? 0 : 1), previous[j + 1] + 1, current[j] + 1))
            }
            previous = current
        }
        return previous[b.count]
    }
}
