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
    private let log: @Sendable (String) -> Void

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
        router = Router(
            ServiceRoutes.all + SessionRoutes.all + DatasetRoutes.all + UploadRoutes.all
                + IonRoutes.all + JobRoutes.all + AuditRoutes.all)
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
        var request = request
        if let method = Tus.method(request) { request.method = method }
        var response = answered(request, body)
        if Tus.isPath(request.segments) { response.headers.set("Tus-Resumable", Tus.version) }
        crossOrigin.apply(&response, to: request)
        SecurityHeaders.apply(&response, policy)
        return response
    }

    private func answered(_ request: HTTPRequest, _ body: RequestBody) -> HTTPResponse {
        do throws(APIError) {
            if let refusal = try gate.refusal(request) { return answer(refusal, request) }
            if let leave = crossOrigin.preflight(request) { return leave }
            let response = try route(request, body)
            // What changes something has checked its preconditions before it did.
            guard request.method == "GET" || request.method == "HEAD" else { return response }
            return Conditional.apply(response, to: request) { status, detail in
                let title = status == 416 ? "Range not satisfiable" : "Precondition failed"
                let slug = status == 416 ? "range" : "precondition-failed"
                return answer(
                    Problem(status: status, slug: slug, title: title, detail: detail), request)
            }
        } catch {
            return answer(error, request)
        }
    }

    /// The answer for a failure that the HTTP layer found.
    public func problem(status: Int, detail: String, requestID: String) -> HTTPResponse {
        var response = Problem(
            status: status, slug: "http-\(status)", title: StatusTitle.of(status), detail: detail
        ).response(requestID: requestID, instance: nil)
        SecurityHeaders.apply(&response, policy)
        return response
    }

    private func route(
        _ request: HTTPRequest, _ body: RequestBody
    ) throws(APIError) -> HTTPResponse {
        if request.method == "OPTIONS", request.target == "*" {
            return HTTPResponse(
                status: 204,
                headers: HTTPHeaders([("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")]))
        }
        let method = request.method == "HEAD" ? "GET" : request.method
        switch router.find(method, request.segments) {
        case .found(let route, let match):
            let identity = try admit(request, to: route)
            return try handle(request, body, route, match, identity)
        case .otherMethods(let allowed):
            let list = allowed.joined(separator: ", ")
            if method == "OPTIONS" {
                let more =
                    Tus.isPath(request.segments) ? Tus.options(maximum: limits.uploadBytes) : []
                return HTTPResponse(status: 204, headers: HTTPHeaders([("Allow", list)] + more))
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
        guard case .role(let role) = route.access else { return .nobody }
        let identity = try gate.identify(request)
        guard identity.caller.role >= role else {
            record(request, route, object: nil, status: 403, identity)
            throw .problem(.roleNeeded(role, has: identity.caller.role))
        }
        return identity
    }

    private func handle(
        _ request: HTTPRequest, _ body: RequestBody, _ route: Route, _ match: Route.Match,
        _ identity: Identity
    ) throws(APIError) -> HTTPResponse {
        let format = try Router.format(route, match, accept: request.headers["Accept"])
        let exchange = Exchange(
            request: request, body: body, workbench: workbench, identity: identity,
            access: access, policy: policy, uploads: uploads, keys: keys,
            digest: try BodyDigest(request), limits: limits, captures: match.captures,
            format: format, formatIsBySuffix: match.suffix != nil)
        do throws(APIError) {
            var response = try route.handle(exchange)
            if route.formats.count > 1 { response.headers.add("Vary", "Accept") }
            let made = response.headers["Location"]?.split(separator: "/").last.map(String.init)
            record(
                request, route, object: match.captures["id"] ?? made, status: response.status,
                identity)
            return response
        } catch {
            if case .workbench(.forbidden) = error {
                record(request, route, object: match.captures["id"], status: 403, identity)
            }
            throw error
        }
    }

    /// Puts into the audit what a request did, or was not allowed to do.
    private func record(
        _ request: HTTPRequest, _ route: Route, object: String?, status: Int, _ identity: Identity
    ) {
        guard route.isAudited else { return }
        let deed = AccessControl.Deed(
            address: gate.address(of: request), action: "\(route.method) /\(route.pattern)",
            object: object.map { AccessSecret.redacted(String($0.prefix(200))) }, status: status,
            requestID: request.id)
        do throws(WorkbenchError) {
            try access.record(deed, by: identity)
        } catch {
            log("request \(request.id) is not in the audit: \(error.cause)")
        }
    }

    private func answer(_ error: APIError, _ request: HTTPRequest) -> HTTPResponse {
        switch error {
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
        case 431: "The header is too large"
        case 501: "Not implemented"
        case 503: "Too busy"
        case 505: "HTTP version not supported"
        default: "The request failed"
        }
    }
}
