import HTTP

/// What a client would like of the answer (RFC 7240); what is not understood is left alone.
struct Prefer {
    /// `wait=N`: seconds the client would wait for an answer that is final.
    let wait: Int?
    /// `respond-async`: an answer at once, and the work later.
    let respondAsync: Bool

    /// The preferences of a request; of one that comes twice the first counts.
    init(_ request: HTTPRequest) {
        var found: [String: String] = [:]
        for field in request.headers.values("Prefer") {
            for preference in field.split(separator: ",") {
                let word = preference.split(
                    separator: ";", maxSplits: 1, omittingEmptySubsequences: false)[0]
                let parts = word.split(
                    separator: "=", maxSplits: 1, omittingEmptySubsequences: false
                ).map { $0.filter { !" \t\"".contains($0) } }
                let name = parts[0].lowercased()
                if found[name] == nil { found[name] = parts.count > 1 ? String(parts[1]) : "" }
            }
        }
        let digits = found["wait"].flatMap { $0.allSatisfy(\.isNumber) ? $0 : nil }
        wait = digits.flatMap { Int($0) }
        respondAsync = found["respond-async"] == ""
    }
}
