import Glibc
import Synchronization

/// Accepts connections and gives each a thread, or a 503 where there are too many.
final class Acceptor {
    private let core: ServerCore
    private let listener: Int32
    /// Refused connections that are kept until the client has read its answer.
    private var parting: [(descriptor: Int32, deadline: Double)] = []

    init(core: ServerCore, listener: Int32) {
        (self.core, self.listener) = (core, listener)
    }

    /// Accepts until the server stops, then what has already knocked, then closes the listener.
    func run() {
        while !core.isStopping {
            wait()
            acceptAll()
            dismiss()
        }
        close(listener)
        for one in parting { close(one.descriptor) }
    }

    private func wait() {
        var polled = [
            pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
            pollfd(fd: core.stopSignal.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        polled += parting.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        poll(&polled, nfds_t(polled.count), parting.isEmpty ? -1 : 200)
    }

    private func acceptAll() {
        while true {
            var address = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let descriptor = withUnsafeMutablePointer(to: &address) { storage in
                storage.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    accept(listener, $0, &length)
                }
            }
            if descriptor >= 0 {
                Descriptor.makeNonBlocking(descriptor)
                welcome(descriptor, peer: Peer(address))
            } else if errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM {
                core.log("error accept: \(String(cString: strerror(errno)))")
                usleep(50_000)  // until descriptors are given back
                return
            } else if errno != EINTR && errno != ECONNABORTED {
                return
            }
        }
    }

    private func welcome(_ descriptor: Int32, peer: Peer) {
        var yes: Int32 = 1
        setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        let open = core.openConnections.add(1, ordering: .relaxed).newValue
        guard open <= core.configuration.maximumConnections else {
            core.openConnections.subtract(1, ordering: .relaxed)
            return refuse(descriptor, peer: peer)
        }
        let started = Thread.start { [core] in
            Connection(core: core, descriptor: descriptor, peer: peer).run()
            core.openConnections.subtract(1, ordering: .releasing)
        }
        guard !started else { return }
        core.openConnections.subtract(1, ordering: .relaxed)
        refuse(descriptor, peer: peer)
    }

    /// Answers 503 without waiting for anything, and keeps the socket for a moment.
    private func refuse(_ descriptor: Int32, peer: Peer) {
        let id = ServerCore.makeRequestID()
        var response = core.handler.problem(
            status: 503, detail: "too many connections at the moment; try again", requestID: id)
        response.headers.set("Retry-After", "1")
        let exchange = Exchange(
            method: "-", target: "-", id: id, minorVersion: 1, start: Monotonic.now)
        var bytes = ResponseHead(response: response, exchange: exchange, keepsAlive: false).bytes
        if case .bytes(let body) = response.body { bytes += body }
        send(
            descriptor, bytes, bytes.count,
            Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        shutdown(descriptor, Int32(SHUT_WR))
        parting.append((descriptor: descriptor, deadline: Monotonic.now + 1))
        if parting.count > 64 { close(parting.removeFirst().descriptor) }
        core.log("refused id=\(id) peer=\(peer.address) status=503")
    }

    /// Reads off what refused clients send; lets go those that are done or late.
    private func dismiss() {
        guard !parting.isEmpty else { return }
        let now = Monotonic.now
        var scratch = [UInt8](repeating: 0, count: 1 << 14)
        parting.removeAll { one in
            let count = recv(
                one.descriptor, &scratch, scratch.count, Int32(MSG_DONTWAIT))
            let isDone = count == 0 || (count < 0 && errno != EAGAIN) || now > one.deadline
            if isDone { close(one.descriptor) }
            return isDone
        }
    }
}

extension Peer {
    /// The address accepted from.
    init(_ storage: sockaddr_storage) {
        let family = Int32(storage.ss_family)
        var storage = storage
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        var loopback = false
        withUnsafePointer(to: &storage) { pointer in
            if family == AF_INET6 {
                pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
                    var raw = address.pointee.sin6_addr
                    inet_ntop(AF_INET6, &raw, &text, socklen_t(text.count))
                }
            } else {
                pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
                    var raw = address.pointee.sin_addr
                    loopback = UInt32(bigEndian: raw.s_addr) >> 24 == 127
                    inet_ntop(AF_INET, &raw, &text, socklen_t(text.count))
                }
            }
        }
        address = String(
            decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if address.hasPrefix("::ffff:") { address.removeFirst(7) }
        isLoopback = loopback || address == "::1" || address.hasPrefix("127.")
    }
}
