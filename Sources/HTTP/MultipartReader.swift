import Glibc

/// Reads a `multipart/form-data` body part by part (RFC 7578, RFC 2046 5.1), never holding more
/// than one piece of it in memory.
public final class MultipartReader {
    /// Limits of a form.
    public struct Limits: Sendable {
        /// Most parts.
        public var parts: Int
        /// Most bytes of one part's header.
        public var headerBytes: Int

        /// Limits; the defaults fit a form with a file for each ion.
        public init(parts: Int = 20_000, headerBytes: Int = 8192) {
            (self.parts, self.headerBytes) = (parts, headerBytes)
        }
    }

    private enum State {
        case preamble
        case inPart
        case afterDelimiter
        case finished
    }

    private let body: RequestBody
    private let limits: Limits
    /// CR LF "--" boundary.
    private let delimiter: [UInt8]
    private var state = State.preamble
    /// What was read and not yet used: `buffer[start...]`. A CR LF before the body lets the first
    /// delimiter look like the others.
    private var buffer: [UInt8] = [13, 10]
    private var start = 0
    private var bodyEnded = false
    private var partCount = 0

    /// A reader of `body` with the request's `Content-Type`.
    ///
    /// - Throws: `notMultipart` where that is not multipart/form-data with a boundary of 1 to 70
    ///   allowed characters.
    public init(
        body: RequestBody, contentType: String?, limits: Limits = Limits()
    ) throws(MultipartError) {
        guard let contentType else { throw .notMultipart("there is no Content-Type") }
        let type = ParameterizedValue(contentType)
        guard type.value == "multipart/form-data" else {
            throw .notMultipart("the Content-Type is another one")
        }
        guard let boundary = type["boundary"], (1...70).contains(boundary.utf8.count),
            boundary.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }), boundary.utf8.last != 0x20
        else { throw .notMultipart("the boundary is missing or not valid") }
        self.body = body
        self.limits = limits
        delimiter = [13, 10, 45, 45] + Array(boundary.utf8)
    }

    /// The next part; what was not read of the one before is skipped. Nil after the last.
    public func nextPart() throws(MultipartError) -> MultipartPart? {
        switch state {
        case .finished: return nil
        case .preamble, .inPart:
            while try !readData(atMost: 1 << 16).isEmpty {}
        case .afterDelimiter: break
        }
        guard try readDelimiterEnd() else {
            state = .finished
            try skipEpilogue()
            return nil
        }
        partCount += 1
        guard partCount <= limits.parts else {
            throw .tooLarge("it has more than \(limits.parts) parts")
        }
        let part = try MultipartPart(headers: readHeaders())
        state = .inPart
        return part
    }

    /// The next bytes of the current part, none at its end.
    public func read(atMost: Int = 1 << 16) throws(MultipartError) -> [UInt8] {
        precondition(atMost > 0, "at least one byte must be asked for")
        guard case .inPart = state else { return [] }
        return try readData(atMost: atMost)
    }

    /// The whole rest of the current part.
    ///
    /// - Throws: `tooLarge` where it is longer than `limit`.
    public func readAll(limit: Int) throws(MultipartError) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let piece = try read()
            guard !piece.isEmpty else { return bytes }
            guard bytes.count + piece.count <= limit else {
                throw .tooLarge("a field is longer than \(limit) bytes")
            }
            bytes += piece
        }
    }

    /// Bytes before the next delimiter; none where it is reached, and then it has been taken.
    private func readData(atMost: Int) throws(MultipartError) -> [UInt8] {
        while true {
            let (count, isDelimiter) = searchDelimiter()
            if count > 0 { return take(min(count, atMost)) }
            if isDelimiter {
                start += delimiter.count
                state = .afterDelimiter
                return []
            }
            guard try fill() else { throw .malformed("it ends before its last boundary") }
        }
    }

    /// How many bytes at the front are surely data, and whether a delimiter follows them.
    private func searchDelimiter() -> (count: Int, isDelimiter: Bool) {
        buffer.withUnsafeBytes { raw in
            let available = raw.count - start
            guard let base = raw.baseAddress.map({ $0 + start }), available > 0 else {
                return (0, false)
            }
            var position = 0
            while position < available,
                let found = memchr(base + position, 13, available - position)
            {
                let at = UnsafeRawPointer(found) - base
                let compared = min(delimiter.count, available - at)
                if memcmp(base + at, delimiter, compared) == 0 {
                    return (at, compared == delimiter.count)
                }
                position = at + 1
            }
            return (available, false)
        }
    }

    /// After a delimiter: true where a part follows, false after the closing one.
    private func readDelimiterEnd() throws(MultipartError) -> Bool {
        try need(2)
        if buffer[start] == 45 && buffer[start + 1] == 45 {
            start += 2
            return false
        }
        // RFC 2046 5.1.1: blanks may pad the line.
        let line = try readLine(limit: 256)
        guard line.allSatisfy(Characters.isBlank) else {
            throw .malformed("a boundary is followed by something else than the end of its line")
        }
        return true
    }

    private func readHeaders() throws(MultipartError) -> HTTPHeaders {
        var headers = HTTPHeaders()
        var left = limits.headerBytes
        while true {
            let line = try readLine(limit: left)
            guard !line.isEmpty else { return headers }
            left -= line.count + 2
            do throws(Refusal) {
                let field = try FieldLine.parse((line + [13, 10])[...])
                headers.add(field.name, field.value)
            } catch {
                throw MultipartError.malformed("in a part, \(error.detail)")
            }
        }
    }

    /// A line without its CR LF.
    private func readLine(limit: Int) throws(MultipartError) -> [UInt8] {
        var scanned = 0
        while true {
            let window = buffer[(start + scanned)...]
            if let feed = window.firstIndex(of: 10), feed - start <= limit {
                guard feed > start, buffer[feed - 1] == 13 else {
                    throw .malformed("a line does not end in CR LF")
                }
                defer { start = feed + 1 }
                return Array(buffer[start..<feed - 1])
            }
            scanned = buffer.count - start
            guard scanned <= limit else { throw .tooLarge("a part's header is too long") }
            guard try fill() else { throw .malformed("it ends in a part's header") }
        }
    }

    private func skipEpilogue() throws(MultipartError) {
        repeat { start = buffer.count } while try fill()
    }

    private func need(_ count: Int) throws(MultipartError) {
        while buffer.count - start < count {
            guard try fill() else { throw .malformed("it ends before its last boundary") }
        }
    }

    private func take(_ count: Int) -> [UInt8] {
        defer { start += count }
        return Array(buffer[start..<start + count])
    }

    /// Reads more of the body; false at its end.
    private func fill() throws(MultipartError) -> Bool {
        if start > 0 {
            buffer.removeSubrange(..<start)
            start = 0
        }
        do throws(BodyError) {
            let piece = try body.read(atMost: 1 << 16)
            buffer += piece
            return !piece.isEmpty
        } catch {
            throw MultipartError.body(error)
        }
    }
}
