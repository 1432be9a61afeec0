import HTTP
import Synchronization
import Workbench

/// Counts of requests and of what serves them, since the process began.
public final class ServiceMetrics: Sendable {
    private struct Key: Hashable {
        var route: String
        var method: String
        var status: Int
    }

    private struct State {
        var requests: [Key: Int] = [:]
        var times: [String: Histogram] = [:]
    }

    private let state = Mutex(State())
    private let connections = Mutex<(@Sendable () -> Int)?>(nil)
    private let cacheHits = Atomic<Int>(0)
    private let cacheMisses = Atomic<Int>(0)

    /// Nothing counted yet.
    public init() {}

    /// Takes the number of open connections from here on.
    public func countConnections(_ count: @escaping @Sendable () -> Int) {
        connections.withLock { $0 = count }
    }

    /// Connections that are open now; 0 where nobody tells.
    public var openConnections: Int { connections.withLock { $0 }?() ?? 0 }

    /// A request to a route was answered after so many seconds of work.
    func observe(route: String, method: String, status: Int, seconds: Double) {
        let known = Self.methods.contains(method) ? method : "other"
        state.withLock { state in
            state.requests[Key(route: route, method: known, status: status), default: 0] += 1
            state.times[route, default: .ofRequests].observe(seconds)
        }
    }

    private static let methods: Set = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS",
    ]

    /// An answer was looked for among those kept.
    func looked(found: Bool) {
        if found {
            cacheHits.add(1, ordering: .relaxed)
        } else {
            cacheMisses.add(1, ordering: .relaxed)
        }
    }

    /// Writes what was counted.
    func write(to text: inout MetricsText) {
        let state = state.withLock { $0 }
        text.begin(
            "seam_http_requests_total", .counter, "Answered requests by route, method and status.")
        for (key, count) in state.requests.sorted(by: {
            ($0.key.route, $0.key.method, $0.key.status)
                < ($1.key.route, $1.key.method, $1.key.status)
        }) {
            text.add(
                "seam_http_requests_total",
                [("route", key.route), ("method", key.method), ("status", String(key.status))],
                count)
        }
        text.begin(
            "seam_http_request_duration_seconds", .histogram,
            "Time of work on requests by route, without waiting for ?wait= and for clients.")
        for (route, histogram) in state.times.sorted(by: { $0.key < $1.key }) {
            text.add("seam_http_request_duration_seconds", [("route", route)], histogram)
        }
        text.single(
            "seam_http_connections", .gauge, "Open connections.", openConnections)
        text.single(
            "seam_answer_cache_hits_total", .counter, "Answers that were there already.",
            cacheHits.load(ordering: .relaxed))
        text.single(
            "seam_answer_cache_misses_total", .counter, "Answers that had to be made.",
            cacheMisses.load(ordering: .relaxed))
    }
}
