import HTTP
import Workbench

/// The audit, for admins.
enum AuditRoutes {
    static let all: [Route] = [
        Route("GET", "v1/audit", formats: [.json], access: .role(.admin), list)
    ]

    private static let list: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        let query = try exchange.query("owner", "limit", "cursor")
        let page = try using { () throws(WorkbenchError) in
            try exchange.access.auditPage(
                owner: query.text("owner"), after: query.text("cursor"),
                limit: query.integer("limit", in: 1...500) ?? 50)
        }
        return Reply.page(
            page.items, next: Paging.next("/v1/audit", exchange.request, cursor: page.next))
    }
}
