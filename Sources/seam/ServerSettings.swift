import Glibc
import HTTP

extension HTTPServer.Configuration {
    /// Takes the limits of connections and requests from the settings.
    ///
    /// - Throws: `.usage` for a trusted proxy that is no address.
    mutating func apply(_ settings: Settings) throws(CommandFailure) {
        maximumConnections = settings.integer("server.max_connections")
        maximumConnectionsPerAddress = settings.integer("server.max_connections_per_address")
        trustedProxies = try Self.proxies(settings)
        maximumRequestsPerConnection = settings.integer("server.max_requests_per_connection")
        requestLineBytes = settings.integer("server.request_line_bytes")
        headerBytes = settings.integer("server.header_bytes")
        headerCount = settings.integer("server.header_count")
        firstByteSeconds = settings.number("server.first_byte_s")
        headerSeconds = settings.number("server.header_s")
        bodyIdleSeconds = settings.number("server.body_stall_s")
        minimumBodyRate = settings.number("server.body_min_rate")
        keepAliveSeconds = settings.number("server.idle_s")
        writeStallSeconds = settings.number("server.write_stall_s")
        handlerThreads = settings.integer("server.threads")
        maximumUploads = settings.integer("server.max_uploads")
        answerBytes = settings.integer("server.answer_bytes")
    }

    /// The proxies that are believed; where TLS ends before us and none is named, those of this
    /// machine.
    private static func proxies(_ settings: Settings) throws(CommandFailure) -> [String] {
        let named = settings.list("server.trusted_proxies")
        if named.isEmpty { return settings.isOn("server.behind_tls") ? ["127.0.0.1", "::1"] : [] }
        var v4 = in_addr()
        var v6 = in6_addr()
        for name in named where inet_pton(AF_INET, name, &v4) != 1 {
            guard inet_pton(AF_INET6, name, &v6) == 1 else {
                throw .usage(
                    "server.trusted_proxies: expected addresses such as 10.0.0.7, found "
                        + "\"\(name)\"")
            }
        }
        return named
    }
}
