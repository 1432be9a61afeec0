import Bytes
public import HTTP
public import Workbench

/// The HTTP face of the use cases: answers every request of the service.
public final class SEAMHandler: HTTPHandler {
    private let workbench: Workbench
    private let limits: APILimits
    private let router: Router
    private let cache = AnswerCache(limit: 64 << 20)
    private let log: @Sendable (String) -> Void

    /// A handler over a workbench.
    ///
    /// - Parameters:
    ///   - workbench: The use cases.
    ///   - limits: Bounds on what a client may send.
    ///   - log: Receives a line for every failure of the service's own.
    public init(
        workbench: Workbench, limits: APILimits = APILimits(),
        log: @escaping @Sendable (String) -> Void
    ) {
        self.workbench = workbench
        self.limits = limits
        self.log = log
        router = Router(
            ServiceRoutes.all + DatasetRoutes.all + IonRoutes.all
                + JobRoutes.all)
    }

    /// Answers a request.
    public func respond(to request: HTTPRequest, body: RequestBody) -> HTTPResponse {
        do throws(APIError) {
            let found = try find(request)
            var response = try found.route.handle(exchange(request, body, found))
            if found.route.formats.count > 1 { response.headers.add("Vary", "Accept") }
            return finished(response, request)
        } catch {
            return answer(error, request)
        }
    }

    /// Refuses a body before it is sent, where the answer is known already.
    public func admit(_ request: HTTPRequest, declaredLength: Int?) -> Admission {
        do throws(APIError) {
            let body = try find(request).route.body
            try body.check(request, declaredLength: declaredLength, workbench, limits)
            return .body(limit: body.limit(limits))
        } catch {
            return .refused(answer(error, request))
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
        guard request.method == "GET" || request.method == "HEAD" else { return response }
        let marked = ContentCoding.marked(response, for: request)
        let answer = Conditional.apply(marked, to: request) { status, detail in
            let title = status == 416 ? "Range not satisfiable" : "Precondition failed"
            let slug = status == 416 ? "range" : "precondition-failed"
            return self.answer(
                Problem(status: status, slug: slug, title: title, detail: detail), request)
        }
        return Compression.apply(answer)
    }

    /// The answer for a failure that the HTTP layer found.
    public func problem(status: Int, detail: String, requestID: String) -> HTTPResponse {
        Problem(
            status: status, slug: "http-\(status)", title: StatusTitle.of(status), detail: detail,
            headers: status == 503 || status == 429 ? [("Retry-After", "1")] : []
        ).response(requestID: requestID, instance: nil)
    }

    /// The route of a request and the form of its answer.
    private struct Found {
        var route: Route
        var match: Route.Match
        var format: MediaType
    }

    private func exchange(
        _ request: HTTPRequest, _ body: RequestBody, _ found: Found
    ) -> Exchange {
        Exchange(
            request: request, body: body, workbench: workbench, caller: .local, limits: limits,
            captures: found.match.captures, format: found.format,
            formatIsBySuffix: found.match.suffix != nil,
            cache: cache,
            failure: { [self] in answer($0, request) })
    }

    /// Looks at who asks and for what; everything that can be said before the body is said here.
    private func find(_ request: HTTPRequest) throws(APIError) -> Found {
        if let refusal = OpenMode.refusal(request) { throw .problem(refusal) }
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
            let format = try Router.format(route, match, accept: request.headers["Accept"])
            return Found(route: route, match: match, format: format)
        case .otherMethods(let allowed):
            let list = allowed.joined(separator: ", ")
            if method == "OPTIONS" {
                throw .answered(
                    HTTPResponse(status: 204, headers: HTTPHeaders([("Allow", list)])))
            }
            throw .problem(
                Problem(
                    status: 405, slug: "method-not-allowed", title: "Method not allowed",
                    detail: "\(request.method) is not possible here; possible are \(list)",
                    headers: [("Allow", list)]))
        case .nothing:
            throw .problem(
                Problem(
                    status: 404, slug: "not-found", title: "Not found",
                    detail:
                        "there is no such resource; GET /v1 and /openapi.yaml list what there is"
                ))
        }
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
        problem.response(requestID: request.id, instance: request.path)
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
