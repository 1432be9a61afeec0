/// One header or trailer line (RFC 9112 5).
enum FieldLine {
    /// The line without its CR LF; a bare LF, or a CR anywhere else, is refused.
    static func content(_ line: ArraySlice<UInt8>) throws(Refusal) -> ArraySlice<UInt8> {
        guard line.count >= 2, line[line.endIndex - 2] == Characters.carriageReturn else {
            throw Refusal(400, "a line must end in CR LF")
        }
        let content = line.dropLast(2)
        guard !content.contains(Characters.carriageReturn) else {
            throw Refusal(400, "a CR stands alone")
        }
        return content
    }

    /// Name and value of a line that ends in LF.
    ///
    /// Refuses folded lines, blanks before the colon and control characters (RFC 9112 5.1, 5.2).
    static func parse(_ line: ArraySlice<UInt8>) throws(Refusal) -> (name: String, value: String) {
        let content = try content(line)
        if let first = content.first, Characters.isBlank(first) {
            throw Refusal(400, "a header field is folded over lines")
        }
        guard let colon = content.firstIndex(of: UInt8(ascii: ":")) else {
            throw Refusal(400, "a header line has no colon")
        }
        let name = content[content.startIndex..<colon]
        guard Characters.isToken(name) else {
            throw Refusal(400, "a header name is not a token directly before its colon")
        }
        let value = Characters.trimmed(content[(colon + 1)...])
        guard value.allSatisfy(Characters.isFieldContent) else {
            throw Refusal(400, "a header value holds a control character")
        }
        return (String(decoding: name, as: UTF8.self), Characters.text(value))
    }
}
