import Bytes
public import HTTP
public import Workbench

/// The HTTP face of the use cases: answers every request of the service.
public final class SEAMHandler: HTTPHandler {
    private let workbench: Workbench
    private let limits: APILimits
    private let policy: AccessPolicy
    private let access: AccessControl
    private let uploads: ResumableUploads
    private let keys = RequestKeys()
    private let gate: Gate
    private let crossOrigin: CrossOrigin
    private let router: Router
    private let cache = AnswerCache(limit: 64 << 20)
    private let held = HeldAnswers(bytes: 16 << 20, count: 4096)
    private let log: @Sendable (String) -> Void
    /// Counts of requests.
    public let metrics = ServiceMetrics()
    /// Who asks, by the request's identifier, for its line in the log.
    public let askers = RequestOwners()

    static let routes =
        ViewerRoutes.all + ServiceRoutes.all + SessionRoutes.all + DatasetRoutes.all
        + UploadRoutes.all + IonRoutes.all + JobRoutes.all + AuditRoutes.all + OperationsRoutes.all

    /// A handler over a workbench.
    ///
    /// - Parameters:
    ///   - workbench: The use cases.
    ///   - limits: Bounds on what a client may send.
    ///   - policy: How the service may be reached.
    ///   - log: Receives a line for every failure of the service's own.
    public init(
        workbench: Workbench, limits: APILimits = APILimits(),
        policy: AccessPolicy = AccessPolicy(), log: @escaping @Sendable (String) -> Void
    ) {
        self.workbench = workbench
        self.limits = limits
        self.policy = policy
        self.log = log
        access = AccessControl(workbench: workbench)
        gate = Gate(
            access: access, policy: policy,
            throttle: AttemptThrottle(failures: policy.failedAttempts), log: log)
        crossOrigin = CrossOrigin(policy: policy)
        uploads = ResumableUploads(workbench: workbench, limits: limits.resumable)
        router = Router(Self.routes)
        do throws(WorkbenchError) {
            try uploads.prepare()
        } catch {
            log("unfinished uploads could not be looked at: \(error.cause)")
        }
    }

    /// Writes what is kept in memory only; for the end of the service.
    public func flush() { access.flush() }

    /// Answers a request.
    public func respond(to request: HTTPRequest, body: RequestBody) -> HTTPResponse {
        let request = Self.meant(request)
        // Before anything is read: a change from now on counts.
        let moment = access.moment()
        do throws(APIError) {
            let found = try find(request)
            var response = try handle(try exchange(request, body, found, moment), found)
            if found.route.formats.count > 1 { response.headers.add("Vary", "Accept") }
            hold(&response, request, found)
            return finished(response, request)
        } catch {
            return decorated(answer(error, request), request)
        }
    }

    /// An answer that was given before to the one who asks and still holds, with this request's own
    /// preconditions and ranges.
    public func answerAtOnce(_ request: HTTPRequest) -> HTTPResponse? {
        // What is compressed takes too long for the thread that all wait for.
        guard let key = HeldAnswers.Key(request), let found = held.find(key), gate.letsIn(request),
            ContentCoding.marked(found.answer, for: request).headers["Content-Encoding"] == nil
        else { return nil }
        askers.note(found.owner, of: request.id)
        return finished(found.answer, request)
    }

    /// Keeps an answer that holds as long as nothing is stored.
    private func hold(_ response: inout HTTPResponse, _ request: HTTPRequest, _ found: Found) {
        guard response.mayRepeat != nil else { return }
        let owner = found.identity.caller.owner
        if found.route.access != .everybody {
            response.onRepeat = { [askers] in askers.note(owner, of: $0) }
        }
        guard let key = HeldAnswers.Key(request), found.identity.token != nil,
            found.identity.proof == .token
        else { return }
        held.keep(response, as: key, owner: owner)
    }

    /// The request that a client means which cannot send its method.
    private static func meant(_ request: HTTPRequest) -> HTTPRequest {
        var request = request
        if let method = Tus.method(request) { request.method = method }
        return request
    }

    /// The answer with what every answer carries.
    private func decorated(_ response: HTTPResponse, _ request: HTTPRequest) -> HTTPResponse {
        var response = response
        // The digest is of the representation as it was made, without a coding.
        if response.headers["Content-Encoding"] != nil { response.headers.remove("Repr-Digest") }
        if Tus.isPath(request.segments) { response.headers.set("Tus-Resumable", Tus.version) }
        crossOrigin.apply(&response, to: request)
        SecurityHeaders.apply(&response, policy)
        return response
    }

    /// Refuses a body before it is sent, where the answer is known already.
    public func admit(_ request: HTTPRequest, declaredLength: Int?) -> Admission {
        do throws(APIError) {
            let found = try find(Self.meant(request))
            let body = found.route.body
            try body.check(request, declaredLength: declaredLength, workbench, limits)
            if body == .upload, let declaredLength {
                try using { () throws(WorkbenchError) in
                    try uploads.checkQuota(adding: declaredLength, caller: found.identity.caller)
                }
            }
            return .body(limit: body.limit(limits), evenTorn: body == .piece)
        } catch {
            return .refused(decorated(answer(error, request), request))
        }
    }

    /// The answer as this client gets it: preconditions and ranges applied.
    private func finished(_ response: HTTPResponse, _ request: HTTPRequest) -> HTTPResponse {
        if case .later(let wait, let again) = response.body {
            return HTTPResponse(
                status: response.status,
                body: .later(wait) { [self] in finished(again(), request) })
        }
        // What changes something has checked its preconditions before it did.
        guard request.method == "GET" || request.method == "HEAD" else {
            return decorated(response, request)
        }
        let marked = ContentCoding.marked(response, for: request)
        let answer = Conditional.apply(marked, to: request) { status, detail in
            let title = status == 416 ? "Range not satisfiable" : "Precondition failed"
            let slug = status == 416 ? "range" : "precondition-failed"
            return self.answer(
                Problem(status: status, slug: slug, title: title, detail: detail), request)
        }
        var final = decorated(Compression.apply(answer), request)
        // What the preconditions made of it depends on the same things.
        (final.mayRepeat, final.onRepeat) = (response.mayRepeat, response.onRepeat)
        return final
    }

    /// The answer for a failure that the HTTP layer found.
    public func problem(status: Int, detail: String, requestID: String) -> HTTPResponse {
        var response = Problem(
            status: status, slug: "http-\(status)", title: StatusTitle.of(status), detail: detail,
            headers: status == 503 || status == 429 ? [("Retry-After", "1")] : []
        ).response(requestID: requestID, instance: nil)
        SecurityHeaders.apply(&response, policy)
        return response
    }

    /// The route of a request and the form of its answer.
    private struct Found {
        var route: Route
        var match: Route.Match
        var format: MediaType
        var identity: Identity
    }

    private func exchange(
        _ request: HTTPRequest, _ body: RequestBody, _ found: Found,
        _ moment: AccessControl.Moment?
    ) throws(APIError) -> Exchange {
        let identity = found.identity
        return Exchange(
            request: request, body: body, workbench: workbench, identity: found.identity,
            access: access, policy: policy, uploads: uploads, keys: keys,
            digest: try BodyDigest(request), limits: limits,
            captures: found.match.captures, format: found.format,
            formatIsBySuffix: found.match.suffix != nil,
            cache: cache, mayRepeat: mayRepeat(since: moment, identity),
            note: found.route.isAudited
                ? AuditNote(deed(request, found.route), by: identity) : nil,
            metrics: metrics,
            failure: { [self] in answer($0, request) })
    }

    /// Whether an answer of a moment still holds, as a question for later; nil where it could not be
    /// told.
    private func mayRepeat(
        since moment: AccessControl.Moment?, _ identity: Identity
    ) -> (@Sendable () -> Bool)? {
        guard let moment else { return nil }
        return { [access] in access.isUnchanged(since: moment, for: identity) }
    }

    /// Looks at who asks and for what; everything that can be said before the body is said here.
    private func find(_ request: HTTPRequest) throws(APIError) -> Found {
        if let refusal = try gate.refusal(request) { throw .problem(refusal) }
        if let leave = crossOrigin.preflight(request) { throw .answered(leave) }
        if request.method == "OPTIONS", request.target == "*" {
            throw .answered(
                HTTPResponse(
                    status: 204,
                    headers: HTTPHeaders([
                        ("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")
                    ])))
        }
        let method = request.method == "HEAD" ? "GET" : request.method
        switch router.find(method, request.segments) {
        case .found(let route, let match):
            let identity = try admit(request, to: route)
            let format = try Router.format(route, match, accept: request.headers["Accept"])
            return Found(route: route, match: match, format: format, identity: identity)
        case .otherMethods(let allowed):
            let list = allowed.joined(separator: ", ")
            if method == "OPTIONS" {
                let more =
                    Tus.isPath(request.segments) ? Tus.options(maximum: limits.uploadBytes) : []
                throw .answered(
                    HTTPResponse(status: 204, headers: HTTPHeaders([("Allow", list)] + more)))
            }
            _ = try gate.identify(request)
            throw .problem(
                Problem(
                    status: 405, slug: "method-not-allowed", title: "Method not allowed",
                    detail: "\(request.method) is not possible here; possible are \(list)",
                    headers: [("Allow", list)]))
        case .nothing:
            _ = try gate.identify(request)
            throw .problem(
                Problem(
                    status: 404, slug: "not-found", title: "Not found",
                    detail:
                        "there is no such resource; GET /v1 and /openapi.yaml list what there is"
                ))
        }
    }

    /// Who comes to a route.
    ///
    /// - Throws: 403 for a role that may not; what `Gate.identify` throws.
    private func admit(_ request: HTTPRequest, to route: Route) throws(APIError) -> Identity {
        guard let role = route.access.role(policy) else { return .nobody }
        let identity = try gate.identify(request)
        askers.note(identity.caller.owner, of: request.id)
        guard identity.caller.role >= role else {
            record(request, route, object: nil, status: 403, identity)
            throw .problem(.roleNeeded(role, has: identity.caller.role))
        }
        return identity
    }

    private func handle(
        _ exchange: Exchange, _ found: Found
    ) throws(APIError) -> HTTPResponse {
        func note(_ status: Int, _ made: String?) {
            if exchange.note?.isStored == true { return }
            record(
                exchange.request, found.route, object: found.match.captures["id"] ?? made,
                status: status, found.identity)
        }
        do throws(APIError) {
            let response = try found.route.handle(exchange)
            note(
                response.status,
                response.headers["Location"]?.split(separator: "/").last.map(String.init))
            return response
        } catch {
            if case .workbench(.forbidden) = error { note(403, nil) }
            throw error
        }
    }

    /// Puts into the audit what a request did, or was not allowed to do.
    private func record(
        _ request: HTTPRequest, _ route: Route, object: String?, status: Int, _ identity: Identity
    ) {
        guard route.isAudited else { return }
        var deed = deed(request, route)
        deed.object = object.map { AccessSecret.redacted(String($0.prefix(200))) }
        deed.status = status
        do throws(WorkbenchError) {
            try access.record(deed, by: identity)
        } catch {
            log("request \(request.id) is not in the audit: \(error.cause)")
        }
    }

    private func deed(_ request: HTTPRequest, _ route: Route) -> AccessControl.Deed {
        AccessControl.Deed(
            address: request.peer, action: "\(route.method) /\(route.pattern)", object: nil,
            status: 0, requestID: request.id)
    }

    private func answer(_ error: APIError, _ request: HTTPRequest) -> HTTPResponse {
        switch error {
        case .answered(let response): return response
        case .problem(let problem): return answer(problem, request)
        case .body(let error):
            return problem(status: error.status, detail: error.detail, requestID: request.id)
        case .workbench(let error):
            if case .failed(let cause) = error {
                log("request \(request.id) \(request.method) \(request.path): \(cause)")
            }
            return answer(Problem(error), request)
        }
    }

    private func answer(_ problem: Problem, _ request: HTTPRequest) -> HTTPResponse {
        problem.response(
            requestID: request.id, instance: AccessSecret.redacted(request.path))
    }
}

/// Titles of the problems that the HTTP layer finds.
enum StatusTitle {
    static func of(_ status: Int) -> String {
        switch status {
        case 400: "Malformed request"
        case 408: "The request took too long"
        case 413: "Too large"
        case 414: "The target is too long"
        case 417: "An expectation cannot be met"
        case 429: "Too many at a time"
        case 431: "The header is too large"
        case 501: "Not implemented"
        case 503: "Too busy"
        case 505: "HTTP version not supported"
        default: "The request failed"
        }
    }
}
