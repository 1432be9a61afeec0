/// Takes the chunked coding off a body (RFC 9112 7.1); a value without I/O.
///
/// Strict: sizes are hexadecimal digits that fit 60 bits, every line ends in CR LF, trailer fields
/// are checked like header fields and then dropped.
package struct ChunkedDecoder: Sendable {
    /// What the front of the bytes given is.
    package enum Step: Equatable {
        /// The first `skip` bytes are framing; the next `count` are data.
        case data(skip: Int, count: Int)
        /// All bytes were framing; more are needed.
        case needMore
        /// The body ends after that many bytes.
        case end(consumed: Int)
        /// The coding is broken.
        case malformed(String)
    }

    private enum State: Sendable {
        case sizeLine
        case data(Int)
        case dataEnd(Int)
        case trailers(Int)
        case finished
    }

    private static let lineLimit = 4096
    private static let trailerLimit = 64
    private var state = State.sizeLine
    private var line: [UInt8] = []

    package init() {}

    /// Reads the front of `bytes`; the caller drops what a step says before the next call
    /// (`needMore` takes all, `data` takes `skip + count`).
    package mutating func next(_ bytes: UnsafeBufferPointer<UInt8>) -> Step {
        var index = 0
        while index < bytes.count {
            switch state {
            case .data(let left):
                let count = min(left, bytes.count - index)
                state = left == count ? .dataEnd(0) : .data(left - count)
                return .data(skip: index, count: count)
            case .dataEnd(let seen):
                let expected = seen == 0 ? Characters.carriageReturn : Characters.lineFeed
                guard bytes[index] == expected else {
                    state = .finished
                    return .malformed("a chunk is not followed by CR LF")
                }
                state = seen == 0 ? .dataEnd(1) : .sizeLine
                index += 1
            case .sizeLine, .trailers:
                line.append(bytes[index])
                index += 1
                do throws(Refusal) {
                    if try takeByte() { return .end(consumed: index) }
                } catch {
                    state = .finished
                    return .malformed(error.detail)
                }
            case .finished: return .end(consumed: 0)
            }
        }
        return .needMore
    }

    /// Looks at the line after a byte; true when the body is over.
    private mutating func takeByte() throws(Refusal) -> Bool {
        guard line.last == Characters.lineFeed else {
            guard line.count < Self.lineLimit else {
                throw Refusal(400, "a line of the chunked coding is too long")
            }
            return false
        }
        defer { line.removeAll(keepingCapacity: true) }
        if case .trailers(let count) = state {
            guard line != [Characters.carriageReturn, Characters.lineFeed] else {
                state = .finished
                return true
            }
            guard count < Self.trailerLimit else { throw Refusal(400, "too many trailer fields") }
            _ = try FieldLine.parse(line[...])
            state = .trailers(count + 1)
        } else {
            let size = try Self.size(FieldLine.content(line[...]))
            state = size == 0 ? .trailers(0) : .data(size)
        }
        return false
    }

    /// The size at the front of a chunk's line; extensions are checked and dropped.
    private static func size(_ line: ArraySlice<UInt8>) throws(Refusal) -> Int {
        let digits = line.prefix { Characters.hexValue($0) != nil }
        guard !digits.isEmpty else { throw Refusal(400, "a chunk has no size") }
        guard digits.drop(while: { $0 == UInt8(ascii: "0") }).count <= 15 else {
            throw Refusal(400, "a chunk's size is too large")
        }
        var size = 0
        for digit in digits { size = size << 4 | Int(Characters.hexValue(digit) ?? 0) }
        let rest = line.dropFirst(digits.count)
        guard !rest.isEmpty else { return size }
        guard rest.first(where: { !Characters.isBlank($0) }) == UInt8(ascii: ";"),
            rest.allSatisfy(Characters.isFieldContent)
        else { throw Refusal(400, "a chunk's size is followed by something else than ;") }
        return size
    }
}
