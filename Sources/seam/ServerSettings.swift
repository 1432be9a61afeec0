import HTTP

extension HTTPServer.Configuration {
    /// Takes the limits of connections and requests from the settings.
    mutating func apply(_ settings: Settings) {
        maximumConnections = settings.integer("server.max_connections")
        maximumConnectionsPerAddress = settings.integer("server.max_connections_per_address")
        trustedProxies = settings.list("server.trusted_proxies")
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
}
