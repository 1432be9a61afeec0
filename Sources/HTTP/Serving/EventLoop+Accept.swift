import CLinux
import Glibc
import Synchronization

/// Accepting connections, and turning those away that are too many.
extension EventLoop {
    /// Most connections that were turned away and are still being told so.
    private static let mostTurnedAway = 128

    func acceptAll() {
        // A turn has an end, so that a flood of connections keeps nobody else waiting.
        for _ in 0..<256 {
            guard listener >= 0 else { return }
            var address = sockaddr_storage()
            let descriptor = linux_accept(listener, &address)
            if descriptor >= 0 {
                welcome(descriptor, Peer(address))
            } else if errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM {
                core.lines.add("error accept: \(String(cString: strerror(errno)))")
                _ = linux_epoll_remove(epoll, listener)
                acceptsAgainAt = now + 0.1
                return
            } else if errno != EINTR && errno != ECONNABORTED {
                return
            }
        }
    }

    /// Whether a peer is a proxy that names its clients; its connections are not counted by address.
    func isTrusted(_ peer: Peer) -> Bool {
        core.configuration.trustedProxies.contains(peer.address)
    }

    private func welcome(_ descriptor: Int32, _ peer: Peer) {
        let configuration = core.configuration
        if core.openConnections.load(ordering: .relaxed) >= configuration.maximumConnections {
            turnAway(descriptor, peer, 503, "too many connections at the moment; try again")
        } else if !isTrusted(peer), !addresses.add(peer.group) {
            turnAway(
                descriptor, peer, 429,
                "more than \(configuration.maximumConnectionsPerAddress) connections from one address"
            )
        } else {
            core.openConnections.add(1, ordering: .relaxed)
            let connection = register(descriptor, peer, isCounted: true)
            connection.socket.prepare()
            watch(connection)
            // What has been sent with the connection is there already.
            read(connection)
        }
    }

    private func register(_ descriptor: Int32, _ peer: Peer, isCounted: Bool) -> Connection {
        let connection = Connection(
            key: nextKey, descriptor: descriptor, peer: peer, isCounted: isCounted,
            session: Session(limits: core.sessionLimits, now: now))
        nextKey += 1
        connections[connection.key] = connection
        _ = linux_epoll_add_edges(epoll, descriptor, connection.key)
        return connection
    }

    /// Says why there is no room, without waiting for anything.
    private func turnAway(_ descriptor: Int32, _ peer: Peer, _ status: Int, _ detail: String) {
        guard turnedAway < Self.mostTurnedAway else {
            close(descriptor)
            return
        }
        turnedAway += 1
        let connection = register(descriptor, peer, isCounted: false)
        connection.session.abandon()
        refuse(connection, Refusal(status, detail), nil)
    }
}
