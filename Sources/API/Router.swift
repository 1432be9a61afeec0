import HTTP
import Workbench

/// Finds the route of a request and the form of its answer.
struct Router: Sendable {
    /// Routes by the number of their parts.
    private let routes: [Int: [Route]]

    init(_ routes: [Route]) { self.routes = Dictionary(grouping: routes, by: \.partCount) }

    /// What the path of a request leads to.
    enum Outcome {
        case found(Route, Route.Match)
        /// The path exists with other methods.
        case otherMethods([String])
        case nothing
    }

    /// Looks a path up; `method` is `GET` for `HEAD`.
    func find(_ method: String, _ segments: [String]) -> Outcome {
        let matches = routes[segments.count, default: []].compactMap { route in
            route.match(segments).map { (route, $0) }
        }
        let literals = matches.map(\.1.literals).max() ?? 0
        let best = matches.filter { $0.1.literals == literals }
        if let hit = best.first(where: { $0.0.method == method }) { return .found(hit.0, hit.1) }
        let methods = Set(best.map(\.0.method))
        guard !methods.isEmpty else { return .nothing }
        var allowed = methods.sorted()
        if methods.contains("GET") {
            allowed.insert("HEAD", at: 1 + (allowed.firstIndex(of: "GET") ?? 0))
        }
        return .otherMethods(allowed + ["OPTIONS"])
    }

    /// The form of the answer: by suffix, else by `Accept`, else the default.
    static func format(
        _ route: Route, _ match: Route.Match, accept: String?
    ) throws(APIError) -> MediaType {
        if let suffix = match.suffix {
            guard route.anyFormat || route.formats.contains(suffix) else {
                throw .workbench(
                    .notAcceptable(
                        "this resource has no .\(suffix.rawValue)",
                        available: route.formats.map(\.rawValue)))
            }
            return suffix
        }
        guard let first = route.formats.first, route.formats.count > 1 || accept != nil else {
            return route.formats.first ?? .json
        }
        guard let accept else { return first }
        guard
            let chosen = Negotiation.best(of: route.formats.map(\.essence), accept: accept),
            let type = route.formats.first(where: { $0.essence == chosen })
        else {
            throw .workbench(
                .notAcceptable(
                    "none of the types in Accept can be given",
                    available: route.formats.map(\.essence)))
        }
        return type
    }
}
