import Bytes
import HTTP
import Ingest
import Workbench

/// An error as a client sees it: a problem document (RFC 9457).
struct Problem {
    var status: Int
    /// The last part of `type`, `/errors/{slug}`.
    var slug: String
    var title: String
    var detail: String
    var errors: [JSON] = []
    var extra: [JSON.Member] = []
    var headers: [(String, String)] = []

    /// The response.
    func response(requestID: String, instance: String?) -> HTTPResponse {
        var members: [JSON.Member] = [
            .init("type", .string("/errors/\(slug)")), .init("title", .string(title)),
            .init("status", .int(status)), .init("detail", .string(detail)),
        ]
        if let instance { members.append(.init("instance", .string(instance))) }
        members.append(.init("request_id", .string(requestID)))
        if !errors.isEmpty { members.append(.init("errors", .array(errors))) }
        members += extra
        var all = HTTPHeaders([
            ("Content-Type", "application/problem+json"), ("Cache-Control", "no-store"),
        ])
        for (name, value) in headers { all.add(name, value) }
        return HTTPResponse(
            status: status, headers: all, body: .bytes(JSON.object(members).pretty))
    }
}

extension Problem {
    /// The one table from the errors of the use cases to statuses.
    init(_ error: WorkbenchError) {
        switch error {
        case .notFound(let detail):
            self.init(status: 404, slug: "not-found", title: "Not found", detail: detail)
        case .invalid(let faults):
            self.init(
                status: 422, slug: "invalid-body", title: "A value cannot be accepted",
                detail: Self.summary(faults), errors: Self.places(faults, "pointer"))
        case .badQuery(let faults):
            self.init(
                status: 400, slug: "bad-query", title: "A query parameter cannot be accepted",
                detail: Self.summary(faults), errors: Self.places(faults, "parameter"))
        case .conflict(let detail, let jobs):
            self.init(
                status: 409, slug: "conflict", title: "Not in the present state", detail: detail)
            if !jobs.isEmpty {
                extra = [.init("jobs", .array(jobs.map { .string($0) }))]
            }
        case .noResult(let job, let state, let detail):
            self.init(
                status: 409, slug: "no-result", title: "The job has no result", detail: detail)
            extra = [.init("job", .string(job)), .init("state", .string(state))]
            if state == "queued" || state == "running" { headers = [("Retry-After", "2")] }
        case .forbidden(let detail):
            self.init(status: 403, slug: "forbidden", title: "Not allowed", detail: detail)
        case .notAcceptable(let detail, let available):
            self.init(
                status: 406, slug: "not-acceptable", title: "No such representation",
                detail: detail)
            extra = [.init("available", .array(available.map { .string($0) }))]
        case .badUpload(let error): self.init(error)
        case .tooLarge(let detail):
            self.init(status: 413, slug: "too-large", title: "Too large", detail: detail)
        case .storageFull(let detail):
            self.init(
                status: 507, slug: "no-room", title: "No room", detail: detail,
                headers: [("Retry-After", "60")])
        case .damaged(let detail):
            self.init(
                status: 500, slug: "damaged-data", title: "Stored data are damaged", detail: detail)
        case .failed:
            self.init(
                status: 500, slug: "internal", title: "Internal error",
                detail: "the service failed; its log has the cause under the request's id")
        case .queueFull(let detail, let seconds):
            self.init(
                status: 429, slug: "queue-full", title: "Too many jobs in the queue",
                detail: detail, headers: [("Retry-After", "\(seconds)")])
        case .notReady(let detail):
            self.init(
                status: 503, slug: "not-ready", title: "Not ready to take work", detail: detail,
                headers: [("Retry-After", "5")])
        case .stopping:
            self.init(
                status: 503, slug: "stopping", title: "The service is going down",
                detail: "try again in a moment", headers: [("Retry-After", "5")])
        }
    }

    private init(_ error: ImportError) {
        switch error.kind {
        case .malformed:
            self.init(
                status: 422, slug: "bad-upload", title: "The upload cannot be read",
                detail: error.detail)
        case .unsupported:
            self.init(
                status: 415, slug: "unsupported-format", title: "The format is not supported",
                detail: error.detail)
        case .tooLarge:
            self.init(
                status: 413, slug: "too-large", title: "Too large", detail: error.detail)
        case .cancelled: self.init(WorkbenchError.stopping)
        case .noRoom: self.init(WorkbenchError.storageFull(error.detail))
        case .unreadable:
            self.init(WorkbenchError.failed(error.description))
            return
        }
        errors = error.places.map { place in
            var members: [JSON.Member] = [.init("file", .string(place.file))]
            if let line = place.line { members.append(.init("line", .int(line))) }
            members.append(.init("detail", .string(place.detail)))
            return .object(members)
        }
    }

    private static func summary(_ faults: [WorkbenchError.Fault]) -> String {
        faults.prefix(3).map { $0.place.isEmpty ? $0.detail : "\($0.place): \($0.detail)" }
            .joined(separator: "; ")
    }

    private static func places(_ faults: [WorkbenchError.Fault], _ key: String) -> [JSON] {
        faults.map { [JSON.Member(key, .string($0.place)), .init("detail", .string($0.detail))] }
            .map { .object($0) }
    }
}
