/// A dataset of a grid as it is written on a command line: `NAME` or `NAME:VARIANT[+VARIANT...]`.
///
/// NAME is a simulated preset (`standard`), one of the paper's datasets (`paper-9`) or the path of
/// an `.npz` file; a variant is a word (`dim`) or `word=value` (`types=5`).
public struct DatasetSpec: Sendable, Hashable {
    /// What the data are made from.
    public enum Source: Sendable, Hashable {
        /// A simulated section.
        case preset(String)
        /// One of the paper's datasets, 1...9.
        case paper(Int)
        /// An `.npz` file.
        case file(String)
    }

    /// One change to the data.
    public struct Variant: Sendable, Hashable {
        /// Its word.
        public let name: String
        /// What follows `=`, or nil.
        public let value: String?
    }

    /// What the data are made from.
    public let source: Source
    /// Changes, in the order given.
    public let variants: [Variant]
    /// The text, with a file's folders and ending left out.
    public let name: String

    /// Reads a specification.
    ///
    /// - Parameter presets: names of the simulated presets.
    /// - Throws: `.badRequest`.
    public init(_ text: String, presets: [String]) throws(EvaluationError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            .map(String.init)
        let base = parts[0]
        if presets.contains(base) {
            source = .preset(base)
            name = text
        } else if base.hasPrefix("paper-") {
            guard let number = Int(base.dropFirst(6)), (1...9).contains(number) else {
                throw .badRequest("dataset \(text): expected paper-1 to paper-9")
            }
            source = .paper(number)
            name = text
        } else if base.lowercased().hasSuffix(".npz") {
            source = .file(base)
            let file = base.split(separator: "/").last.map(String.init) ?? base
            name = ([String(file.dropLast(4))] + parts.dropFirst()).joined(separator: ":")
        } else {
            throw .badRequest(
                "dataset \(text): expected a preset (\(presets.joined(separator: ", "))), "
                    + "paper-1 to paper-9, or a path that ends in .npz")
        }
        variants =
            parts.count < 2
            ? []
            : parts[1].split(separator: "+").map { word in
                let pair = word.split(separator: "=", maxSplits: 1).map(String.init)
                return Variant(name: pair[0], value: pair.count > 1 ? pair[1] : nil)
            }
    }

    /// The value of a variant as a number, its default where none is given, or nil without it.
    ///
    /// - Throws: `.badRequest` for a value that is no number within the bounds.
    func number(
        _ word: String, default value: Double? = nil, _ bounds: ClosedRange<Double>
    ) throws(EvaluationError) -> Double? {
        guard let variant = variants.last(where: { $0.name == word }) else { return nil }
        let found = variant.value.map { Double($0) } ?? value
        guard let found, bounds.contains(found) else {
            throw .badRequest(
                "dataset \(name): expected \(word)= a number from \(bounds.lowerBound) to "
                    + "\(bounds.upperBound), found \(variant.value ?? "none")")
        }
        return found
    }

    /// Whether a variant without a value is there.
    func has(_ word: String) -> Bool { variants.contains { $0.name == word } }

    /// Refuses variants that are not known.
    func check(known: [String]) throws(EvaluationError) {
        for variant in variants where variant.name != "plain" && !known.contains(variant.name) {
            throw .badRequest(
                "dataset \(name): unknown variant \(variant.name); expected "
                    + known.joined(separator: ", "))
        }
    }
}
