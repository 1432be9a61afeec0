import Glibc

/// Reading requests and handing them to handlers.
extension EventLoop {
    /// Lets the client's bytes into the session, and does what it says, as far as that goes.
    func read(_ connection: Connection) {
        var repeated = 0
        while connection.stage == .reading {
            if replay(connection) {
                repeated += 1
                guard repeated == Self.replaysInATurn else { continue }
                eager.append(connection)
                break
            }
            let action = connection.session.next(now: now)
            guard case .wait = action else {
                perform(action, connection)
                continue
            }
            guard connection.session.wantsBytes, receive(connection) else { break }
        }
        guard connection.stage == .reading else { return }
        if core.isStopping {
            connection.session.hurry(seconds: core.configuration.stoppingStallSeconds, now: now)
        }
        watch(connection)
    }

    /// Receives once; false where there is nothing at present.
    private func receive(_ connection: Connection) -> Bool {
        guard connection.isReadable else { return false }
        switch connection.socket.receive(into: scratch) {
        case .moved(0):
            connection.isReadable = false
            connection.session.end()
        case .moved(let count):
            // A read that did not fill the buffer has emptied the socket; an edge tells of more.
            if count < scratch.count { connection.isReadable = connection.hasHungUp }
            connection.session.receive(UnsafeRawBufferPointer(rebasing: scratch[..<count]))
        case .blocked:
            connection.isReadable = false
            return false
        case .broken:
            guard connection.session.hasTornBody else {
                drop(connection)
                return false
            }
            connection.isReadable = false
            connection.session.end()
        }
        return true
    }

    func perform(_ action: Session.Action, _ connection: Connection) {
        switch action {
        case .wait: break
        case .close: drop(connection)
        case .refuse(let refusal, let head): refuse(connection, refusal, head)
        case .sayContinue: sayContinue(connection)
        case .ask(let head): ask(connection, head)
        case .handle(let head, let body): handle(connection, head, body)
        case .torn(let head, let begun, let error): handleTorn(connection, head, begun, error)
        case .stream(let head, let begun, let decoder, let input):
            upload(connection, head, begun, decoder, input)
        }
    }

    /// A few bytes on a connection whose output is empty always fit.
    private func sayContinue(_ connection: Connection) {
        let bytes = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
        let outcome = bytes.withUnsafeBytes { connection.socket.send($0, isMoreToCome: false) }
        if outcome != .moved(bytes.count) { drop(connection) }
    }

    /// The request as handlers see it. Nil where its client has too many under way, and has been
    /// told so.
    private func request(_ connection: Connection, _ head: RequestHead) -> HTTPRequest? {
        let peer = connection.peer
        var client = peer
        if isTrusted(peer) {
            client = Peer(
                text: ForwardedAddress.client(
                    head.headers, peer: peer.address,
                    trusted: core.configuration.trustedProxies))
        }
        if connection.exchange == nil {
            let exchange = Exchange(
                head, id: names.make(), peer: peer, client: client, now: now)
            connection.exchange = exchange
            if isTrusted(peer) {
                guard addresses.add(client.group) else {
                    refuse(
                        connection,
                        Refusal(429, "too many requests of \(client.address) at a time"), head)
                    return nil
                }
                connection.countedAs = client.group
            }
        }
        return HTTPRequest(
            method: head.method, target: head.target, parts: head.parts, headers: head.headers,
            minorVersion: head.minorVersion, peer: client.address,
            peerIsLoopback: peer.isLoopback, id: connection.exchange?.id ?? "")
    }

    /// The request has been answered, or is no more.
    func forgetRequest(_ connection: Connection) {
        connection.exchange = nil
        if let name = connection.countedAs { addresses.remove(name) }
        connection.countedAs = nil
    }

    private func mayGoOn(_ connection: Connection, _ head: RequestHead) -> Bool {
        head.keepsAlive && !core.isStopping
            && connection.session.served < core.configuration.maximumRequestsPerConnection
    }

    /// Asks the handler whether a body is wanted.
    private func ask(_ connection: Connection, _ head: RequestHead) {
        guard let request = request(connection, head) else { return }
        connection.stage = .working
        connection.keepsAlive = mayGoOn(connection, head) && connection.session.canDrain
        var declared: Int?
        if case .length(let length) = head.framing { declared = length }
        pool.run { [core, mailbox, declared] in
            let admission = core.admit(request, declaredLength: declared)
            mailbox.post(.admitted(connection, admission))
        }
    }

    func admit(_ connection: Connection, _ admission: Admission) {
        switch admission {
        case .body(let limit, let evenTorn):
            connection.stage = .reading
            let most = min(limit, core.configuration.maximumBody)
            perform(
                connection.session.admit(limit: most, evenTorn: evenTorn, now: now), connection)
            read(connection)
        case .refused(let response):
            guard let exchange = connection.exchange else { return drop(connection) }
            let answer = Answer(
                response, exchange: exchange, keepsAlive: connection.keepsAlive, core: core,
                socket: connection.socket)
            take(answer, for: connection)
        }
    }

    private func handle(_ connection: Connection, _ head: RequestHead, _ body: [UInt8]) {
        guard let request = request(connection, head), let exchange = connection.exchange else {
            return
        }
        let goesOn = mayGoOn(connection, head)
        if body.isEmpty, let response = core.answerAtOnce(request) {
            let answer = Answer(
                response, exchange: exchange, keepsAlive: goesOn, core: core,
                socket: connection.socket)
            return take(answer, for: connection, isLogged: false)
        }
        connection.stage = .working
        pool.run { [core, mailbox] in
            let source = BufferedBody(body, connection: connection, core: core)
            let response = core.answer(
                request, RequestBody(source: source, declaredLength: body.count))
            core.finish(
                response, exchange, connection, keepsAlive: goesOn && !core.isStopping, mailbox)
        }
    }

    /// Lets the handler have what came of a body, and tells the client, if it is there, what it says.
    private func handleTorn(
        _ connection: Connection, _ head: RequestHead, _ begun: [UInt8], _ error: BodyError
    ) {
        guard let request = request(connection, head), let exchange = connection.exchange else {
            return
        }
        connection.stage = .working
        var declared: Int?
        if case .length(let length) = head.framing { declared = length }
        pool.run { [core, mailbox, declared] in
            let source = TornBody(begun, error, core: core)
            let response = core.answer(
                request, RequestBody(source: source, declaredLength: declared))
            core.finish(response, exchange, connection, keepsAlive: false, mailbox)
        }
    }

    /// Gives a large body a thread of its own, as soon as there is room.
    private func upload(
        _ connection: Connection, _ head: RequestHead, _ begun: [UInt8], _ decoder: BodyDecoder,
        _ input: InputBuffer
    ) {
        guard let request = request(connection, head), let exchange = connection.exchange else {
            return
        }
        connection.stage = .queued
        let goesOn = mayGoOn(connection, head)
        var declared: Int?
        if case .length(let length) = head.framing { declared = length }
        uploads.add(
            .init(connection: connection) { [core, mailbox, declared] in
                let source = StreamedBody(
                    begun: begun, decoder: decoder, input: input, connection: connection,
                    core: core)
                let response = core.answer(
                    request, RequestBody(source: source, declaredLength: declared))
                mailbox.post(.uploaded(connection, source.decoder, source.input))
                core.finish(
                    response, exchange, connection,
                    keepsAlive: goesOn && source.canGoOn && !core.isStopping, mailbox)
            })
        startUploads()
    }

    func startUploads(after connection: Connection? = nil) {
        if let connection { uploads.finish(connection) }
        for upload in uploads.startable() {
            upload.connection.stage = .working
            if !Thread.start(upload.start) {
                uploads.finish(upload.connection)
                refuse(upload.connection, Refusal(503, "no thread for the upload"), nil)
            }
        }
    }
}
