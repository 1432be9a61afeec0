/// What an answer and its line in the log need to know of the request.
struct Exchange: Sendable {
    var method: String
    /// The path, without the query.
    var path: String
    var id: String
    /// The connection's other end.
    var peer: String
    /// Who asks, behind whatever proxies are trusted.
    var client: Peer
    var minorVersion: Int
    /// The head as it came, where it is to be known again.
    var head: [UInt8]
    var start: Double

    var isHead: Bool { method == "HEAD" }

    /// The exchange of a request, or of bytes that were none.
    init(
        _ head: RequestHead?, method known: String? = nil, id: String, peer: Peer, client: Peer,
        now: Double
    ) {
        method = head?.method ?? known ?? "-"
        path = head?.path ?? "-"
        minorVersion = head?.minorVersion ?? 1
        self.head = head?.bytes ?? []
        (self.id, self.peer, self.client, start) = (id, peer.address, client, now)
    }

    /// The line in the log.
    func line(status: Int, sent: Int, isWhole: Bool) -> String {
        "request id=" + id
            + tail(
                status: status, sent: sent, milliseconds: Int((Monotonic.now - start) * 1000),
                isWhole: isWhole)
    }

    /// What follows the identifier in the log.
    func tail(status: Int, sent: Int, milliseconds: Int, isWhole: Bool) -> String {
        " peer=\(client.address) method=\(method) path=\(path) status=\(status) sent=\(sent) "
            + "ms=\(milliseconds)\(isWhole ? "" : " cut=true")"
    }
}
