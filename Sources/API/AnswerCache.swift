import HTTP
import Synchronization

/// Keeps answers that never change, so that a picture is drawn and hashed once.
///
/// The key must hold everything the answer depends on, also the version of what it shows; who may
/// see it is checked before. Bounded in bytes; the oldest go first.
final class AnswerCache: Sendable {
    private struct State {
        var answers: [String: HTTPResponse] = [:]
        var order: [String] = []
        var first = 0
        var bytes = 0
    }

    private let state = Mutex(State())
    private let limit: Int
    /// Answers larger than this part of the room are not kept.
    private static let largestPart = 16

    /// A cache that holds up to so many bytes.
    init(limit: Int) { self.limit = limit }

    /// The answer kept under a key.
    func answer(_ key: String) -> HTTPResponse? { state.withLock { $0.answers[key] } }

    /// Keeps an answer.
    func keep(_ answer: HTTPResponse, as key: String) {
        guard let size = answer.bodyLength, size <= limit / Self.largestPart else { return }
        state.withLock { state in
            guard state.answers.updateValue(answer, forKey: key) == nil else { return }
            state.order.append(key)
            state.bytes += size
            while state.bytes > limit, state.first < state.order.count {
                let oldest = state.answers.removeValue(forKey: state.order[state.first])
                state.bytes -= oldest?.bodyLength ?? 0
                state.first += 1
            }
            if state.first > 1024 {
                state.order.removeSubrange(..<state.first)
                state.first = 0
            }
        }
    }
}
