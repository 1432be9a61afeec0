import Bytes
import HTTP
public import Workbench

/// One request on its way through a route: what was asked, by whom, in which form.
struct Exchange {
    let request: HTTPRequest
    let body: RequestBody
    let workbench: Workbench
    let identity: Identity
    let access: AccessControl
    let policy: AccessPolicy
    let uploads: ResumableUploads
    let keys: RequestKeys
    /// The digests that the client sent with the body, or nil.
    let digest: BodyDigest?
    let limits: APILimits
    /// The captured parts of the path by name.
    let captures: [String: String]
    /// The form of the answer: by suffix, else by `Accept`, else the resource's default.
    let format: MediaType
    /// Whether the form was chosen by the path's suffix.
    let formatIsBySuffix: Bool
    /// Answers that never change.
    let cache: AnswerCache
    /// Whether an answer that depends on nothing but the store and the request may be given again.
    let mayRepeat: (@Sendable () -> Bool)?
    /// The line of the audit, for what can store it with the deed; nil for what leaves none.
    let note: AuditNote?
    /// Counts of requests.
    let metrics: ServiceMetrics
    /// The answer for an error, for those who give theirs later.
    let failure: @Sendable (APIError) -> HTTPResponse

    /// Whose request it is.
    var caller: Caller { identity.caller }

    /// A captured part of the path.
    func capture(_ name: String) -> String { captures[name] ?? "" }

    /// The query, which must hold nothing but these parameters.
    func query(_ known: String...) throws(APIError) -> Query { try query(known) }

    /// The query, which must hold nothing but these parameters.
    func query(_ known: [String]) throws(APIError) -> Query {
        do {
            return try Query(request, known: known)
        } catch {
            throw .workbench(error)
        }
    }

    /// From now on the body's bytes count for the digests that the client sent.
    func watchDigest() {
        guard let digest else { return }
        body.observer = { digest.update($0) }
    }

    /// Compares the digests that the client sent, after reading what is left of the body.
    func checkDigest() throws(APIError) {
        guard let digest else { return }
        do {
            try body.discard(limit: 1 << 16)
        } catch {
            throw .body(error)
        }
        try digest.verify()
    }

    /// The body as a JSON value.
    func json() throws(APIError) -> JSON {
        try BodyKind.json.check(request, declaredLength: nil, workbench, limits)
        let bytes: [UInt8]
        do {
            bytes = try body.readAll(limit: limits.jsonBytes)
        } catch {
            throw .body(error)
        }
        digest?.update(bytes)
        try digest?.verify()
        do {
            return try JSON.parse(bytes)
        } catch {
            throw .problem(
                Problem(
                    status: 400, slug: "malformed-json", title: "The body is not JSON",
                    detail: "\(error.detail), at byte \(error.offset)"))
        }
    }
}

/// Why a route gave no answer.
enum APIError: Error {
    /// There is one, and nothing more to be done for it.
    case answered(HTTPResponse)
    case workbench(WorkbenchError)
    case problem(Problem)
    case body(BodyError)
}

/// Runs a use case and says its errors as the API's.
func using<Value>(_ body: () throws(WorkbenchError) -> Value) throws(APIError) -> Value {
    do {
        return try body()
    } catch {
        throw .workbench(error)
    }
}

/// Bounds on what a client may send.
public struct APILimits: Sendable {
    /// Largest upload in bytes.
    public var uploadBytes = 64 << 30
    /// Largest JSON body in bytes.
    public var jsonBytes = 1 << 20
    /// Free bytes of the disk that an upload must leave.
    public var freeBytes = 256 << 20
    /// Bounds on unfinished uploads and on what an owner may have.
    public var resumable: ResumableUploads.Limits {
        var limits = ResumableUploads.Limits()
        limits.uploadBytes = uploadBytes
        limits.ownerBytes = ownerBytes
        limits.ownerUploads = ownerUploads
        limits.lifetimeSeconds = uploadLifetimeSeconds
        limits.freeBytes = freeBytes
        return limits
    }
    /// Most bytes of one owner's uploads, those that are datasets and those on their way.
    public var ownerBytes = 1 << 40
    /// Most unfinished uploads of one owner.
    public var ownerUploads = 100
    /// Seconds after its last byte when an unfinished upload is forgotten.
    public var uploadLifetimeSeconds = 86_400.0
    /// Longest `?wait=` in seconds; more is taken as this.
    public var waitSeconds = 60.0

    /// The defaults.
    public init() {}
}
