import Glibc

/// One try to deliver a notice: a POST over a connection of its own, without redirects.
struct NoticeSender {
    /// Why it was not delivered.
    struct Failure: Error {
        let text: String
    }

    let target: NoticeTarget
    /// Seconds that everything together may take.
    let seconds: Double

    /// Sends a body with some fields.
    ///
    /// - Throws: where nobody answers in time, or the answer is not 2xx.
    func post(_ body: [UInt8], fields: [(String, String)]) throws(Failure) {
        let end = ContinuousClock.now + .seconds(seconds)
        let socket = try connect(until: end)
        defer { close(socket) }
        var head = "POST \(target.path) HTTP/1.1\r\nHost: \(target.place)\r\n"
        head += "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n"
        head += "Connection: close\r\nUser-Agent: \(Software.name)/\(Software.version)\r\n"
        for (name, value) in fields { head += "\(name): \(value)\r\n" }
        try send(Array((head + "\r\n").utf8) + body, to: socket, until: end)
        let line = try firstLine(of: socket, until: end)
        let words = line.split(separator: " ")
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
            throw Failure(text: "the answer is not HTTP")
        }
        guard (200...299).contains(status) else { throw Failure(text: "the answer was \(status)") }
    }

    /// Connects to the first address of the name that may be and that answers.
    ///
    /// What a name leads to is looked at here, each time: it must not lead to this machine unless it
    /// names it, nor to addresses that only mean something on the link (metadata services).
    private func connect(until end: ContinuousClock.Instant) throws(Failure) -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(target.host, String(target.port), &hints, &list)
        guard code == 0, let list else {
            throw Failure(text: "the name leads nowhere: \(String(cString: gai_strerror(code)))")
        }
        defer { freeaddrinfo(list) }
        var reason = "no address"
        var next: UnsafeMutablePointer<addrinfo>? = list
        while let entry = next {
            next = entry.pointee.ai_next
            guard let address = entry.pointee.ai_addr, Self.mayConnect(address, target.host) else {
                reason = "the name leads to an address that is not allowed"
                continue
            }
            let socket = Glibc.socket(
                entry.pointee.ai_family, Int32(SOCK_STREAM.rawValue) | 0o2004000, 0)
            guard socket >= 0 else { continue }
            if Glibc.connect(socket, address, entry.pointee.ai_addrlen) == 0 { return socket }
            if errno == EINPROGRESS, wait(socket, Int16(POLLOUT), until: end) {
                var failure: Int32 = 0
                var length = socklen_t(MemoryLayout<Int32>.size)
                getsockopt(socket, SOL_SOCKET, SO_ERROR, &failure, &length)
                if failure == 0 { return socket }
                reason = String(cString: strerror(failure))
            } else {
                reason = "no connection in time"
            }
            close(socket)
        }
        throw Failure(text: reason)
    }

    /// Whether an address may be connected to for a host of this name.
    static func mayConnect(_ address: UnsafePointer<sockaddr>, _ host: String) -> Bool {
        let bytes: [UInt8]
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            bytes = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                withUnsafeBytes(of: $0.pointee.sin_addr) { Array($0) }
            }
        case AF_INET6:
            let whole = address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                withUnsafeBytes(of: $0.pointee.sin6_addr) { Array($0) }
            }
            let isMapped =
                whole[..<10].allSatisfy { $0 == 0 } && whole[10] == 255 && whole[11] == 255
            bytes = isMapped ? Array(whole[12...]) : whole
        default: return false
        }
        let namesThisMachine = host == "localhost" || host.hasPrefix("127.") || host == "::1"
        if bytes.count == 4 {
            if bytes[0] == 127 { return namesThisMachine }
            return bytes[0] != 0 && bytes[0] < 224 && !(bytes[0] == 169 && bytes[1] == 254)
        }
        if bytes.dropLast().allSatisfy({ $0 == 0 }) { return bytes[15] == 1 && namesThisMachine }
        return bytes[0] != 0xFF && !(bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80)
    }

    private func wait(
        _ socket: Int32, _ events: Int16, until end: ContinuousClock.Instant
    ) -> Bool {
        while true {
            let left = (end - .now).components
            let milliseconds = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000
            guard milliseconds > 0 else { return false }
            var watched = pollfd(fd: socket, events: events, revents: 0)
            let count = poll(&watched, 1, Int32(min(milliseconds, 60_000)))
            if count > 0 { return true }
            if count < 0, errno != EINTR { return false }
        }
    }

    private func send(
        _ bytes: [UInt8], to socket: Int32, until end: ContinuousClock.Instant
    ) throws(Failure) {
        var start = 0
        while start < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.send(
                    socket, buffer.baseAddress?.advanced(by: start), buffer.count - start,
                    Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                start += count
            } else if errno != EAGAIN && errno != EINTR || !wait(socket, Int16(POLLOUT), until: end)
            {
                throw Failure(text: "the request was not taken")
            }
        }
    }

    /// The status line, at most 1 KiB of it.
    private func firstLine(
        of socket: Int32, until end: ContinuousClock.Instant
    ) throws(Failure) -> String {
        var line: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1024)
        while line.count < 1024 {
            let count = recv(socket, &buffer, buffer.count, 0)
            if count > 0 {
                line += buffer[..<count]
                if let stop = line.firstIndex(of: 10) {
                    return String(decoding: line[..<stop], as: UTF8.self).filter { $0 != "\r" }
                }
            } else if count == 0 || errno != EAGAIN && errno != EINTR
                || !wait(socket, Int16(POLLIN), until: end)
            {
                throw Failure(text: "no answer")
            }
        }
        throw Failure(text: "the answer is not HTTP")
    }
}
