/// The name that differs least from `text` (insertions, deletions, replacements, swaps of neighbours),
/// or nil where there is none; the first of equals.
func nearest(to text: String, in names: [String]) -> String? {
    let lowered = Array(text.lowercased().utf8.prefix(200))
    return names.min { distance(lowered, Array($0.utf8)) < distance(lowered, Array($1.utf8)) }
}

/// Optimal string alignment distance.
private func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var rows = [Array(0...b.count)]
    for i in 1..<(a.count + 1) {
        var row = [i]
        for j in 1..<(b.count + 1) {
            var best = min(rows[i - 1][j] + 1, row[j - 1] + 1)
            best = min(best, rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
            if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                best = min(best, rows[i - 2][j - 2] + 1)
            }
            row.append(best)
        }
        rows.append(row)
    }
    return rows[a.count][b.count]
}
