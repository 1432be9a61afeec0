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
    case badUpload(UploadFault)
    /// More than a limit.
    case tooLarge(String)
    /// There is no room; the request was undone.
    case storageFull(String)
    /// Something of the service's own failed; the text is for the log, not for the client.
    case failed(String)
    /// The service is going down.
    case stopping
}

/// Why an upload cannot be imported, and where.
public struct UploadFault: Error, Sendable, Hashable {
    /// What is wrong with it.
    public enum Kind: Sendable {
        /// It does not hold what it should.
        case malformed
        /// A format that is known but not read.
        case unsupported
        /// More than a limit.
        case tooLarge
    }

    /// A place in a file.
    public struct Place: Sendable, Hashable {
        /// The file's name as the client calls it.
        public var file: String
        /// The line, from 1.
        public var line: Int?
        /// What was expected and what was found.
        public var detail: String

        /// A place.
        public init(file: String, line: Int?, detail: String) {
            self.file = file
            self.line = line
            self.detail = detail
        }
    }

    /// What is wrong with it.
    public var kind: Kind
    /// The same in a sentence.
    public var detail: String
    /// Where.
    public var places: [Place]

    /// A fault.
    public init(kind: Kind, detail: String, places: [Place]) {
        self.kind = kind
        self.detail = detail
        self.places = places
    }
}

extension WorkbenchError {
    /// The reason in one sentence, for a log or a terminal.
    public var cause: String {
        switch self {
        case .notFound(let text), .conflict(let text, _), .forbidden(let text),
            .tooLarge(let text), .storageFull(let text), .failed(let text),
            .noResult(_, _, let text), .notAcceptable(let text, _):
            text
        case .invalid(let faults), .badQuery(let faults):
            faults.map { $0.place.isEmpty ? $0.detail : "\($0.place): \($0.detail)" }
                .joined(separator: "; ")
        case .badUpload(let fault):
            ([fault.detail]
                + fault.places.map { place in
                    "\(place.file)\(place.line.map { ", line \($0)" } ?? ""): \(place.detail)"
                }).joined(separator: "\n")
        case .stopping: "the service is going down"
        }
    }
}
