/// Why no section could be simulated or written.
public enum SimulationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A parameter outside its range; `detail` says what was expected and what was found.
    case badParameter(name: String, detail: String)
    /// The parameters leave no room for a single nucleus.
    case noNucleus(size: Int)

    /// One sentence for a person.
    public var description: String {
        switch self {
        case .badParameter(let name, let detail): "\(name): \(detail)"
        case .noNucleus(let size):
            "no nucleus found room on a section of \(size) x \(size) px; use a larger size"
        }
    }
}
