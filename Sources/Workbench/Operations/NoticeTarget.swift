/// Where a notice goes: an `http` URL whose host and port are on the list of those allowed.
struct NoticeTarget: Sendable, Hashable {
    /// The name or address, without brackets.
    let host: String
    let port: Int
    /// Path and query as sent.
    let path: String

    /// `host:port` as the list has it.
    var place: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }

    /// Takes a URL apart; nil for what is no plain `http` URL of printable ASCII (no user, no fragment).
    init?(_ url: String) {
        guard url.utf8.count <= 2000, url.lowercased().hasPrefix("http://"),
            url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !url.contains("#")
        else { return nil }
        let rest = url.dropFirst("http://".count)
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        guard let (host, port) = Self.place(String(rest[..<end])) else { return nil }
        let tail = String(rest[end...])
        (self.host, self.port) = (host, port)
        path = tail.hasPrefix("/") ? tail : "/" + tail
    }

    /// Host and port of `name`, `name:port` or `[address]:port`; 80 where none is given.
    static func place(_ text: String) -> (host: String, port: Int)? {
        var host = text[...]
        var port = 80
        if let colon = text.lastIndex(of: ":"), !text[colon...].contains("]") {
            let digits = text[text.index(after: colon)...]
            guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(digits),
                (1...65_535).contains(number)
            else { return nil }
            (host, port) = (text[..<colon], number)
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, host.utf8.count <= 253,
            host.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || ".-:_".contains($0)) })
        else { return nil }
        return (host.lowercased(), port)
    }
}

/// Who may be told of the ends of jobs.
public struct NoticeRules: Sendable, Hashable {
    /// `host:port` of those allowed; nobody while it is empty.
    public var allowed: [String] = []
    /// The key that signs notices; nothing is sent without one.
    public var secret = ""
    /// Tries before a notice is given up.
    public var attempts = 8
    /// Seconds that a try may take.
    public var seconds = 10.0

    /// Nobody is told.
    public init() {}

    /// Why an entry of the list is none, or nil.
    public static func fault(of entry: String) -> String? {
        NoticeTarget.place(entry) == nil ? "expected host:port, found \"\(entry)\"" : nil
    }

    func allows(_ target: NoticeTarget) -> Bool {
        allowed.contains { entry in
            guard let place = NoticeTarget.place(entry) else { return false }
            return place == (target.host, target.port)
        }
    }
}
