import Bytes
import HTTP
import Workbench

/// Jobs: make, watch, cancel, forget, and their results.
enum JobRoutes {
    static let all: [Route] = [
        Route("GET", "v1/jobs", formats: [.json], list),
        Route("POST", "v1/jobs", submit),
        Route("GET", "v1/jobs/{id}", formats: [.json], read),
        Route("DELETE", "v1/jobs/{id}", delete),
        Route("GET", "v1/jobs/{id}/events", JobEvents.stream),
        Route("POST", "v1/jobs/{id}/cancel", cancel),
        Route("PATCH", "v1/jobs/{id}/annotations", annotate),
        Route("GET", "v1/jobs/{id}/result", anyFormat: true, result),
        Route("GET", "v1/jobs/{id}/bundle", formats: [.zip], bundle),
        Route("GET", "v1/jobs/{id}/plots", formats: [.json], plots),
        Route("GET", "v1/jobs/{id}/plots/{name}", formats: [.png], plot),
    ]

    private static let list: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        let query = try exchange.query("dataset", "kind", "state", "limit", "cursor")
        let page = try using { () throws(WorkbenchError) in
            try exchange.workbench.jobPage(
                dataset: query.text("dataset"),
                kind: try query.choice("kind", Workbench.listedKinds),
                state: try query.choice("state", Workbench.jobStates), after: query.text("cursor"),
                limit: query.integer("limit", in: 1...500) ?? 50, caller: exchange.caller)
        }
        return Reply.page(
            page.items, next: Paging.next("/v1/jobs", exchange.request, cursor: page.next))
    }

    private static let submit: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        _ = try exchange.query()
        let body = try exchange.json()
        let request = try using { () throws(WorkbenchError) in try jobRequest(body, exchange) }
        let prefer = Prefer(exchange.request)
        let (job, created) = try using { () throws(WorkbenchError) in
            try exchange.workbench.submit(
                request, caller: exchange.caller, noting: exchange.note)
        }
        let headers = [("Location", "/v1/jobs/\(job.identifier)")] + applied(prefer)
        let wait = prefer.respondAsync ? 0 : Double(prefer.wait ?? 0)
        guard wait > 0 else {
            let document = try using { () throws(WorkbenchError) in
                try exchange.workbench.document(job, reused: !created)
            }
            return Self.document(
                document, isFinished: job.isFinished, status: created ? 202 : 200, headers: headers)
        }
        return JobPoll(
            id: job.identifier, state: job.stateName, waitsForEnd: true,
            watch: exchange.workbench.watch(job), workbench: exchange.workbench,
            identity: exchange.identity, access: exchange.access,
            end: .now + .seconds(min(wait, exchange.limits.waitSeconds)), reused: !created,
            reply: { document, isFinished in
                // What was waited for and is done is not on its way any more.
                Self.document(
                    document, isFinished: isFinished,
                    status: created && !isFinished ? 202 : 200, headers: headers)
            }, failure: exchange.failure
        ).answer()
    }

    /// `Preference-Applied` (RFC 7240 3).
    private static func applied(_ prefer: Prefer) -> [(String, String)] {
        if prefer.respondAsync { return [("Preference-Applied", "respond-async")] }
        return prefer.wait.map { [("Preference-Applied", "wait=\($0)")] } ?? []
    }

    private static func jobRequest(
        _ body: JSON, _ exchange: Exchange
    ) throws(WorkbenchError) -> JobRequest {
        guard let members = body.members else {
            throw .invalid([.init("", "expected an object with dataset and kind")])
        }
        let known = ["dataset", "kind", "parameters", "inputs", "priority", "notify"]
        var faults: [WorkbenchError.Fault] = []
        for member in members where !known.contains(member.name) {
            let near = Nearest.name(to: member.name, among: known)
            faults.append(
                .init(
                    "/\(member.name)",
                    near.map { "unknown member; did you mean \"\($0)\"?" }
                        ?? "unknown member; known are \(known.joined(separator: ", "))"))
        }
        for name in ["dataset", "kind"] where body[name]?.string == nil {
            faults.append(
                .init(
                    "/\(name)",
                    "expected \(name == "kind" ? "the name of a kind" : "the id of a dataset")"))
        }
        let priority = body["priority"]?.int ?? 0
        if body["priority"] != nil, body["priority"]?.int.map((-100...100).contains) != true {
            faults.append(.init("/priority", "expected a whole number from -100 to 100"))
        }
        if let target = body["notify"], target != .null, target.string == nil {
            faults.append(.init("/notify", "expected a URL http://host:port/path"))
        }
        guard faults.isEmpty, let dataset = body["dataset"]?.string, let kind = body["kind"]?.string
        else { throw .invalid(faults) }
        var request = JobRequest(
            dataset: dataset, kind: kind, parameters: body["parameters"] ?? .null,
            inputs: body["inputs"] ?? .null)
        request.priority = priority
        request.notify = body["notify"]?.string
        if let key = try RequestKeys.key(exchange.request) {
            var hash = SHA256()
            hash.update(body.canonical.encoded)
            request.idempotency = (key, hash.hexadecimal)
        }
        return request
    }

    private static let read: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        let query = try exchange.query("wait")
        let prefer = Prefer(exchange.request)
        let id = exchange.capture("id")
        let job = try using { () throws(WorkbenchError) in
            try exchange.workbench.job(id, caller: exchange.caller)
        }
        let asked = try using { () throws(WorkbenchError) in
            try query.number("wait", in: 0...1e9)
        }
        let applied = prefer.wait == nil ? [] : applied(prefer)
        let wait = asked ?? prefer.wait.map(Double.init) ?? 0
        guard wait > 0, !job.isFinished else {
            let document = try using { () throws(WorkbenchError) in
                try exchange.workbench.document(job)
            }
            var response = Self.document(
                document, isFinished: job.isFinished, headers: applied)
            // What is on its way is not in the store alone.
            if job.isFinished { response.mayRepeat = exchange.mayRepeat }
            return response
        }
        return JobPoll(
            id: id, state: job.stateName, waitsForEnd: false,
            watch: exchange.workbench.watch(job), workbench: exchange.workbench,
            identity: exchange.identity, access: exchange.access,
            end: .now + .seconds(min(wait, exchange.limits.waitSeconds)), reused: false,
            reply: { document, isFinished in
                Self.document(document, isFinished: isFinished, headers: applied)
            }, failure: exchange.failure
        ).answer()
    }

    /// The answer with a job's document.
    private static func document(
        _ document: JSON, isFinished: Bool, status: Int = 200, headers: [(String, String)]
    ) -> HTTPResponse {
        Reply.document(
            document, status: status,
            headers: (isFinished ? [] : [("Retry-After", "1")]) + headers)
    }

    private static let delete: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        let query = try exchange.query("cascade")
        try checkMatch(exchange)
        try using { () throws(WorkbenchError) in
            try exchange.workbench.deleteJob(
                exchange.capture("id"), cascade: try query.flag("cascade") ?? false,
                caller: exchange.caller)
        }
        return Reply.noContent
    }

    /// Refuses a change of a job that is not in the state the client has read.
    private static func checkMatch(_ exchange: Exchange) throws(APIError) {
        guard exchange.request.headers["If-Match"] != nil else { return }
        let document = try using { () throws(WorkbenchError) in
            try exchange.workbench.document(
                try exchange.workbench.job(exchange.capture("id"), caller: exchange.caller))
        }
        guard Conditional.ifMatchAllows(exchange.request, etag: Reply.etag(document.pretty)) else {
            throw .problem(
                Problem(
                    status: 412, slug: "precondition-failed", title: "Precondition failed",
                    detail: "the job has changed since; read it again"))
        }
    }

    private static let cancel: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        _ = try exchange.query()
        return Reply.document(
            try using { () throws(WorkbenchError) in
                try exchange.workbench.document(
                    try exchange.workbench.cancel(
                        exchange.capture("id"), caller: exchange.caller, noting: exchange.note))
            })
    }

    private static let annotate: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        _ = try exchange.query()
        let body = try exchange.json()
        try checkMatch(exchange)
        return Reply.document(
            try using { () throws(WorkbenchError) in
                try exchange.workbench.document(
                    try exchange.workbench.annotate(
                        exchange.capture("id"), body, caller: exchange.caller))
            })
    }

    private static let result: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        let query = try exchange.query("ion")
        if let dataset = try imported(exchange) { return dataset }
        var response = try using { () throws(WorkbenchError) in
            let job = try exchange.workbench.job(exchange.capture("id"), caller: exchange.caller)
            var options = Workbench.ResultOptions()
            options.ion = query.text("ion")
            let type = try format(exchange, offered: exchange.workbench.formats(of: job))
            exchange.workbench.noteUse(of: job)
            let content = try exchange.workbench.content(
                job, format: type.rawValue, options: options)
            // Figures, the report and the archives carry names that people may change.
            let named: [MediaType] = [.html, .geojson, .annData, .spatialData]
            let changes = type == .png && job.kindName != "view" || named.contains(type)
            switch content {
            case .bytes(let bytes):
                return changes ? Reply.mutable(bytes, type) : Reply.immutable(bytes, type)
            case .file:
                return try Reply.download(
                    content, type, name: exchange.workbench.fileName(of: job), changes: changes)
            }
        }
        response.headers.add("Vary", "Accept")
        return response
    }

    /// What an import has made: the dataset's document.
    private static func imported(_ exchange: Exchange) throws(APIError) -> HTTPResponse? {
        let job = try using { () throws(WorkbenchError) in
            try exchange.workbench.job(exchange.capture("id"), caller: exchange.caller)
        }
        guard job.isImport else { return nil }
        let dataset = try using { () throws(WorkbenchError) in
            let dataset = try exchange.workbench.imported(by: job, caller: exchange.caller)
            let offered = [MediaType.json.rawValue]
            guard try offered.contains(format(exchange, offered: offered).rawValue) else {
                throw .notAcceptable("an import's result is a document", available: offered)
            }
            return dataset
        }
        return Reply.document(
            dataset.document,
            headers: [("Content-Location", "/v1/datasets/\(dataset.identifier)")],
            etag: dataset.etag)
    }

    private static let bundle: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        _ = try exchange.query()
        return try using { () throws(WorkbenchError) in
            let job = try exchange.workbench.job(exchange.capture("id"), caller: exchange.caller)
            exchange.workbench.noteUse(of: job)
            return try Reply.download(
                try exchange.workbench.bundle(job), .zip,
                name: exchange.workbench.fileName(of: job), changes: true)
        }
    }

    /// The form asked for by suffix or `Accept`, among those of the job's kind.
    private static func format(
        _ exchange: Exchange, offered: [String]
    ) throws(WorkbenchError) -> MediaType {
        let types = offered.compactMap(MediaType.init(rawValue:))
        if exchange.formatIsBySuffix { return exchange.format }
        guard let accept = exchange.request.headers["Accept"] else { return types.first ?? .json }
        guard let chosen = Negotiation.best(of: types.map(\.essence), accept: accept),
            let type = types.first(where: { $0.essence == chosen })
        else {
            throw .notAcceptable("none of the types in Accept can be given", available: offered)
        }
        return type
    }

    private static let plots: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        _ = try exchange.query()
        let id = exchange.capture("id")
        let names = try using { () throws(WorkbenchError) in
            try exchange.workbench.plotNames(
                of: try exchange.workbench.job(id, caller: exchange.caller))
        }
        let items = names.map { name -> JSON in
            ["name": .string(name), "href": .string("/v1/jobs/\(id)/plots/\(name).png")]
        }
        return Reply.document(["plots": .array(items)])
    }

    private static let plot: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        _ = try exchange.query()
        let bytes = try using { () throws(WorkbenchError) in
            try exchange.workbench.plot(
                try exchange.workbench.job(exchange.capture("id"), caller: exchange.caller),
                name: exchange.capture("name"))
        }
        return Reply.mutable(bytes, .png)
    }
}
