import Bytes
import HTTP
import Workbench

/// What an administrator and their tools look at.
enum OperationsRoutes {
    static let all: [Route] = [
        Route("GET", "metrics", access: .metrics, metrics),
        Route("GET", "v1/usage", formats: [.json], usage),
        Route("GET", "v1/admin/status", formats: [.json], access: .role(.admin), status),
    ]

    private static let metrics: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        var text = MetricsText()
        exchange.metrics.write(to: &text)
        exchange.workbench.writeMetrics(to: &text)
        return HTTPResponse(
            status: 200,
            headers: HTTPHeaders([
                ("Content-Type", "text/plain; version=0.0.4; charset=utf-8"),
                ("Cache-Control", "no-store"),
            ]), body: .bytes(Array(text.text.utf8)))
    }

    private static let usage: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        let query = try exchange.query("owner")
        let isAdmin = exchange.caller.role == .admin
        let asked = query.text("owner")
        if let asked, asked != exchange.caller.owner, !isAdmin {
            throw .workbench(.forbidden("only an admin sees what others have"))
        }
        let items = try using { () throws(WorkbenchError) in
            try exchange.workbench.usage(
                of: asked ?? (isAdmin ? nil : exchange.caller.owner),
                ownerBytes: exchange.limits.ownerBytes)
        }
        return Reply.document(["items": .array(items)])
    }

    private static let status: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        _ = try exchange.query()
        let status = try using { () throws(WorkbenchError) in try exchange.workbench.status() }
        return Reply.document(
            .object(
                (status.members ?? [])
                    + [.init("connections", .int(exchange.metrics.openConnections))]))
    }
}
