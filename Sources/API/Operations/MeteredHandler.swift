public import HTTP
import Workbench

/// A handler that counts what another one answers.
public struct MeteredHandler: HTTPHandler {
    private let handler: SEAMHandler
    private let metrics: ServiceMetrics
    private let names: RouteNames

    /// Counts the answers of `handler` in its metrics.
    public init(_ handler: SEAMHandler) {
        self.handler = handler
        metrics = handler.metrics
        names = RouteNames(SEAMHandler.routes)
    }

    /// Answers as the other handler does.
    public func respond(to request: HTTPRequest, body: RequestBody) -> HTTPResponse {
        metered(request, spent: 0) { handler.respond(to: request, body: body) }
    }

    /// Answers as the other handler does.
    public func answerAtOnce(_ request: HTTPRequest) -> HTTPResponse? {
        let begun = ContinuousClock.now
        guard var response = handler.answerAtOnce(request) else { return nil }
        countRepeats(of: &response, request)
        count(request, response.status, (ContinuousClock.now - begun).inSeconds)
        return response
    }

    /// Admits as the other handler does; a refusal is an answer.
    public func admit(_ request: HTTPRequest, declaredLength: Int?) -> Admission {
        let begun = ContinuousClock.now
        let admission = handler.admit(request, declaredLength: declaredLength)
        if case .refused(let response) = admission {
            count(request, response.status, (ContinuousClock.now - begun).inSeconds)
        }
        return admission
    }

    /// Answers as the other handler does.
    public func problem(status: Int, detail: String, requestID: String) -> HTTPResponse {
        metrics.observe(route: "none", method: "other", status: status, seconds: 0)
        return handler.problem(status: status, detail: detail, requestID: requestID)
    }

    /// An answer that comes later is counted when it comes, with the time spent on it so far.
    private func metered(
        _ request: HTTPRequest, spent: Double, _ answer: () -> HTTPResponse
    ) -> HTTPResponse {
        let begun = ContinuousClock.now
        var response = answer()
        countRepeats(of: &response, request)
        let spent = spent + (ContinuousClock.now - begun).inSeconds
        guard case .later(let wait, let again) = response.body else {
            count(request, response.status, spent)
            return response
        }
        response.body = .later(wait) { metered(request, spent: spent, again) }
        return response
    }

    /// What the loop gives again, without this handler, is counted then.
    private func countRepeats(of response: inout HTTPResponse, _ request: HTTPRequest) {
        guard response.mayRepeat != nil else { return }
        let (status, onRepeat) = (response.status, response.onRepeat)
        response.onRepeat = { id in
            count(request, status, 0)
            onRepeat?(id)
        }
    }

    private func count(_ request: HTTPRequest, _ status: Int, _ seconds: Double) {
        metrics.observe(
            route: names.name(request.segments), method: request.method, status: status,
            seconds: seconds)
    }
}
