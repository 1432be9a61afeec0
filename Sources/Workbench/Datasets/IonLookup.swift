public import Imaging

/// Finds the channel that a user means by `134`, `134.05` or `IdU`.
///
/// A label is taken first; then a number with a decimal point is the nearest m/z within the
/// tolerance; a whole number is a nominal mass: the most intense ion with that integer part, else
/// the nearest m/z.
public struct IonLookup: Sendable {
    /// How far a channel's m/z may lie from the one asked for.
    public enum Tolerance: Sendable {
        /// In m/z.
        case mz(Double)
        /// In parts per million of the m/z asked for.
        case ppm(Double)

        func width(at mz: Double) -> Double {
            switch self {
            case .mz(let width): width
            case .ppm(let parts): parts * 1e-6 * mz
            }
        }

        var text: String {
            switch self {
            case .mz(let width): "\(width)"
            case .ppm(let parts): "\(parts) ppm"
            }
        }
    }

    private let channels: [Channel]
    private let totals: [Double]
    /// The first channel of every label, and the channels of every label in small letters.
    private let exact: [String: Int]
    private let folded: [String: [Int]]

    /// A lookup over the channels of a dataset and their total counts.
    public init(channels: [Channel], totals: [Double]) {
        precondition(channels.count == totals.count)
        self.channels = channels
        self.totals = totals
        let labelled = channels.indices.compactMap { index in
            channels[index].label.map { ($0, index) }
        }
        exact = Dictionary(labelled, uniquingKeysWith: { first, _ in first })
        folded = Dictionary(grouping: labelled, by: { $0.0.lowercased() })
            .mapValues { $0.map(\.1) }
    }

    /// The index of the channel that `text` names.
    ///
    /// - Throws: `.notFound` naming the nearest channel.
    public func index(
        of text: String, tolerance: Tolerance = .mz(0.5)
    ) throws(WorkbenchError) -> Int {
        if let index = exact[text] { return index }
        if let same = folded[text.lowercased()], same.count == 1 { return same[0] }
        guard let wanted = Double(text), wanted.isFinite, wanted > 0, wanted < 1e9,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") })
        else { throw .notFound(unknownLabel(text)) }
        if !text.contains("."), let nominal = mostIntense(nominal: wanted) { return nominal }
        guard let near = nearest(to: wanted) else {
            throw .notFound("no ion at m/z \(text): no channel of this dataset has a mass")
        }
        if abs((channels[near].mz ?? 0) - wanted) > tolerance.width(at: wanted) {
            throw .notFound(
                "no ion within \(tolerance.text) of m/z \(text); the nearest is "
                    + "\(channels[near].title)")
        }
        return near
    }

    /// The channel nearest to an m/z, whatever the distance; of two as near, the more intense.
    public func nearest(to mz: Double) -> Int? {
        channels.indices.filter { channels[$0].mz != nil }.min { a, b in
            let (left, right) = (abs(channels[a].mz! - mz), abs(channels[b].mz! - mz))
            return left != right ? left < right : totals[a] > totals[b]
        }
    }

    /// The default nuclear marker: the ion nearest 134.05 (adenine, [M-H]-) within 0.5.
    public func defaultMarker() -> Int? {
        guard let near = nearest(to: 134.05), abs(channels[near].mz! - 134.05) <= 0.5 else {
            return nil
        }
        return near
    }

    private func mostIntense(nominal: Double) -> Int? {
        channels.indices.filter { channels[$0].mz.map { $0.rounded(.down) } == nominal }
            .max { totals[$0] < totals[$1] }
    }

    private func unknownLabel(_ text: String) -> String {
        let shown = String(text.prefix(60))
        let labels = channels.compactMap(\.label)
        if let near = Nearest.name(to: shown, among: labels) {
            return "no channel \"\(shown)\"; the nearest label is \"\(near)\""
        }
        let known =
            labels.isEmpty
            ? "the channels have masses, such as \(channels.first?.name ?? "none")"
            : "labels are " + labels.prefix(20).joined(separator: ", ")
        return "no channel \"\(shown)\"; \(known)"
    }
}
