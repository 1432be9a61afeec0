import HTTP
import Synchronization
import Workbench

/// Answers that hold as long as nothing is stored, by all that they depend on: who asks, for what, and
/// in which form.
///
/// They are as they were before preconditions, ranges and codings, which are each request's own. Bounded in
/// number and bytes; the oldest go first.
final class HeldAnswers: Sendable {
    /// What an answer depends on beside the store.
    struct Key: Hashable {
        let target: String
        let authorization: String
        let accept: String?

        /// Nil for a request whose answer depends on more, or that shows no token.
        init?(_ request: HTTPRequest) {
            guard request.method == "GET" || request.method == "HEAD" else { return nil }
            var (authorization, accept): (String?, String?) = (nil, nil)
            for (name, value) in request.headers.fields {
                switch name.utf8.count {
                case 13 where name.lowercased() == "authorization":
                    guard authorization == nil else { return nil }
                    authorization = value
                case 6 where name.lowercased() == "accept":
                    guard accept == nil else { return nil }
                    accept = value
                case 6 where name.lowercased() == "prefer": return nil
                default: break
                }
            }
            guard let authorization, authorization.utf8.count < 200 else { return nil }
            (target, self.authorization, self.accept) = (request.target, authorization, accept)
        }
    }

    /// An answer, and whose request it was.
    struct Held {
        let answer: HTTPResponse
        let owner: String
    }

    private struct State {
        var held: [Key: Held] = [:]
        var order: [Key] = []
        var first = 0
        var bytes = 0
    }

    private let state = Mutex(State())
    private let byteLimit: Int
    private let countLimit: Int

    /// Holds up to so many answers of so many bytes together.
    init(bytes: Int, count: Int) { (byteLimit, countLimit) = (bytes, count) }

    /// The answer, if it still holds; one that does not is let go of.
    func find(_ key: Key) -> Held? {
        guard let found = state.withLock({ $0.held[key] }) else { return nil }
        if found.answer.mayRepeat?() == true { return found }
        state.withLock { state in
            state.bytes -= state.held.removeValue(forKey: key)?.answer.bodyLength ?? 0
        }
        return nil
    }

    /// Holds an answer that may be repeated.
    func keep(_ answer: HTTPResponse, as key: Key, owner: String) {
        guard answer.mayRepeat != nil, let size = answer.bodyLength, size <= byteLimit / 16 else {
            return
        }
        let held = Held(answer: answer, owner: owner)
        state.withLock { state in
            let before = state.held.updateValue(held, forKey: key)
            state.bytes += size - (before?.answer.bodyLength ?? 0)
            state.order.append(key)
            while state.bytes > byteLimit || state.order.count - state.first > countLimit {
                let gone = state.held.removeValue(forKey: state.order[state.first])
                state.bytes -= gone?.answer.bodyLength ?? 0
                state.first += 1
            }
            guard state.first > 1024 else { return }
            state.order.removeSubrange(..<state.first)
            state.first = 0
        }
    }
}
