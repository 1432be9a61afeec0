import HTTP
import Workbench

/// The query of a request, read strictly: every parameter must be known, stand once, and be used.
struct Query {
    private let values: [String: String]

    /// Reads the query of a request that knows these parameters.
    ///
    /// - Throws: `.badQuery` naming unknown or repeated parameters.
    init(_ request: HTTPRequest, known: [String]) throws(WorkbenchError) {
        var values: [String: String] = [:]
        var faults: [WorkbenchError.Fault] = []
        for (name, value) in request.query {
            if !known.contains(name) {
                faults.append(.init(name, Self.unknown(name, known: known)))
            } else if values.updateValue(value, forKey: name) != nil {
                faults.append(.init(name, "the parameter \"\(name)\" stands twice"))
            }
        }
        guard faults.isEmpty else { throw .badQuery(faults) }
        self.values = values
    }

    private static func unknown(_ name: String, known: [String]) -> String {
        let shown = String(name.prefix(60))
        if known.isEmpty { return "this resource takes no query parameters" }
        if let near = Nearest.name(to: name, among: known) {
            return "unknown parameter \"\(shown)\"; did you mean \"\(near)\"?"
        }
        return "unknown parameter \"\(shown)\"; known are \(known.joined(separator: ", "))"
    }

    /// The text of a parameter, or nil.
    func text(_ name: String) -> String? { values[name] }

    /// A number in a range.
    func number(_ name: String, in range: ClosedRange<Double>) throws(WorkbenchError) -> Double? {
        guard let text = values[name] else { return nil }
        guard Self.isDecimal(text), let number = Double(text), range.contains(number) else {
            throw .badQuery([
                .init(
                    name,
                    "expected a number from \(trim(range.lowerBound)) to \(trim(range.upperBound))")
            ])
        }
        return number
    }

    /// A whole number in a range.
    func integer(_ name: String, in range: ClosedRange<Int>) throws(WorkbenchError) -> Int? {
        guard let text = values[name] else { return nil }
        guard Self.isDecimal(text), let number = Int(text), range.contains(number) else {
            throw .badQuery([
                .init(
                    name, "expected a whole number from \(range.lowerBound) to \(range.upperBound)")
            ])
        }
        return number
    }

    /// Whether a text is written as JSON writes a number: no `+5`, `0x10`, `inf` or `nan`.
    private static func isDecimal(_ text: String) -> Bool {
        text.utf8.first != UInt8(ascii: "+")
            && text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
    }

    /// One of some words.
    func choice(_ name: String, _ words: [String]) throws(WorkbenchError) -> String? {
        guard let text = values[name] else { return nil }
        guard words.contains(text) else {
            throw .badQuery([.init(name, "expected one of \(words.joined(separator: ", "))")])
        }
        return text
    }

    /// `true` or `false` (also `1`, `0`, and the bare name for true).
    func flag(_ name: String) throws(WorkbenchError) -> Bool? {
        switch values[name] {
        case nil: return nil
        case "true", "1", "": return true
        case "false", "0": return false
        default: throw .badQuery([.init(name, "expected true or false")])
        }
    }

    private func trim(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
    }
}
