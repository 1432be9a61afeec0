import Imaging

/// What the headers of all files say together.
struct AsciiFacts {
    /// Side of a pixel in micrometres.
    private(set) var pixelSize: Double?
    /// `negative` or `positive`.
    private(set) var polarity: String?
    /// Where headers disagree with each other or with the data.
    private(set) var warnings: [String] = []

    /// Two sides of a pixel that differ by less are one.
    private static let squareTolerance = 0.01

    /// Joins the facts of the files of one measurement.
    init(_ facts: [HeaderFacts], box: PixelBox) {
        let polarities = Self.distinct(facts.compactMap(\.polarity))
        polarity = polarities.count == 1 ? polarities[0] : nil
        if polarities.count > 1 { warnings.append("The headers tell both polarities.") }
        let sizes = Self.distinct(facts.compactMap(\.imageSize))
        if let size = sizes.first, size != [box.width, box.height] {
            warnings.append(
                "A header says \(size[0]) x \(size[1]) pixels; the files hold"
                    + " \(box.width) x \(box.height).")
        }
        setPixelSize(facts, box)
    }

    private mutating func setPixelSize(_ facts: [HeaderFacts], _ box: PixelBox) {
        var sides: [[Double]] = []
        for fact in facts {
            if let size = fact.pixelSize {
                sides.append([size])
            } else if let view = fact.fieldOfView {
                let counts = fact.imageSize ?? [box.width, box.height]
                sides.append(zip(view, counts).map { $0 / Double($1) })
            }
        }
        let found = Self.distinct(sides)
        guard let first = found.first else { return }
        guard found.count == 1 else {
            warnings.append("The headers tell several pixel sizes; none is taken.")
            return
        }
        if first.count == 2, abs(first[0] - first[1]) > Self.squareTolerance * first[0] {
            warnings.append(
                "The header's pixels are not square (\(first[0]) x \(first[1]) um); no pixel size"
                    + " is taken.")
            return
        }
        pixelSize = first[0]
    }

    private static func distinct<T: Hashable>(_ values: [T]) -> [T] {
        var seen: Set<T> = []
        return values.filter { seen.insert($0).inserted }
    }
}
