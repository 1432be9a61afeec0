/// What a look at everything in a store found.
public struct StoreReport: Sendable, Hashable {
    /// What is wrong, a sentence each; empty if all is well.
    public var faults: [String] = []
    /// What is odd and does no harm, such as what the next start will clear away; a sentence each.
    public var notes: [String] = []
    /// The schema version of the store.
    public var version = 0
    /// How many datasets were looked at.
    public var datasets = 0
    /// How many images.
    public var images = 0
    /// How many jobs.
    public var jobs = 0
    /// How many artifacts of jobs.
    public var artifacts = 0
    /// How many unfinished uploads.
    public var uploads = 0

    /// Runs one part of the look; an error of the store there is a fault, and the next part follows.
    mutating func part(_ name: String, _ body: (inout StoreReport) throws(StoreError) -> Void) {
        do throws(StoreError) {
            try body(&self)
        } catch {
            faults.append("\(name): \(error)")
        }
    }
}
