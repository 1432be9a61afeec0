import HTTP

/// Header fields that keep a browser from doing what no page of ours asks for.
enum SecurityHeaders {
    /// For the viewer's own pages: nothing from elsewhere, no script in the page, no frame.
    static let page =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        + "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'"

    /// Adds what is missing to any answer.
    static func apply(_ response: inout HTTPResponse, _ policy: AccessPolicy) {
        func add(_ name: String, _ value: String) {
            if response.headers[name] == nil { response.headers.add(name, value) }
        }
        add("X-Content-Type-Options", "nosniff")
        add("X-Frame-Options", "DENY")
        add("Referrer-Policy", "no-referrer")
        // A page of an allowed origin reads by CORS, which this does not hinder.
        add("Cross-Origin-Resource-Policy", "same-origin")
        if response.headers["Content-Type"]?.hasPrefix("text/html") ?? false {
            add("Content-Security-Policy", page)
            add("Cross-Origin-Opener-Policy", "same-origin")
        }
        if policy.isBehindTLS { add("Strict-Transport-Security", "max-age=31536000") }
    }
}
