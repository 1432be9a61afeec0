import Glibc

/// The client behind trusted proxies (RFC 7239, and the older `X-Forwarded-For`).
package enum ForwardedAddress {
    /// The address a request comes from: the peer's, or, where that is a trusted proxy, the last one
    /// in its list that is not. An element that is no address ends the search at the proxy.
    package static func client(_ headers: HTTPHeaders, peer: String, trusted: [String]) -> String {
        guard trusted.contains(peer) else { return peer }
        var client = peer
        for element in chain(headers).reversed() {
            guard let address = address(element) else { return client }
            client = address
            if !trusted.contains(address) { return client }
        }
        return client
    }

    /// The addresses from the client to the proxy before us.
    private static func chain(_ headers: HTTPHeaders) -> [String] {
        let older = headers.values("X-Forwarded-For").flatMap(Characters.list)
        guard older.isEmpty else { return older }
        return headers.values("Forwarded").flatMap(Characters.list).map { element in
            ParameterizedValue("for;" + element)["for"] ?? "unknown"
        }
    }

    /// The address of "192.0.2.1", "192.0.2.1:80", "2001:db8::1" or "[2001:db8::1]:80", or nil.
    private static func address(_ text: String) -> String? {
        var host = text
        if host.hasPrefix("["), let close = host.firstIndex(of: "]") {
            host = String(host[host.index(after: host.startIndex)..<close])
        } else if host.utf8.count(where: { $0 == UInt8(ascii: ":") }) == 1 {
            host = String(host.prefix { $0 != ":" })
        }
        var v4 = in_addr()
        var v6 = in6_addr()
        let isAddress = inet_pton(AF_INET, host, &v4) == 1 || inet_pton(AF_INET6, host, &v6) == 1
        return isAddress ? host : nil
    }
}
