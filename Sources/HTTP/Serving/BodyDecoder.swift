/// Takes the framing off a request's body (RFC 9112 6); a value without I/O.
package struct BodyDecoder: Sendable {
    /// Nil for a body whose length was declared.
    private var chunks: ChunkedDecoder?
    /// How many bytes come next without any framing between them.
    package private(set) var plainBytes = 0
    /// Whether every byte of the body has been taken.
    package private(set) var isFinished = false
    /// Bytes of the body so far.
    package private(set) var received = 0
    /// Most bytes the body may have.
    package var limit: Int

    package init(_ framing: RequestHead.Framing, limit: Int) {
        self.limit = limit
        switch framing {
        case .none: isFinished = true
        case .length(let length): (plainBytes, isFinished) = (length, length == 0)
        case .chunked: chunks = ChunkedDecoder()
        }
    }

    /// How many bytes are left of the whole body; nil where that is not known.
    package var rest: Int? {
        isFinished || chunks == nil ? plainBytes : nil
    }

    /// Counts bytes that were taken past the decoder, at most `plainBytes`.
    package mutating func took(_ count: Int) throws(BodyError) {
        precondition(count <= plainBytes, "only what comes next")
        received += count
        guard received <= limit else { throw .tooLarge(limit: limit) }
        plainBytes -= count
        if chunks == nil, plainBytes == 0 { isFinished = true }
    }

    /// The next bytes of the body among those in `input`, at most so many; none where more input is
    /// needed or the body is over.
    ///
    /// - Throws: `malformed`, or `tooLarge` above the limit.
    package mutating func decode(
        _ input: inout InputBuffer, atMost: Int
    ) throws(BodyError) -> [UInt8] {
        while !input.isEmpty, !isFinished {
            if plainBytes > 0 {
                let bytes = input.take(min(plainBytes, atMost))
                try took(bytes.count)
                return bytes
            }
            guard var decoder = chunks else { return [] }
            let step = input.withBytes { decoder.next($0) }
            chunks = decoder
            switch step {
            case .needMore: input.drop(input.count)
            case .data(let skip, let count):
                input.drop(skip)
                plainBytes = count
            case .end(let consumed):
                input.drop(consumed)
                isFinished = true
            case .malformed(let reason): throw .malformed(reason)
            }
        }
        return []
    }
}
