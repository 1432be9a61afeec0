import Bytes
import HTTP
import Synchronization
import Workbench

/// `Idempotency-Key` of requests whose body is long: a retry is answered by what the first one made.
final class RequestKeys: Sendable {
    private let inFlight = Mutex<Set<String>>([])

    /// The key of a request, or nil.
    ///
    /// - Throws: 400 for one that is empty or too long.
    static func key(_ request: HTTPRequest) throws(WorkbenchError) -> String? {
        guard let key = request.headers["Idempotency-Key"] else { return nil }
        guard !key.isEmpty, key.utf8.count <= 200 else {
            throw .badQuery([.init("Idempotency-Key", "expected 1 to 200 bytes")])
        }
        return key
    }

    /// Runs `body` while no other request of this owner with this key to this resource runs.
    ///
    /// - Throws: 409 where one does.
    func alone<Value>(
        _ key: String?, _ exchange: Exchange, _ resource: String,
        _ body: () throws(APIError) -> Value
    ) throws(APIError) -> Value {
        guard let key else { return try body() }
        let name = [exchange.caller.owner, resource, key].joined(separator: "\n")
        guard inFlight.withLock({ $0.insert(name).inserted }) else {
            throw .problem(
                Problem(
                    status: 409, slug: "in-flight", title: "The same request is under way",
                    detail: "a request with this Idempotency-Key is not answered yet",
                    headers: [("Retry-After", "1")]))
        }
        defer { _ = inFlight.withLock { $0.remove(name) } }
        return try body()
    }

    /// A hash of what makes a request the same as another.
    static func hash(_ parts: [String]) -> String {
        SHA256.hexadecimal(of: Array(parts.map { "\($0.utf8.count):\($0)" }.joined().utf8))
    }
}
