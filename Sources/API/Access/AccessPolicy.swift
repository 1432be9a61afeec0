/// How the service may be reached, as configured.
public struct AccessPolicy: Sendable {
    /// The names it answers to beside those of this machine: `seam.lab.org` on any port, or
    /// `seam.lab.org:8443`.
    public var hosts: [String] = []
    /// Whether clients speak TLS with a proxy in front: then cookies are `Secure` and origins are
    /// `https`.
    public var isBehindTLS = false
    /// Origins of other sites whose pages may ask, with a token: `https://tools.lab.org`.
    public var allowedOrigins: [String] = []

    /// Whether `/metrics` is for everybody who can reach the service.
    public var metricsAreOpen = false

    /// Wrong tokens from an address that are let pass at once; then one in six seconds.
    public var failedAttempts = 10

    /// The defaults: this machine only, no TLS, no other site.
    public init() {}

    /// Whether an authority (`name[:port]`) is one that the service answers to.
    func answers(to authority: String, isLoopback: Bool) -> Bool {
        let asked = authority.lowercased()
        if isLoopback, OpenMode.isLoopback(asked) { return true }
        let name = Self.name(of: asked)
        return hosts.contains { $0.lowercased() == asked || $0.lowercased() == name }
    }

    /// An authority without its port and without the dot that may end a name.
    private static func name(of authority: String) -> String {
        var name = authority[...]
        if let colon = name.lastIndex(of: ":"), !name[colon...].contains("]") {
            name = name[..<colon]
        }
        if name.hasSuffix(".") { name.removeLast() }
        return String(name)
    }

    /// Whether an origin is the one that the authority asked for has.
    func isSame(_ origin: String, authority: String?) -> Bool {
        guard let authority else { return false }
        let scheme = isBehindTLS ? "https://" : "http://"
        return origin.lowercased() == scheme + authority.lowercased()
    }
}
