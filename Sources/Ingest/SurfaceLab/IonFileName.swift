/// What the name of an exported file says: the measurement and the ion.
///
/// Known forms: `<measurement>_<n> (<peak>) - 134.05 u.txt`, `<measurement> - 134.05 u.txt`,
/// `<measurement> - Cl-.txt`, and files renamed to `134.05.txt` or `HH3.txt`.
struct IonFileName: Sendable, Equatable {
    /// The ion.
    enum Ion: Sendable, Equatable {
        /// An m/z and the digits after its point.
        case mass(Double, digits: Int)
        /// A formula or another label.
        case label(String)
        /// The total ion image or another sum: no ion of its own.
        case total
    }

    /// The measurement, or nil where the name is the ion's alone.
    let measurement: String?
    /// The ion.
    let ion: Ion

    /// Endings of text files, which are not part of the name.
    private static let endings = [
        ".txt", ".asc", ".ascii", ".dat", ".xyz", ".csv", ".tsv", ".ome.tif", ".ome.tiff", ".tif",
        ".tiff",
    ]
    /// Longest label kept, in characters.
    private static let longestLabel = 80

    /// Reads a path or name; nil where nothing is left to name an ion by.
    init?(_ path: String) {
        var stem = Substring(path.split(separator: "/").last ?? "")
        let lower = stem.lowercased()
        if let ending = Self.endings.first(where: { lower.hasSuffix($0) }) {
            stem = stem.dropLast(ending.count)
        }
        var peak = stem.trimmed
        var before: Substring?
        if let dash = stem.lastRange(of: " - ") {
            before = stem[..<dash.lowerBound]
            peak = stem[dash.upperBound...].trimmed
        } else if let mass = Self.massAtEnd(of: peak) {
            before = peak[..<mass.startIndex]
            peak = mass
        }
        guard !peak.isEmpty else { return nil }
        measurement = before.flatMap(Self.measurementName)
        ion = Self.ion(peak)
    }

    private init(measurement: String?, ion: Ion) {
        self.measurement = measurement
        self.ion = ion
    }

    /// The ion that a column of a file of this name holds: this one where the column has no name.
    func column(_ title: String, of file: SourceFile) -> IonFileName {
        guard !title.isEmpty else { return self }
        // A table's own name is the measurement's.
        let name = measurement ?? Candidates.stem(of: file.name)
        return IonFileName(measurement: name, ion: Self.ion(named: title) ?? ion)
    }

    /// The ion that a title names, such as `134.05`, `m/z 134.05`, `134.05 u` or `IdU`; nil for an
    /// empty one.
    static func ion(named title: String) -> Ion? {
        let text = Substring(title).trimmed
        guard !text.isEmpty else { return nil }
        let lower = text.lowercased()
        if let prefix = ["m/z", "mz", "mass"].first(where: { lower.hasPrefix($0) }) {
            let rest = text.dropFirst(prefix.count).drop { " _=:".contains($0) }
            if mass(rest) != nil { return ion(rest) }
        }
        return ion(text)
    }

    private static func ion(_ peak: Substring) -> Ion {
        if let (mz, digits) = mass(peak) { return .mass(mz, digits: digits) }
        if isTotal(peak) { return .total }
        return .label(String(peak.prefix(longestLabel)))
    }

    /// A name without its peak number, `liver_1 (96)` -> `liver_1`.
    private static func measurementName(_ text: Substring) -> String? {
        var name = text.trimmed
        if name.last == ")", let open = name.lastIndex(of: "(") {
            let inside = name[name.index(after: open)...].dropLast()
            if !inside.isEmpty, inside.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
                name = name[..<open].trimmed
            }
        }
        while let last = name.last, "_- ".contains(last) { name = name.dropLast() }
        return name.isEmpty ? nil : String(name)
    }

    /// `134.05 u`, `134.05`, also with a decimal comma: the m/z and its digits after the point.
    private static func mass(_ text: Substring) -> (Double, Int)? {
        var number = text
        let lower = text.lowercased()
        for unit in ["u", "amu", "da"] where lower.hasSuffix(unit) {
            number = text.dropLast(unit.count).trimmed
        }
        let parts = number.split(
            omittingEmptySubsequences: false, whereSeparator: { $0 == "." || $0 == "," })
        guard parts.count <= 2, number.utf8.count <= 16,
            parts.allSatisfy({
                !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) }
            }),
            let mz = Double(parts.joined(separator: ".")), mz > 0, mz <= 1e6
        else { return nil }
        return (mz, parts.count == 2 ? min(parts[1].count, 9) : 0)
    }

    /// The mass at the end of `liver_134.05 u`, told by its unit.
    private static func massAtEnd(of stem: Substring) -> Substring? {
        guard stem.hasSuffix(" u") else { return nil }
        let number = stem.dropLast(2).utf8.reversed().prefix {
            (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".")
        }
        let text = stem.suffix(number.count + 2)
        return mass(text) == nil ? nil : text
    }

    private static func isTotal(_ label: Substring) -> Bool {
        let words = label.lowercased().split(whereSeparator: { !$0.isLetter })
        return words.contains { $0.hasPrefix("total") || $0 == "sum" || $0 == "tic" }
    }
}

extension Substring {
    /// Without blanks at both ends.
    fileprivate var trimmed: Substring {
        var text = self
        while let first = text.first, first.isWhitespace { text = text.dropFirst() }
        while let last = text.last, last.isWhitespace { text = text.dropLast() }
        return text
    }

    /// The last place of a short text.
    fileprivate func lastRange(of text: String) -> Range<Index>? {
        var end = endIndex
        while end > startIndex {
            let before = index(before: end)
            if self[before...].hasPrefix(text) {
                return before..<index(before, offsetBy: text.count)
            }
            end = before
        }
        return nil
    }
}
