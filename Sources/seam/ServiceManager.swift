import Dispatch
import Foundation
import Glibc

/// Tells systemd how the service is: a datagram to the socket that `NOTIFY_SOCKET` names (sd_notify(3)).
///
/// Without that variable nothing is sent.
struct ServiceManager: Sendable {
    private let path: String?
    /// Seconds after which systemd takes a silent service for hung (`WATCHDOG_USEC`), or nil.
    let watchdogSeconds: Double?

    init(environment: [String: String]) {
        path = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
        let isOurs = environment["WATCHDOG_PID"].map { $0 == String(getpid()) } ?? true
        let microseconds = environment["WATCHDOG_USEC"].flatMap(Double.init) ?? 0
        watchdogSeconds = isOurs && microseconds > 0 ? microseconds / 1e6 : nil
    }

    /// The service takes requests.
    func ready(_ status: String) { send("READY=1\nSTATUS=\(status)") }

    /// The service is going down, and may take so long.
    func stopping(within seconds: Double) {
        send("STOPPING=1\nEXTEND_TIMEOUT_USEC=\(Int((seconds + 15) * 1e6))\nSTATUS=stopping")
    }

    /// Says that the service lives, three times in each watchdog period, as long as `isAlive` says so.
    func keepWatch(_ isAlive: @escaping @Sendable () -> Bool) {
        guard let watchdogSeconds, path != nil else { return }
        let pause = max(watchdogSeconds / 3, 0.05)
        DispatchQueue(label: "seam.watchdog").async {
            while true {
                if isAlive() { send("WATCHDOG=1") }
                usleep(UInt32(min(pause, 600) * 1e6))
            }
        }
    }

    /// Sends one datagram; what cannot be sent is lost, as sd_notify has it.
    private func send(_ text: String) {
        guard let path else { return }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(path.utf8)
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        if name.first == UInt8(ascii: "@") { name[0] = 0 }  // an abstract name
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | 0o2000000, 0)
        guard socket >= 0 else { return }
        defer { close(socket) }
        let bytes = Array(text.utf8)
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, length)
            }
        }
    }
}

/// Asks the service for its health as a client would.
struct SelfCheck: Sendable {
    let host: String
    let port: Int
    let seconds: Int

    /// Whether anything that is HTTP is answered in time.
    func isAnswered() -> Bool {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        // A server that listens on all addresses answers on this machine's own.
        let name = host == "0.0.0.0" ? "127.0.0.1" : host == "::" ? "::1" : host
        guard getaddrinfo(name, String(port), &hints, &list) == 0, let list else { return false }
        defer { freeaddrinfo(list) }
        let entry = list.pointee
        let socket = Glibc.socket(
            entry.ai_family, Int32(SOCK_STREAM.rawValue) | 0o2000000, 0)
        guard socket >= 0 else { return false }
        defer { close(socket) }
        var patience = timeval(tv_sec: seconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(
                socket, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        guard connect(socket, entry.ai_addr, entry.ai_addrlen) == 0 else { return false }
        let request = Array(
            "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8)
        guard send(socket, request, request.count, Int32(MSG_NOSIGNAL)) == request.count
        else { return false }
        var answer = [UInt8](repeating: 0, count: 16)
        let count = recv(socket, &answer, answer.count, Int32(MSG_WAITALL))
        return count > 9 && String(decoding: answer[..<9], as: UTF8.self) == "HTTP/1.1 "
    }
}
