import Synchronization

/// What handlers' threads do.
extension ServerCore {
    /// The methods handlers may know (RFC 9110 9.3, RFC 5789); others are 501.
    private static let methods: Set<String> = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE",
    ]

    private func unknownMethod(_ request: HTTPRequest) -> HTTPResponse? {
        guard !Self.methods.contains(request.method) else { return nil }
        return handler.problem(
            status: 501, detail: "the method is not known here", requestID: request.id)
    }

    /// The handler's word on a body that has not come.
    func admit(_ request: HTTPRequest, declaredLength: Int?) -> Admission {
        if let refusal = unknownMethod(request) { return .refused(refusal) }
        return handler.admit(request, declaredLength: declaredLength)
    }

    /// The handler's answer from memory, if it is one that is whole.
    func answerAtOnce(_ request: HTTPRequest) -> HTTPResponse? {
        guard request.method == "GET" || request.method == "HEAD",
            let response = handler.answerAtOnce(request)
        else { return nil }
        switch response.body {
        case .none, .bytes: return response
        case .file, .open, .pieces, .later: return nil
        }
    }

    /// The handler's answer, or ours where the request must not reach it.
    func answer(_ request: HTTPRequest, _ body: RequestBody) -> HTTPResponse {
        unknownMethod(request) ?? handler.respond(to: request, body: body)
    }

    /// Writes what the client takes at once and leaves the rest to the loop; logs what is done.
    func finish(
        _ response: HTTPResponse, _ exchange: Exchange, _ connection: Connection,
        keepsAlive: Bool, _ mailbox: Mailbox<EventLoop.Letter>
    ) {
        let answer = Answer(
            response, exchange: exchange, keepsAlive: keepsAlive, core: self,
            socket: connection.socket)
        let line =
            answer.isWritten
            ? exchange.line(status: answer.status, sent: answer.output.written, isWhole: true) : nil
        mailbox.post(.answered(connection, answer))
        if let line { lines.add(line) }
    }
}

extension Answer {
    /// Whether nothing is left to be written, and nothing follows.
    var isWritten: Bool {
        guard case .none = rest else { return false }
        return progress == .done
    }
}
