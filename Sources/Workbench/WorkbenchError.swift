public import Ingest

/// Why a use case gave no answer. The API turns each case into a status in one table.
public enum WorkbenchError: Error, Sendable {
    /// One thing wrong with what the caller gave.
    public struct Fault: Sendable, Hashable {
        /// A JSON pointer into the body (`/parameters/seed`), or a query parameter's name.
        public var place: String
        /// What was expected.
        public var detail: String

        /// A fault.
        public init(_ place: String, _ detail: String) {
            self.place = place
            self.detail = detail
        }
    }

    /// No such thing, or none the caller may see; the text says what, and what is near.
    case notFound(String)
    /// Members of a body that cannot be accepted.
    case invalid([Fault])
    /// Query parameters that cannot be accepted.
    case badQuery([Fault])
    /// It cannot be done in the present state.
    case conflict(String, jobs: [String] = [])
    /// A job that has no result, with its state.
    case noResult(job: String, state: String, detail: String)
    /// The caller may see it but not change it.
    case forbidden(String)
    /// The resource exists but not in this representation.
    case notAcceptable(String, available: [String])
    /// The upload cannot be imported.
    case badUpload(ImportError)
    /// More than a limit.
    case tooLarge(String)
    /// There is no room; the request was undone.
    case storageFull(String)
    /// What is stored is not what was written; the text names it.
    case damaged(String)
    /// Something of the service's own failed; the text is for the log, not for the client.
    case failed(String)
    /// An owner has as many jobs in the queue as may be; worth trying again after some seconds.
    case queueFull(String, retryAfter: Int)
    /// The service cannot take work at the moment.
    case notReady(String)
    /// The service is going down.
    case stopping
}

extension WorkbenchError {
    /// The reason in one sentence, for a log or a terminal.
    public var cause: String {
        switch self {
        case .notFound(let text), .conflict(let text, _), .forbidden(let text),
            .tooLarge(let text), .storageFull(let text), .damaged(let text), .failed(let text),
            .noResult(_, _, let text), .notAcceptable(let text, _), .queueFull(let text, _),
            .notReady(let text):
            text
        case .invalid(let faults), .badQuery(let faults):
            faults.map { $0.place.isEmpty ? $0.detail : "\($0.place): \($0.detail)" }
                .joined(separator: "; ")
        case .badUpload(let error): error.description
        case .stopping: "the service is going down"
        }
    }
}
