import Glibc
import Synchronization

/// Writing answers to readers of any speed.
extension EventLoop {
    /// Bytes one connection may write before the others have their turn.
    private static let turn = 1 << 20

    /// Answers what is no request, or one whose body failed, and ends the connection.
    func refuse(_ connection: Connection, _ refusal: Refusal, _ head: RequestHead?) {
        let exchange =
            connection.exchange
            ?? Exchange(
                head, method: refusal.method, id: names.make(), peer: connection.peer,
                client: connection.peer, now: now)
        connection.exchange = exchange
        var response = core.handler.problem(
            status: refusal.status, detail: refusal.detail, requestID: exchange.id)
        if refusal.status == 503 || refusal.status == 429 {
            response.headers.set("Retry-After", "1")
        }
        let answer = Answer(
            response, exchange: exchange, keepsAlive: false, core: core,
            socket: connection.socket)
        connection.session.abandon()
        take(answer, for: connection, isLogged: false)
    }

    /// Takes over an answer a handler has begun to write.
    func take(_ answer: Answer, for connection: Connection, isLogged: Bool = true) {
        if case .later(let wait, _) = answer.rest {
            connection.rest = answer.rest
            connection.keepsAlive = answer.keepsAlive
            return park(connection, wait)
        }
        if let replay = answer.replay { replays.keep(replay) }
        connection.status = answer.status
        connection.output = answer.output
        connection.rest = answer.rest
        connection.keepsAlive = answer.keepsAlive
        connection.heldBytes = answer.heldBytes
        connection.stage = .writing
        connection.writing = nil
        if answer.isWritten {
            if !isLogged { log(connection, isWhole: true) }
            return finishAnswer(connection)
        }
        if answer.progress == .broken { return cut(connection) }
        write(connection)
    }

    /// Writes as far as the reader takes it.
    func write(_ connection: Connection) {
        switch connection.output.flush(to: connection.socket, budget: Self.turn) {
        case .broken: cut(connection)
        case .more:
            pace(connection)
            eager.append(connection)
        case .blocked: pace(connection)
        case .done:
            core.heldBytes.subtract(connection.heldBytes, ordering: .relaxed)
            connection.heldBytes = 0
            goOn(connection)
        }
    }

    /// What follows once all bytes so far are with the kernel.
    private func goOn(_ connection: Connection) {
        guard case .pieces = connection.rest else {
            log(connection, isWhole: true)
            return finishAnswer(connection)
        }
        resume(connection)
    }

    private func pace(_ connection: Connection) {
        let total = connection.output.written - connection.socket.unsent
        if connection.writing == nil {
            let limits = core.configuration
            connection.writing = Pace(
                stall: limits.writeStallSeconds, rate: limits.minimumBodyRate, now: now)
        }
        connection.writing?.reach(total, now: now)
        watch(connection)
    }

    /// The reader seemed to take nothing: looks at what it has acknowledged.
    func checkReader(_ connection: Connection) {
        pace(connection)
        if connection.deadline <= now { cut(connection) }
    }

    /// Ends a connection whose answer could not be written whole.
    private func cut(_ connection: Connection) {
        log(connection, isWhole: false)
        drop(connection)
    }

    private func finishAnswer(_ connection: Connection) {
        forgetRequest(connection)
        (connection.output, connection.rest, connection.writing) = (Output(), .none, nil)
        guard connection.keepsAlive else { return beginLingering(connection) }
        connection.stage = .reading
        connection.session.answered(now: now)
        read(connection)
    }

    // MARK: Bodies in pieces, and answers that wait

    private func park(_ connection: Connection, _ wait: Wait) {
        connection.stage = .parked
        connection.isResumedAt = now + wait.seconds
        connection.waitsFor = wait.hasChanged
        parked[connection.key] = connection
        if connection.hasHungUp && connection.socket.isBroken { drop(connection) }
    }

    func lookAtParked() {
        guard !parked.isEmpty else { return }
        for connection in Array(parked.values)
        where now >= connection.isResumedAt || hasBegunStopping || connection.waitsFor() {
            parked[connection.key] = nil
            resume(connection)
        }
    }

    /// Asks the handler for what follows.
    private func resume(_ connection: Connection) {
        guard let exchange = connection.exchange else { return drop(connection) }
        connection.stage = .working
        switch connection.rest {
        case .none: break
        case .later(_, let again):
            let goesOn = connection.keepsAlive
            pool.run { [core, mailbox] in
                var response = again()
                if core.isStopping, case .later = response.body {
                    response = core.handler.problem(
                        status: 503, detail: "the service is going down", requestID: exchange.id)
                }
                core.finish(
                    response, exchange, connection, keepsAlive: goesOn && !core.isStopping,
                    mailbox)
            }
        case .pieces(let pieces, _):
            pool.run { [core, mailbox] in
                let piece = try? pieces.next(core.isStopping)
                mailbox.post(.piece(connection, piece))
            }
        }
    }

    /// Sends a piece of a body.
    func take(_ piece: Pieces.Piece?, for connection: Connection) {
        guard let piece, case .pieces(_, let isChunked) = connection.rest else {
            return cut(connection)
        }
        connection.stage = .writing
        switch piece {
        case .bytes(let bytes):
            guard !bytes.isEmpty else { return resume(connection) }
            if isChunked {
                connection.output.append(
                    Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + [13, 10])
            } else {
                connection.output.append(bytes)
            }
        case .wait(let wait) where !core.isStopping: return park(connection, wait)
        case .wait, .end:
            connection.rest = .none
            if isChunked { connection.output.append(Array("0\r\n\r\n".utf8)) }
        }
        connection.writing = nil
        write(connection)
    }

    // MARK: The end

    /// Ends the sending side and drops what still comes, so that a client that is still sending can
    /// read the last answer before the connection resets (RFC 9112 9.6).
    func beginLingering(_ connection: Connection) {
        connection.session.abandon()
        guard connection.socket.endSending() else { return drop(connection) }
        connection.stage = .lingering
        connection.lingersUntil = now + core.configuration.lingerTotalSeconds
        linger(connection)
    }

    func linger(_ connection: Connection) {
        let idle = core.isStopping ? 0.2 : core.configuration.lingerIdleSeconds
        connection.lingersIdleUntil = now + idle
        for _ in 0..<16 where connection.isReadable {
            switch connection.socket.receive(into: scratch) {
            case .moved(0), .broken: return drop(connection)
            case .moved: break
            case .blocked: connection.isReadable = false
            }
        }
        if connection.isReadable { eager.append(connection) }
        watch(connection)
    }

    // MARK: The log

    private func log(_ connection: Connection, isWhole: Bool) {
        guard let exchange = connection.exchange, connection.status > 0 else { return }
        core.lines.add(
            exchange.line(
                status: connection.status, sent: connection.output.written, isWhole: isWhole))
    }
}
