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
        var seen = Set<String>()
        var patterns: [Int: [Pattern]] = [:]
        for route in routes where seen.insert(route.pattern).inserted {
            let parts =
                route.pattern.isEmpty
                ? [] : route.pattern.split(separator: "/", omittingEmptySubsequences: false)
            patterns[parts.count, default: []].append(
                Pattern(
                    name: "/" + route.pattern, parts: parts,
                    literals: parts.count { !$0.hasPrefix("{") }))
        }
        // Literal parts come before captured ones.
        self.patterns = patterns.mapValues { $0.sorted { $0.literals > $1.literals } }
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
