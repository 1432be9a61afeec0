/// What is measured on.
public enum BenchInput: Sendable, Hashable {
    /// A section the simulator makes: its preset, pixels a side and ions.
    case simulated(preset: String, size: Int?, ions: Int?)
    /// A file of any format the service imports, with a file of its truth (an `.npz` with `mask` and
    /// maybe `types`) and the label of the marker channel where it has no adenine.
    case file(String, truth: String?, marker: String?)
}
