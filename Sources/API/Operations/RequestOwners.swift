import Synchronization

/// Remembers whose a request is until its line is in the log; bounded, the oldest are forgotten.
public final class RequestOwners: Sendable {
    private struct State {
        var owners: [String: String] = [:]
        var earlier: [String: String] = [:]
    }

    private let state = Mutex(State())
    /// Requests in each of two generations.
    private static let limit = 20_000

    /// Nobody asks yet.
    public init() {}

    /// A request is an owner's.
    func note(_ owner: String, of request: String) {
        state.withLock { state in
            if state.owners.count >= Self.limit {
                (state.earlier, state.owners) = (state.owners, [:])
            }
            state.owners[request] = owner
        }
    }

    /// Whose a request is; it is forgotten with that.
    public func take(_ request: String) -> String? {
        state.withLock {
            $0.owners.removeValue(forKey: request) ?? $0.earlier.removeValue(forKey: request)
        }
    }
}
