import Glibc

/// Who is at the other end.
struct Peer: Sendable {
    var address: String
    var isLoopback: Bool

    /// What connections are counted by: the address, of IPv6 its first 64 bits, since a customer of
    /// a network gets that many.
    var group: String

    /// The address accepted from.
    init(_ storage: sockaddr_storage) {
        var storage = storage
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = Int32(storage.ss_family)
        withUnsafePointer(to: &storage) { pointer in
            if family == AF_INET6 {
                pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                    var raw = $0.pointee.sin6_addr
                    inet_ntop(AF_INET6, &raw, &text, socklen_t(text.count))
                }
            } else {
                pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    var raw = $0.pointee.sin_addr
                    inet_ntop(AF_INET, &raw, &text, socklen_t(text.count))
                }
            }
        }
        self.init(
            text: String(
                decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    /// A numeric address.
    init(text: String) {
        address = text.hasPrefix("::ffff:") ? String(text.dropFirst(7)) : text
        isLoopback = address == "::1" || address.hasPrefix("127.")
        group = address
        var raw = in6_addr()
        guard address.contains(":"), inet_pton(AF_INET6, address, &raw) == 1 else { return }
        let prefix = withUnsafeBytes(of: &raw) { Array($0.prefix(8)) }
        group = prefix.map { String($0, radix: 16) }.joined(separator: ":") + "::/64"
    }
}
