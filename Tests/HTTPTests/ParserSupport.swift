import HTTP

/// What a parser makes of bytes, in a form that can be compared.
enum Parsed: Equatable {
    case head(String)
    case refused(Int)
    case needMore

    /// Feeds `bytes` in the given pieces until the parser decides.
    init(_ pieces: [[UInt8]], limits: RequestParser.Limits = .init()) {
        var parser = RequestParser(limits: limits)
        var before = 0
        for piece in pieces {
            switch parser.feed(piece) {
            case .needMore: before += piece.count
            case .done(let head, let consumed):
                self = .head(Self.describe(head) + " consumed=\(before + consumed)")
                return
            case .malformed(let refusal):
                self = .refused(refusal.status)
                return
            }
        }
        self = .needMore
    }

    init(_ text: String) { self.init([Array(text.utf8)]) }

    static func describe(_ head: RequestHead) -> String {
        let fields = head.headers.fields.map { "\($0.name)=\($0.value)" }.joined(separator: "|")
        let query = head.query.map { "\($0.name)=\($0.value)" }.joined(separator: "|")
        return "\(head.method) \(head.path) \(head.segments) ?\(query) 1.\(head.minorVersion) "
            + "\(head.framing) continue=\(head.expectsContinue) keep=\(head.keepsAlive) [\(fields)]"
    }
}

/// The head of a valid request, or nil.
func parseHead(_ text: String) -> RequestHead? {
    var parser = RequestParser()
    guard case .done(let head, _) = parser.feed(Array(text.utf8)) else { return nil }
    return head
}

/// A seeded generator for tests (SplitMix64).
struct TestGenerator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
