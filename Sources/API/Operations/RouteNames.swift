/// Names the route of a path as `openapi.yaml` writes it, for metrics: few names, whatever is asked.
struct RouteNames: Sendable {
    private struct Pattern {
        let name: String
        let parts: [Substring]
        let literals: Int
    }

    private let patterns: [Int: [Pattern]]

    /// The names of these routes.
    init(_ routes: [Route]) {
        var patterns: [Int: [Pattern]] = [:]
        // Paths of one shape share a name, that of most routes: `{id}`, not the `{file}` of one.
        let shapes = Dictionary(grouping: routes.map(\.pattern)) { pattern in
            Self.parts(pattern).map { $0.hasPrefix("{") ? "{}" : String($0) }
        }
        for names in shapes.values {
            let counts = Dictionary(grouping: names) { $0 }.mapValues(\.count)
            guard let name = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) })?.key
            else { continue }
            let parts = Self.parts(name)
            patterns[parts.count, default: []].append(
                Pattern(
                    name: "/" + name, parts: parts,
                    literals: parts.count { !$0.hasPrefix("{") }))
        }
        // Literal parts come before captured ones.
        self.patterns = patterns.mapValues {
            $0.sorted { ($1.literals, $0.name) < ($0.literals, $1.name) }
        }
    }

    private static func parts(_ pattern: String) -> [Substring] {
        pattern.isEmpty ? [] : pattern.split(separator: "/", omittingEmptySubsequences: false)
    }

    /// The name of the route that a path leads to, or `other`.
    func name(_ segments: [String]) -> String {
        for pattern in patterns[segments.count] ?? [] where Self.matches(pattern.parts, segments) {
            return pattern.name
        }
        return "other"
    }

    private static func matches(_ parts: [Substring], _ segments: [String]) -> Bool {
        for (place, part) in parts.enumerated() where !part.hasPrefix("{") {
            if segments[place] == part { continue }
            // The last part may carry a suffix: `ions.csv`.
            guard place == parts.count - 1, segments[place].hasPrefix(part),
                segments[place].dropFirst(part.count).first == "."
            else { return false }
        }
        return true
    }
}
