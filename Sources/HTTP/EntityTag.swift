/// Entity tags and lists of them (RFC 9110 8.8.3).
enum EntityTag {
    /// The tags of an `If-Match` or `If-None-Match` value; what is no tag is left out.
    ///
    /// A comma may stand inside a tag's quotes; there are no escapes in it.
    static func list(_ value: String) -> [String] {
        var tags: [String] = []
        var rest = Substring(value)
        while let open = rest.firstIndex(of: "\"") {
            let inside = rest[rest.index(after: open)...]
            guard let close = inside.firstIndex(of: "\"") else { break }
            let before = rest[..<open].drop { $0 == " " || $0 == "\t" || $0 == "," }
            let after = inside[inside.index(after: close)...]
            let next = after.drop { $0 == " " || $0 == "\t" }
            let stands = next.isEmpty || next.first == ","
            if stands && (before.isEmpty || before == "W/") {
                tags.append(before + "\"" + inside[..<close] + "\"")
                rest = next
            } else {
                guard let comma = after.firstIndex(of: ",") else { break }
                rest = after[comma...]
            }
        }
        return tags
    }

    /// Equal by weak comparison (RFC 9110 8.8.3.2).
    static func weaklyEqual(_ left: String, _ right: String) -> Bool {
        opaque(left) == opaque(right)
    }

    /// Equal by strong comparison: neither is weak.
    static func stronglyEqual(_ left: String, _ right: String) -> Bool {
        left == right && !left.hasPrefix("W/")
    }

    /// What the tag of a gzip-coded representation ends in.
    static let codedEnd = "-gzip\""

    /// The tag of the representation without coding.
    static func uncoded(_ tag: String) -> String {
        tag.hasSuffix(codedEnd) ? String(tag.dropLast(codedEnd.count)) + "\"" : tag
    }

    private static func opaque(_ tag: String) -> Substring {
        tag.hasPrefix("W/") ? tag.dropFirst(2) : Substring(tag)
    }
}
