/// Why a benchmark could not be done, one sentence for a person.
public struct BenchmarkError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was expected and what was found.
    public let description: String

    /// An error with its sentence.
    public init(_ description: String) { self.description = description }
}
