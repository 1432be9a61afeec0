/// Jobs that wait for a worker, handed out fairly.
///
/// Owners with waiting work take turns; inside an owner's turn the highest priority comes first,
/// among equals the one submitted first. A new owner joins at the end of the round, so a thousand
/// jobs of one owner delay another's first job by at most one job of each owner before it.
struct WaitingJobs: Sendable {
    /// One waiting job.
    struct Entry: Sendable {
        let id: String
        let owner: String
        let priority: Int
        let order: Int
        let deadline: Double?
        let work: @Sendable (JobContext) -> Void

        /// Whether this one is to run before another of the same owner.
        func precedes(_ other: Entry) -> Bool {
            priority != other.priority ? priority > other.priority : order < other.order
        }
    }

    /// Each owner's jobs, the next to run last, so that taking it moves nothing.
    private var queues: [String: [Entry]] = [:]
    /// Owners with waiting work in the order of their turns.
    private var turns: [String] = []
    private var owners: [String: String] = [:]
    private var submitted = 0

    var isEmpty: Bool { owners.isEmpty }
    /// The waiting jobs in no particular order of owners, each owner's in the order they will run.
    var ids: [String] { turns.flatMap { queues[$0, default: []].reversed().map(\.id) } }

    func contains(_ id: String) -> Bool { owners[id] != nil }

    /// The number that orders the next submission.
    mutating func nextOrder() -> Int {
        submitted += 1
        return submitted
    }

    mutating func add(_ entry: Entry) {
        owners[entry.id] = entry.owner
        if queues[entry.owner] == nil { turns.append(entry.owner) }
        var queue = queues.removeValue(forKey: entry.owner) ?? []
        queue.insert(entry, at: position(of: entry, in: queue))
        queues[entry.owner] = queue
    }

    /// Takes the next job; its owner goes to the end of the round.
    mutating func takeNext() -> Entry? {
        guard !turns.isEmpty else { return nil }
        let owner = turns.removeFirst()
        guard var queue = queues.removeValue(forKey: owner), let entry = queue.popLast() else {
            return nil
        }
        owners[entry.id] = nil
        if !queue.isEmpty {
            queues[owner] = queue
            turns.append(owner)
        }
        return entry
    }

    /// Takes one job out; false if it does not wait.
    mutating func remove(_ id: String) -> Bool {
        guard let owner = owners.removeValue(forKey: id),
            var queue = queues.removeValue(forKey: owner)
        else { return false }
        queue.removeAll { $0.id == id }
        if queue.isEmpty {
            turns.removeAll { $0 == owner }
        } else {
            queues[owner] = queue
        }
        return true
    }

    mutating func removeAll() {
        queues = [:]
        turns = []
        owners = [:]
    }

    /// Where an entry belongs in a queue whose last element runs first, by bisection.
    private func position(of entry: Entry, in queue: [Entry]) -> Int {
        var low = 0
        var high = queue.count
        while low < high {
            let middle = (low + high) / 2
            if entry.precedes(queue[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
