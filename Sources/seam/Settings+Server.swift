extension Settings {
    /// Settings of connections and requests.
    static let server: [Entry] = [
        Entry(
            path: "server.host", flag: "--host", standard: "127.0.0.1", kind: .text,
            summary: "Address to listen on; without tokens only a loopback address."),
        Entry(
            path: "server.port", flag: "--port", standard: "8080", kind: .integer(0...65_535),
            summary: "Port to listen on; 0 picks a free one."),
        Entry(
            path: "server.hosts", flag: nil, standard: "", kind: .list,
            summary: "Names it answers to beside this machine's own, such as seam.lab.org."),
        Entry(
            path: "server.behind_tls", flag: "--behind-tls", standard: "false", kind: .flag,
            summary: "A proxy in front speaks TLS with the clients."),
        Entry(
            path: "server.insecure", flag: "--insecure", standard: "false", kind: .flag,
            summary: "Listen beyond loopback without TLS: tokens cross the net in clear."),
        Entry(
            path: "server.allowed_origins", flag: nil, standard: "", kind: .list,
            summary: "Origins of other sites whose pages may ask, with a token (CORS)."),
        Entry(
            path: "server.failed_attempts", flag: nil, standard: "10",
            kind: .integer(1...1_000_000_000),
            summary: "Wrong tokens an address may send at once; then one in 6 s, else 429."),
        Entry(
            path: "server.max_connections", flag: nil, standard: "8192",
            kind: .integer(1...100_000),
            summary: "Connections open at the same time; one more is answered 503."),
        Entry(
            path: "server.max_connections_per_address", flag: nil, standard: "256",
            kind: .integer(1...100_000),
            summary: "Connections of one address (or IPv6 /64) at the same time; one more is "
                + "429. Behind a trusted proxy its clients' requests under way are counted "
                + "instead."),
        Entry(
            path: "server.trusted_proxies", flag: nil, standard: "", kind: .list,
            summary: "Addresses of proxies whose X-Forwarded-For or Forwarded is believed; "
                + "behind TLS with none named, those of this machine."),
        Entry(
            path: "server.max_requests_per_connection", flag: nil, standard: "100000",
            kind: .integer(1...1_000_000_000),
            summary: "Requests on one connection; the last is answered with Connection: close."),
        Entry(
            path: "server.request_line_bytes", flag: nil, standard: "8192",
            kind: .integer(256...65_536),
            summary: "Bytes of a request line; above it 414."),
        Entry(
            path: "server.header_bytes", flag: nil, standard: "32768",
            kind: .integer(512...1_048_576),
            summary: "Bytes of all header fields of a request; above it 431."),
        Entry(
            path: "server.header_count", flag: nil, standard: "200", kind: .integer(8...10_000),
            summary: "Header fields of a request; above it 431."),
        Entry(
            path: "server.json_bytes", flag: nil, standard: "1048576",
            kind: .integer(64...(1 << 30)),
            summary: "Bytes of a JSON body; above it 413."),
        Entry(
            path: "server.first_byte_s", flag: nil, standard: "15", kind: .number(0.05...3600),
            summary: "Seconds from a connection to its first byte; then it is closed."),
        Entry(
            path: "server.header_s", flag: nil, standard: "15", kind: .number(0.05...3600),
            summary: "Seconds from the first byte of a header to its last; then 408."),
        Entry(
            path: "server.body_stall_s", flag: nil, standard: "20", kind: .number(0.05...3600),
            summary: "Seconds without a byte of a body; then 408."),
        Entry(
            path: "server.body_min_rate", flag: nil, standard: "128", kind: .number(0...1e9),
            summary: "Least mean bytes a second of a body, and of a reader, after a first "
                + "stall's time."),
        Entry(
            path: "server.idle_s", flag: nil, standard: "60", kind: .number(0.05...86_400),
            summary: "Seconds without a request on a connection; then it is closed."),
        Entry(
            path: "server.write_stall_s", flag: nil, standard: "30", kind: .number(0.05...3600),
            summary: "Seconds in which a client takes nothing of an answer; then it is cut."),
        Entry(
            path: "server.threads", flag: nil, standard: "32", kind: .integer(1...1024),
            summary: "Threads that answer requests at the same time."),
        Entry(
            path: "server.max_uploads", flag: nil, standard: "64", kind: .integer(1...1024),
            summary: "Bodies above 64 KiB received at the same time, a quarter of them from "
                + "one address."),
        Entry(
            path: "server.answer_bytes", flag: nil, standard: "67108864",
            kind: .integer(0...(1 << 40)),
            summary: "Bytes of memory that answers to slow readers may hold; what is above "
                + "goes to files."),
    ]
}
