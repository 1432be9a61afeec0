/// Why a grid could not be evaluated.
public enum EvaluationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A dataset, task, method or seed that cannot be understood; says what was expected.
    case badRequest(String)
    /// A file that cannot be read or written.
    case file(String)
    /// A stage of the analysis refused.
    case failed(String)

    /// One sentence for a person.
    public var description: String {
        switch self {
        case .badRequest(let text), .file(let text), .failed(let text): text
        }
    }
}
