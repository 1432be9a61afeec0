/// What a handler says of a request whose body has not come yet.
public enum Admission: Sendable {
    /// The body is wanted, up to so many bytes; the server's own limit holds as well. With
    /// `evenTorn` the handler gets also one that breaks off: what came of it, then the error.
    case body(limit: Int, evenTorn: Bool = false)
    /// The answer is known already, and the body is not wanted.
    case refused(HTTPResponse)
}
