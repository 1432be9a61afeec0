import HTTP
import Workbench

/// The cookie of a browser's session (RFC 6265).
enum SessionCookie {
    /// Behind TLS the name's prefix binds it to this host, all paths and TLS.
    static func name(_ policy: AccessPolicy) -> String {
        policy.isBehindTLS ? "__Host-seam_session" : "seam_session"
    }

    /// The secret in the request's cookie, or nil; the first of several. What has not the form of a
    /// secret is no attempt at one.
    static func value(in request: HTTPRequest, _ policy: AccessPolicy) -> String? {
        let name = name(policy) + "="
        for field in request.headers.values("Cookie") {
            for pair in field.split(separator: ";") {
                let text = pair.drop { $0 == " " || $0 == "\t" }
                let secret = String(text.dropFirst(name.count))
                if text.hasPrefix(name), AccessControl.isSecret(secret) { return secret }
            }
        }
        return nil
    }

    /// `Set-Cookie` for a new session.
    static func field(_ secret: String, _ policy: AccessPolicy) -> String {
        name(policy) + "=\(secret)" + attributes(policy, seconds: AccessControl.sessionSeconds)
    }

    /// `Set-Cookie` that makes the browser forget the session.
    static func removal(_ policy: AccessPolicy) -> String {
        name(policy) + "=" + attributes(policy, seconds: 0)
    }

    private static func attributes(_ policy: AccessPolicy, seconds: Int) -> String {
        "; Path=/; HttpOnly; SameSite=Strict; Max-Age=\(seconds)"
            + (policy.isBehindTLS ? "; Secure" : "")
    }
}
