import HTTP
import Workbench

/// One resource and method of the API.
struct Route: Sendable {
    /// The method; `GET` serves `HEAD` too.
    let method: String
    /// The path as `openapi.yaml` writes it, without the base: `datasets/{id}/ions/{ion}`.
    let pattern: String
    /// Forms of the answer, the default first; empty where the path takes no suffix.
    let formats: [MediaType]
    /// Whether all forms are decided by the handler, since they depend on what is addressed.
    let anyFormat: Bool
    /// Who may come.
    let access: Access
    /// Whether what it does goes into the audit.
    let isAudited: Bool
    /// What it takes as a body.
    let body: BodyKind
    let handle: @Sendable (Exchange) throws(APIError) -> HTTPResponse

    private let parts: [Substring]

    /// How many segments its paths have.
    var partCount: Int { parts.count }

    /// Who may come to a resource.
    enum Access: Equatable {
        /// Everybody, without a token.
        case everybody
        /// Those with this role or a higher one.
        case role(Caller.Role)
        /// Readers, or everybody where the configuration says so.
        case metrics

        /// The role that is needed, or nil for none.
        func role(_ policy: AccessPolicy) -> Caller.Role? {
            switch self {
            case .everybody: nil
            case .role(let role): role
            case .metrics: policy.metricsAreOpen ? nil : .reader
            }
        }
    }

    /// A route; left out, `access` is for readers where nothing is changed, else for members.
    init(
        _ method: String, _ pattern: String, formats: [MediaType] = [], anyFormat: Bool = false,
        access: Access? = nil, isAudited: Bool = true, body: BodyKind = .json,
        _ handle: @escaping @Sendable (Exchange) throws(APIError) -> HTTPResponse
    ) {
        self.method = method
        self.pattern = pattern
        self.formats = formats
        self.anyFormat = anyFormat
        self.access = access ?? .role(method == "GET" ? .reader : .member)
        self.isAudited = isAudited && method != "GET"
        self.body = body
        self.handle = handle
        parts =
            pattern.isEmpty ? [] : pattern.split(separator: "/", omittingEmptySubsequences: false)
    }

    /// How a path matched: the captured parts and the form its suffix names.
    struct Match {
        var captures: [String: String]
        var suffix: MediaType?
        /// Literal parts come before captured ones: `jobs/{id}/result` before `jobs/{id}/{x}`.
        var literals: Int
    }

    /// Matches the segments of a path.
    func match(_ segments: [String]) -> Match? {
        guard segments.count == parts.count else { return nil }
        // Most routes differ in a word before the last one: no more work for those.
        for (part, segment) in zip(parts, segments).dropLast()
        where !part.hasPrefix("{") && part != segment { return nil }
        var match = Match(captures: [:], suffix: nil, literals: 0)
        for (index, part) in parts.enumerated() {
            var segment = segments[index]
            if index == parts.count - 1, !formats.isEmpty || anyFormat {
                let (stem, type) = MediaType.split(segment)
                if let type {
                    segment = stem
                    match.suffix = type
                }
            }
            if part.hasPrefix("{") {
                guard !segment.isEmpty else { return nil }
                match.captures[String(part.dropFirst().dropLast())] = segment
            } else if part == segment {
                match.literals += 1
            } else {
                return nil
            }
        }
        return match
    }
}
