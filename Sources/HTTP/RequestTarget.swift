/// The parts of a request target (RFC 9112 3.2, RFC 3986).
struct RequestTarget: Sendable {
    /// The path as sent, without query, dot segments resolved; "*" for the asterisk form.
    var path: String
    /// The path split at "/", each piece percent-decoded once.
    var segments: [String]
    /// Names and values of the query, decoded, "+" as a space.
    var query: [(name: String, value: String)]
    /// The authority of an absolute form.
    var authority: String?

    /// Why a target is refused; the answer is 400.
    struct Malformed: Error { var reason: String }

    /// Takes a target apart.
    ///
    /// - Throws: `Malformed` where a byte, an escape or a form is not allowed.
    init(_ target: ArraySlice<UInt8>, method: String) throws(Malformed) {
        if target.elementsEqual([UInt8(ascii: "*")]) {
            guard method == "OPTIONS" else {
                throw Malformed(reason: "the target * is for OPTIONS only")
            }
            (path, segments, query, authority) = ("*", [], [], nil)
            return
        }
        var rest = target
        if rest.first != UInt8(ascii: "/") {
            (authority, rest) = try Self.absoluteForm(target)
        }
        let mark = rest.firstIndex(of: UInt8(ascii: "?")) ?? rest.endIndex
        (path, segments) = try Self.path(rest[rest.startIndex..<mark])
        query = try Self.query(rest[mark...].dropFirst())
    }

    /// "http://authority/path": the authority and what follows it.
    private static func absoluteForm(
        _ target: ArraySlice<UInt8>
    ) throws(Malformed) -> (String, ArraySlice<UInt8>) {
        let lowered = target.prefix(8).map(Characters.lowercased)
        let schemes = [Array("http://".utf8), Array("https://".utf8)]
        guard let scheme = schemes.first(where: { lowered.starts(with: $0) }) else {
            throw Malformed(reason: "the target must begin with / or http://")
        }
        let rest = target.dropFirst(scheme.count)
        let end =
            rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        let authority = rest[rest.startIndex..<end]
        guard Authority.isValid(authority) else {
            throw Malformed(reason: "the target's host is not valid")
        }
        var path = rest[end...]
        if path.first != UInt8(ascii: "/") { path = [UInt8(ascii: "/")] + path }
        return (Characters.text(authority), path)
    }

    /// Splits, decodes and resolves a path that begins with "/".
    private static func path(_ raw: ArraySlice<UInt8>) throws(Malformed) -> (String, [String]) {
        var pieces: [(raw: ArraySlice<UInt8>, decoded: String)] = []
        let split = raw.dropFirst().split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        for (index, piece) in split.enumerated() {
            guard piece.allSatisfy(isPathByte) else {
                throw Malformed(reason: "the path holds a character that must be percent-encoded")
            }
            let decoded = try decode(piece, plusIsSpace: false)
            let isLast = index == split.count - 1
            switch decoded {
            case ".":
                if isLast { pieces.append(([], "")) }
            case "..":
                guard pieces.popLast() != nil else {
                    throw Malformed(reason: "the path climbs above the root")
                }
                if isLast { pieces.append(([], "")) }
            default: pieces.append((piece, decoded))
            }
        }
        let path = pieces.map { "/" + Characters.text($0.raw) }.joined()
        let segments = pieces.map(\.decoded)
        return (path.isEmpty ? "/" : path, segments == [""] ? [] : segments)
    }

    private static func query(
        _ raw: ArraySlice<UInt8>
    ) throws(Malformed) -> [(name: String, value: String)] {
        guard raw.allSatisfy(isQueryByte) else {
            throw Malformed(reason: "the query holds a character that must be percent-encoded")
        }
        var pairs: [(name: String, value: String)] = []
        for pair in raw.split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            let name = try decode(pair[pair.startIndex..<equals], plusIsSpace: true)
            let value = try decode(pair[equals...].dropFirst(), plusIsSpace: true)
            pairs.append((name: name, value: value))
        }
        return pairs
    }

    /// Percent-decodes once.
    private static func decode(
        _ raw: ArraySlice<UInt8>, plusIsSpace: Bool
    ) throws(Malformed) -> String {
        guard let bytes = PercentEncoding.decode(raw, plusIsSpace: plusIsSpace) else {
            throw Malformed(reason: "a % must be followed by two hexadecimal digits")
        }
        guard !bytes.contains(0) else { throw Malformed(reason: "the target holds a NUL") }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Malformed(reason: "the percent-encoded bytes are not UTF-8")
        }
        return text
    }

    /// What RFC 3986 allows in a path, and what browsers leave as it is (| ^ [ ]).
    private static func isPathByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21...0x7E:
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "#"), UInt8(ascii: "<"), UInt8(ascii: ">"),
                UInt8(ascii: "\\"), UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "}"):
                false
            default: true
            }
        default: false
        }
    }

    /// What RFC 3986 allows in a query, and what browsers leave as it is.
    private static func isQueryByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "#"), UInt8(ascii: "<"), UInt8(ascii: ">"): false
        case 0x21...0x7E: true
        default: false
        }
    }
}
