/// One connection's side of the protocol: takes bytes, says what to do; a value without I/O.
///
/// Give it what was received by `receive`, and do what `next` says until it says `wait`. While a
/// request is being answered it asks for nothing, and what has come already waits.
package struct Session: Sendable {
    /// What bounds the reading of requests.
    package struct Limits: Sendable {
        package var head = RequestParser.Limits()
        /// Bytes of a body above which the request is refused without asking anybody.
        package var maximumBody = Int.max
        /// Bytes of a body above which it is no longer collected before the handler sees it.
        package var bufferedBody = 1 << 16
        /// Bytes of a body nobody wants that are read to keep the connection.
        package var drain = 1 << 16
        package var firstByteSeconds = 15.0
        package var headerSeconds = 15.0
        package var idleSeconds = 60.0
        package var bodyStallSeconds = 20.0
        package var minimumBodyRate = 128.0
        package var drainSeconds = 5.0

        package init() {}
    }

    /// What is to be done next.
    package enum Action {
        /// Nothing: more bytes, or an answer, must come first.
        case wait
        /// Ask whether the body of this request is wanted; then call `admit`.
        case ask(RequestHead)
        /// Write `100 Continue`.
        case sayContinue
        /// The request is whole: answer it.
        case handle(RequestHead, body: [UInt8])
        /// The body is a large one: the handler must read the rest from the connection itself.
        case stream(RequestHead, begun: [UInt8], decoder: BodyDecoder, input: InputBuffer)
        /// The body has broken off, and the handler wants what came of it; the connection ends.
        case torn(RequestHead, begun: [UInt8], BodyError)
        /// Answer with this; the connection ends.
        case refuse(Refusal, RequestHead?)
        /// Nothing more will come, and nobody waits.
        case close
    }

    private enum Phase {
        case idle
        case head(RequestParser)
        case asked(RequestHead)
        case body(RequestHead, BodyDecoder, Pace)
        /// The rest of a body whose answer has been given.
        case drain(BodyDecoder)
        case busy
        case over
    }

    private let limits: Limits
    private var phase = Phase.idle
    private var input = InputBuffer()
    private var body: [UInt8] = []
    private var decoder: BodyDecoder?
    private var owesContinue = false
    private var takesTorn = false
    /// Whether the client has ended its sending side.
    package private(set) var hasEnded = false
    /// Requests whose head has been read.
    package private(set) var served = 0
    /// When the client must have gone on; infinite while it is our turn.
    package private(set) var deadline: Double

    /// A connection that was accepted now.
    package init(limits: Limits, now: Double) {
        self.limits = limits
        deadline = now + limits.firstByteSeconds
    }

    // MARK: What comes from the client

    /// Whether bytes are wanted now.
    package var wantsBytes: Bool {
        switch phase {
        case .idle, .head, .body, .drain: !hasEnded
        case .asked, .busy, .over: false
        }
    }

    /// Whether nothing of a request has been seen since the last one.
    package var isIdle: Bool {
        switch phase {
        case .idle: input.isEmpty
        case .head(let parser): !parser.hasBegun
        default: false
        }
    }

    /// Takes bytes the client sent.
    package mutating func receive(_ bytes: UnsafeRawBufferPointer) { input.append(bytes) }

    /// Takes bytes the client sent.
    package mutating func receive(_ bytes: [UInt8]) { input.append(bytes) }

    /// The client will send no more.
    package mutating func end() { hasEnded = true }

    /// What is to be done next.
    package mutating func next(now: Double) -> Action {
        switch phase {
        case .idle:
            guard !input.isEmpty else { return hasEnded ? over(.close) : .wait }
            deadline = now + limits.headerSeconds
            return readHead(RequestParser(limits: limits.head), now: now)
        case .head(let parser): return readHead(parser, now: now)
        case .body(let head, let decoder, let pace):
            return readBody(head, decoder, pace, now: now)
        case .drain(let decoder): return drain(decoder, now: now)
        case .asked, .busy, .over: return .wait
        }
    }

    /// What has come of the next request, where none of it has been looked at.
    package func peek<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result?) -> Result? {
        guard case .idle = phase, !input.isEmpty else { return nil }
        return input.withBytes(body)
    }

    /// Takes the head of a request that is being answered without being read; then call `answered`.
    package mutating func take(_ count: Int) {
        input.drop(count)
        served += 1
        (phase, deadline) = (.busy, .infinity)
    }

    private mutating func readHead(_ before: RequestParser, now: Double) -> Action {
        var parser = before
        let isWhole = !parser.hasBegun
        phase = .busy  // so that the parser is not copied
        switch input.withBytes({ parser.feed($0) }) {
        case .needMore:
            input.drop(input.count)
            if hasEnded {
                return parser.hasBegun
                    ? over(.refuse(Refusal(400, "the request ends in its head"), nil))
                    : over(.close)
            }
            phase = .head(parser)
            return .wait
        case .done(var head, let consumed):
            // One with a body is never known again: what follows the head would be taken for a request.
            if isWhole, head.framing == .none, consumed <= ReplayTable.longestHead {
                head.bytes = input.withBytes { Array($0[..<consumed]) }
            }
            input.drop(consumed)
            return begin(head, now: now)
        case .malformed(let refusal): return over(.refuse(refusal, nil))
        }
    }

    private mutating func begin(_ head: RequestHead, now: Double) -> Action {
        served += 1
        if case .length(let length) = head.framing, length > limits.maximumBody {
            let error = BodyError.tooLarge(limit: limits.maximumBody)
            return over(.refuse(Refusal(error.status, error.detail), head))
        }
        var decoder = BodyDecoder(head.framing, limit: limits.maximumBody)
        owesContinue = head.expectsContinue && !decoder.isFinished && input.isEmpty
        guard !decoder.isFinished else { return busy(.handle(head, body: [])) }
        body = []
        do throws(BodyError) {
            try collect(&decoder)
        } catch {
            return over(.refuse(Refusal(error.status, error.detail), head))
        }
        if decoder.isFinished { return busy(.handle(head, body: takeBody())) }
        self.decoder = decoder
        deadline = .infinity
        phase = .asked(head)
        return .ask(head)
    }

    /// The body is wanted, up to so many bytes; with `evenTorn` also what came of one that breaks off.
    package mutating func admit(limit: Int, evenTorn: Bool = false, now: Double) -> Action {
        takesTorn = evenTorn
        guard case .asked(let head) = phase, var decoder else { return .wait }
        decoder.limit = limit
        guard decoder.received + min(decoder.rest ?? 0, limit) <= limit,
            decoder.rest ?? 0 <= limit
        else {
            let error = BodyError.tooLarge(limit: limit)
            return over(.refuse(Refusal(error.status, error.detail), head))
        }
        self.decoder = nil
        var pace = Pace(stall: limits.bodyStallSeconds, rate: limits.minimumBodyRate, now: now)
        pace.reach(decoder.received, now: now)
        phase = .body(head, decoder, pace)
        deadline = pace.deadline
        let saysContinue = owesContinue
        owesContinue = false
        return saysContinue ? .sayContinue : next(now: now)
    }

    private mutating func readBody(
        _ head: RequestHead, _ start: BodyDecoder, _ before: Pace, now: Double
    ) -> Action {
        var (decoder, pace) = (start, before)
        do throws(BodyError) {
            try collect(&decoder)
        } catch {
            return over(.refuse(Refusal(error.status, error.detail), head))
        }
        if decoder.isFinished { return busy(.handle(head, body: takeBody())) }
        if body.count >= limits.bufferedBody {
            let rest = input
            input = InputBuffer()
            return busy(.stream(head, begun: takeBody(), decoder: decoder, input: rest))
        }
        if hasEnded {
            return over(failed(head, .disconnected))
        }
        pace.reach(decoder.received, now: now)
        deadline = pace.deadline
        phase = .body(head, decoder, pace)
        return .wait
    }

    private mutating func collect(_ decoder: inout BodyDecoder) throws(BodyError) {
        while body.count < limits.bufferedBody {
            let bytes = try decoder.decode(&input, atMost: limits.bufferedBody - body.count)
            guard !bytes.isEmpty else { return }
            if body.isEmpty { body = bytes } else { body += bytes }
        }
    }

    /// What becomes of a body that will not be whole.
    private mutating func failed(_ head: RequestHead, _ error: BodyError) -> Action {
        takesTorn && !body.isEmpty
            ? .torn(head, begun: takeBody(), error)
            : .refuse(Refusal(error.status, error.detail), head)
    }

    /// Whether a connection that breaks leaves something behind that is wanted.
    package var hasTornBody: Bool {
        guard case .body = phase else { return false }
        return takesTorn && !body.isEmpty
    }

    private mutating func takeBody() -> [UInt8] {
        defer { body = [] }
        return body
    }

    private mutating func drain(_ before: BodyDecoder, now: Double) -> Action {
        var decoder = before
        while let bytes = try? decoder.decode(&input, atMost: 1 << 14), !bytes.isEmpty {}
        if decoder.isFinished {
            becomeIdle(now: now)
            return next(now: now)
        }
        phase = .drain(decoder)
        return hasEnded || !input.isEmpty ? over(.close) : .wait
    }

    private mutating func busy(_ action: Action) -> Action {
        (phase, deadline) = (.busy, .infinity)
        return action
    }

    private mutating func over(_ action: Action) -> Action {
        (phase, deadline) = (.over, .infinity)
        return action
    }

    // MARK: What comes from our side

    /// Whether the connection can carry another request after an early answer: when little of the
    /// body is left, and the client does not wait for a word before it sends it.
    package var canDrain: Bool {
        guard let decoder else { return true }
        guard !owesContinue, let rest = decoder.rest else { return false }
        return rest <= limits.drain
    }

    /// A large body has been read by its handler up to here.
    package mutating func giveBack(_ decoder: BodyDecoder, input: InputBuffer) {
        self.decoder = decoder.isFinished ? nil : decoder
        self.input = input
    }

    /// The answer has been written whole, and the connection lives on.
    package mutating func answered(now: Double) {
        body = []
        guard let decoder else { return becomeIdle(now: now) }
        self.decoder = nil
        phase = .drain(decoder)
        deadline = now + limits.drainSeconds
    }

    private mutating func becomeIdle(now: Double) {
        (phase, deadline) = (.idle, now + limits.idleSeconds)
    }

    /// The deadline has passed: what the client is told, if anything.
    package mutating func expire() -> Action {
        switch phase {
        case .head(let parser) where parser.hasBegun:
            return over(
                .refuse(Refusal(408, "the request's head did not arrive in time"), nil))
        case .body(let head, _, _):
            return over(failed(head, .timeout))
        case .idle, .head, .drain: return over(.close)
        case .asked, .busy, .over: return .wait
        }
    }

    /// The server goes down, or the time for that is over: what the client is told, if anything.
    package mutating func stop(isLast: Bool) -> Action {
        switch phase {
        case .idle, .drain: return over(.close)
        case .head(let parser):
            guard parser.hasBegun else { return over(.close) }
            return isLast
                ? over(.refuse(Refusal(503, BodyError.stopping.detail), nil)) : .wait
        case .body(let head, _, _):
            return isLast ? over(failed(head, .stopping)) : .wait
        case .asked, .busy, .over: return .wait
        }
    }

    /// Gives a client that has begun a request at most `seconds` from now while the server goes
    /// down, renewed by every byte of a body.
    package mutating func hurry(seconds: Double, now: Double) {
        deadline = min(deadline, now + seconds)
    }

    /// Lets go of what was collected; what still comes is dropped by the caller.
    package mutating func abandon() {
        (phase, deadline, input, body, decoder) = (.over, .infinity, InputBuffer(), [], nil)
    }
}
