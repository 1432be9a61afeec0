/// Giving an answer again without asking the handler.
extension EventLoop {
    /// Answers that a connection may get in a row before the others have their turn.
    static let replaysInATurn = 32

    /// Answers the request at the front of what was received, where it is one that was answered
    /// before and whose answer still holds.
    func replay(_ connection: Connection) -> Bool {
        guard !core.isStopping,
            connection.session.served + 1 < core.configuration.maximumRequestsPerConnection,
            let replay = connection.session.peek({ replays.find($0, peer: connection.peer.address) }
            )
        else { return false }
        guard replay.mayRepeat() else {
            replays.forget(replay)
            return false
        }
        if isTrusted(connection.peer) {
            // The usual way tells a client that has too many requests under way.
            guard addresses.add(replay.exchange.client.group) else { return false }
            connection.countedAs = replay.exchange.client.group
        }
        connection.session.take(replay.request.count)
        send(replay, to: connection)
        return true
    }

    private func send(_ replay: Replay, to connection: Connection) {
        let id = names.make()
        replay.onRepeat?(id)
        answerHead.removeAll(keepingCapacity: true)
        answerHead.append(contentsOf: replay.fields)
        ResponseHead.appendChangingFields(id: id, to: &answerHead)
        let outcome = answerHead.withUnsafeBytes { head in
            replay.body.withUnsafeBytes { connection.socket.send(head, $0) }
        }
        let sent: Int
        switch outcome {
        case .broken: return drop(connection)
        case .blocked: sent = 0
        case .moved(let count): sent = count
        }
        if sent == answerHead.count + replay.body.count {
            core.lines.add("request id=" + id + replay.line)
            forgetRequest(connection)
            connection.session.answered(now: now)
            return
        }
        finish(replay, id, sent, connection)
    }

    /// Leaves the rest of an answer to the usual way of writing.
    private func finish(_ replay: Replay, _ id: String, _ sent: Int, _ connection: Connection) {
        var output = Output()
        output.append(answerHead)
        output.append(replay.body)
        output.skip(sent)
        var exchange = replay.exchange
        (exchange.id, exchange.start) = (id, now)
        connection.exchange = exchange
        connection.heldBytes = core.hold(&output)
        connection.output = output
        (connection.status, connection.rest) = (replay.status, .none)
        (connection.keepsAlive, connection.writing) = (true, nil)
        connection.stage = .writing
        write(connection)
    }
}
