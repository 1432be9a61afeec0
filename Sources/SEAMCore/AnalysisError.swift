/// Why a stage gave no result.
public enum AnalysisError: Error, Sendable, Hashable {
    /// The caller asked it to stop.
    case cancelled
    /// Fewer cells than the stage can work with.
    case tooFewCells(found: Int, needed: Int)
    /// A parameter that does not fit the data; `detail` says what was expected.
    case badParameter(name: String, detail: String)
    /// The data do not allow the stage; the text says why.
    case unsuitableData(String)
}
