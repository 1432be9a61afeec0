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
            let field = try FieldLine.parse(line[...])
            let isFraming = Self.forbidden.contains {
                Characters.equalIgnoringCase($0, field.name)
            }
            guard !isFraming else {
                throw Refusal(400, "the trailer holds \(field.name), which frames or routes")
            }
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
        guard rest.allSatisfy(Characters.isFieldContent), ChunkExtensions.areValid(rest) else {
            throw Refusal(400, "a chunk's size is followed by something that is no extension")
        }
        return size
    }

    /// Fields that must not come in a trailer, since they frame or route the message (RFC 9110
    /// 6.5.1); others are dropped.
    private static let forbidden = ["Content-Length", "Transfer-Encoding", "Host"]
}

/// Extensions of a chunk (RFC 9112 7.1.1): `;name`, `;name=token` or `;name="text"`, any number.
enum ChunkExtensions {
    static func areValid(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            dropBlanks(&rest)
            guard rest.first == UInt8(ascii: ";") else { return false }
            rest = rest.dropFirst()
            dropBlanks(&rest)
            guard dropToken(&rest) else { return false }
            let afterName = rest
            dropBlanks(&rest)
            guard rest.first == UInt8(ascii: "=") else {
                // Blanks may only stand before another extension.
                rest = afterName
                continue
            }
            rest = rest.dropFirst()
            dropBlanks(&rest)
            guard dropToken(&rest) || dropQuoted(&rest) else { return false }
        }
        return true
    }

    private static func dropBlanks(_ rest: inout ArraySlice<UInt8>) {
        rest = rest.drop(while: Characters.isBlank)
    }

    private static func dropToken(_ rest: inout ArraySlice<UInt8>) -> Bool {
        let after = rest.drop(while: Characters.isToken)
        defer { rest = after }
        return after.count < rest.count
    }

    private static func dropQuoted(_ rest: inout ArraySlice<UInt8>) -> Bool {
        guard rest.first == UInt8(ascii: "\"") else { return false }
        var index = rest.startIndex + 1
        while index < rest.endIndex {
            if rest[index] == UInt8(ascii: "\\") {
                index += 1
            } else if rest[index] == UInt8(ascii: "\"") {
                rest = rest[(index + 1)...]
                return true
            }
            index += 1
        }
        return false
    }
}
