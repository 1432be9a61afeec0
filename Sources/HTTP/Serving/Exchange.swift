/// What an answer and its line in the log need to know of the request.
struct Exchange: Sendable {
    var method: String
    /// The path, without the query.
    var path: String
    var id: String
    var peer: String
    var minorVersion: Int
    var start: Double

    var isHead: Bool { method == "HEAD" }

    /// The exchange of a request, or of bytes that were none.
    init(_ head: RequestHead?, peer: String, now: Double) {
        method = head?.method ?? "-"
        path = head?.path ?? "-"
        minorVersion = head?.minorVersion ?? 1
        id = ServerCore.makeRequestID()
        (self.peer, start) = (peer, now)
    }

    /// The line in the log.
    func line(status: Int, sent: Int, isWhole: Bool) -> String {
        let milliseconds = Int((Monotonic.now - start) * 1000)
        return "request id=\(id) peer=\(peer) method=\(method) path=\(path) status=\(status) "
            + "sent=\(sent) ms=\(milliseconds)\(isWhole ? "" : " cut=true")"
    }
}
