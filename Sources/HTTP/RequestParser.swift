/// Reads the head of one request from bytes that come in any pieces.
///
/// A value without I/O: feed it bytes and do what it says. The outcome does not depend on how the
/// bytes were split. Every line must end in CR LF: a bare LF, though RFC 9112 2.2 lets it pass, is
/// refused, since two parsers that disagree on it can be made to see two different requests.
package struct RequestParser: Sendable {
    /// Limits of a head; above them the answer is 414 or 431.
    package struct Limits: Sendable {
        /// Bytes of the request line without its end.
        package var requestLineBytes: Int
        /// Bytes of all field lines with their ends.
        package var headerBytes: Int
        /// Field lines.
        package var headerCount: Int

        package init(
            requestLineBytes: Int = 8192, headerBytes: Int = 32768, headerCount: Int = 100
        ) {
            self.requestLineBytes = requestLineBytes
            self.headerBytes = headerBytes
            self.headerCount = headerCount
        }
    }

    /// What to do after a piece of bytes.
    package enum Action {
        /// All bytes were taken; more are needed.
        case needMore
        /// The head is whole; that many of the piece's bytes belonged to it.
        case done(RequestHead, consumed: Int)
        /// Answer with this and close.
        case malformed(Refusal)
    }

    private enum State: Sendable {
        case leadingLines(Int)
        case requestLine
        case fields(RequestLine)
        case finished
    }

    private let limits: Limits
    private var state = State.leadingLines(0)
    private var line: [UInt8] = []
    private var headers = HTTPHeaders()
    private var fieldBytes = 0
    /// The method, once the request line has been read.
    package private(set) var method: String?

    /// A parser at the beginning of a request.
    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Whether a byte of the request, beyond empty lines before it, has been seen.
    package var hasBegun: Bool {
        if case .leadingLines = state { return !line.isEmpty }
        return true
    }

    /// Takes a piece of bytes.
    ///
    /// - Complexity: O(bytes), whatever the pieces.
    package mutating func feed(_ bytes: UnsafeBufferPointer<UInt8>) -> Action {
        var start = 0
        while start < bytes.count {
            let rest = UnsafeBufferPointer(rebasing: bytes[start...])
            guard let end = rest.firstIndex(of: Characters.lineFeed) else {
                line.append(contentsOf: rest)
                if var refusal = checkUnfinishedLine() {
                    refusal.method = method
                    return .malformed(refusal)
                }
                return .needMore
            }
            line.append(contentsOf: rest[...end])
            start += end + 1
            do throws(Refusal) {
                if let head = try takeLine() { return .done(head, consumed: start) }
            } catch {
                var refusal = error
                refusal.method = method
                return .malformed(refusal)
            }
        }
        return .needMore
    }

    /// Takes a piece of bytes.
    package mutating func feed(_ bytes: [UInt8]) -> Action {
        bytes.withUnsafeBufferPointer { feed($0) }
    }

    /// Refuses a line that is too long before its end is seen, and what cannot be HTTP at all.
    private func checkUnfinishedLine() -> Refusal? {
        switch state {
        case .leadingLines, .requestLine:
            if let first = line.first, first != Characters.carriageReturn,
                !Characters.isToken(first)
            {
                return Refusal(400, "a request must begin with a method")
            }
            return line.count > limits.requestLineBytes + 1 ? tooLongRequestLine() : nil
        case .fields:
            return fieldBytes + line.count > limits.headerBytes ? tooManyHeaderBytes() : nil
        case .finished: return nil
        }
    }

    /// Handles the line in `line`, which ends in LF; the head when this was its last line.
    private mutating func takeLine() throws(Refusal) -> RequestHead? {
        defer { line.removeAll(keepingCapacity: true) }
        switch state {
        case .leadingLines(let count):
            // RFC 9112 2.2: skip an empty line before the request line; we allow a few.
            if line == [Characters.carriageReturn, Characters.lineFeed] && count < 4 {
                state = .leadingLines(count + 1)
                return nil
            }
            state = .fields(try takeRequestLine())
        case .requestLine:
            state = .fields(try takeRequestLine())
        case .fields(let requestLine):
            fieldBytes += line.count
            guard fieldBytes <= limits.headerBytes else { throw tooManyHeaderBytes() }
            if line == [Characters.carriageReturn, Characters.lineFeed] {
                state = .finished
                return try requestLine.head(with: headers)
            }
            guard headers.fields.count < limits.headerCount else {
                throw Refusal(431, "more than \(limits.headerCount) header fields")
            }
            let field = try FieldLine.parse(line[...])
            headers.add(field.name, field.value)
        case .finished: preconditionFailure("a parser reads one head")
        }
        return nil
    }

    private mutating func takeRequestLine() throws(Refusal) -> RequestLine {
        if let first = line.first, first != Characters.carriageReturn, !Characters.isToken(first) {
            throw Refusal(400, "a request must begin with a method")
        }
        guard line.count <= limits.requestLineBytes + 2 else { throw tooLongRequestLine() }
        let requestLine = try RequestLine(line[...])
        method = requestLine.method
        return requestLine
    }

    /// RFC 9112 3: 501 where the method alone is too long, else 414.
    private func tooLongRequestLine() -> Refusal {
        let method = line.prefix(limits.requestLineBytes).prefix { $0 != Characters.space }
        guard Characters.isToken(method) else {
            return Refusal(400, "the method is not a token")
        }
        if method.count >= min(limits.requestLineBytes, 64) {
            return Refusal(501, "the method is too long to be one known here")
        }
        return Refusal(414, "the request line is longer than \(limits.requestLineBytes) bytes")
    }

    private func tooManyHeaderBytes() -> Refusal {
        Refusal(431, "the header fields take more than \(limits.headerBytes) bytes")
    }
}
