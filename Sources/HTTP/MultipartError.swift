/// Why a multipart body could not be read.
public enum MultipartError: Error, Equatable, Sendable {
    /// `Content-Type` is not multipart/form-data with a valid boundary.
    case notMultipart(String)
    /// The body breaks RFC 2046 or RFC 7578.
    case malformed(String)
    /// A part, a part's header or the number of parts is beyond its limit.
    case tooLarge(String)
    /// The body underneath could not be read.
    case body(BodyError)

    /// The status that tells the client so.
    public var status: Int {
        switch self {
        case .notMultipart: 415
        case .malformed: 400
        case .tooLarge: 413
        case .body(let error): error.status
        }
    }

    /// A sentence for the client.
    public var detail: String {
        switch self {
        case .notMultipart(let reason): "not a multipart/form-data body: \(reason)"
        case .malformed(let reason): "the multipart body is malformed: \(reason)"
        case .tooLarge(let what): "the multipart body is too large: \(what)"
        case .body(let error): error.detail
        }
    }
}
