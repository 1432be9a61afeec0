/// The legend of clusters: colour, number, name, count and share.
struct ClusterLegend {
    private struct Entry {
        let color: RGB
        let number: String
        let name: String
        let count: String
        let share: String
    }

    private let heading: String
    private let entries: [Entry]

    /// - Parameters:
    ///   - clusters: cluster of every cell, 0 for none; numbers above the names' count are listed too.
    ///   - names: name of cluster 1, 2, ...
    ///   - thing: what is counted, such as `cells`.
    ///   - colors: of the clusters.
    init(
        clusters: [Int32], names: [String], thing: String, colors: ClusterColors
    ) {
        var counts: [Int] = [Int](repeating: 0, count: names.count + 1)
        for cluster in clusters {
            let index = ClusterLegend.index(cluster)
            while counts.count <= index { counts.append(0) }
            counts[index] += 1
        }
        let total = max(1, clusters.count)
        heading = "n = \(NumberText.count(clusters.count)) \(thing)"
        var entries: [Entry] = []
        for number in Array(1..<counts.count) + (counts[0] > 0 ? [0] : []) {
            let name = number == 0 ? "none" : number <= names.count ? names[number - 1] : ""
            let percent = 100 * Double(counts[number]) / Double(total)
            entries.append(
                Entry(
                    color: colors.color(of: number), number: number == 0 ? "–" : String(number),
                    name: name == String(number) ? "" : Style.label.shortened(name, to: 300),
                    count: NumberText.count(counts[number]),
                    share: NumberText.fixed(percent, digits: 1) + "\u{2009}%"))
        }
        self.entries = entries
    }

    /// A cluster's number as an index; what is below 0 or absurdly large counts as none.
    static func index(_ cluster: Int32) -> Int {
        cluster > 0 && cluster < 10_000 ? Int(cluster) : 0
    }

    /// The legend as a panel beside an image of this height, in as many columns as it takes.
    func panel(beside imageHeight: Int) -> SidePanel {
        let font = Style.label
        let row = 34
        let head = Int(font.lineHeight) + 10
        let rows = min(entries.count, max(12, (imageHeight - head) / row, (entries.count + 3) / 4))
        let swatch = 22
        func widest(_ text: (Entry) -> String) -> Int {
            Int((entries.map { font.width(of: text($0)) }.max() ?? 0).rounded(.up))
        }
        let number = widest(\.number)
        let name = widest(\.name)
        let count = widest(\.count)
        let share = widest(\.share)
        let nameAt = swatch + 12 + number + 12
        let countEnd = nameAt + (name > 0 ? name + 20 : 4) + count
        let column = countEnd + 16 + share
        let columns = entries.isEmpty ? 0 : (entries.count + rows - 1) / max(1, rows)
        let width = max(
            columns * column + max(0, columns - 1) * 36,
            Int(font.width(of: heading).rounded(.up)))
        return SidePanel(width: width, height: head + rows * row) { canvas, x, y in
            canvas.text(
                heading, x: Double(x), y: Double(y) + font.capHeight, font: font, Ink.quiet)
            for (place, entry) in entries.enumerated() {
                let left = x + place / rows * (column + 36)
                let top = y + head + place % rows * row
                let base = Double(top + row / 2) + (font.capHeight / 2).rounded()
                canvas.fill(
                    x: left, y: top + (row - swatch) / 2, width: swatch, height: swatch,
                    entry.color)
                func put(_ text: String, _ at: Int, _ align: Alignment, _ ink: RGB, _ font: Font) {
                    canvas.text(
                        text, x: Double(left + at), y: base, font: font, ink, align: align)
                }
                put(entry.number, swatch + 12 + number, .right, Ink.text, Style.strong)
                put(entry.name, nameAt, .left, Ink.text, font)
                put(entry.count, countEnd, .right, Ink.text, font)
                put(entry.share, column, .right, Ink.quiet, font)
            }
        }
    }
}
