import Bytes
import HTTP
import Synchronization
import Workbench

/// The progress of a job as server-sent events (WHATWG HTML 9.2).
enum JobEvents {
    /// Sends the job's document at once, at every change (at most twice a second), and at the end.
    static let stream: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        _ = try exchange.query()
        let job = try using { () throws(WorkbenchError) in
            try exchange.workbench.job(exchange.capture("id"), caller: exchange.caller)
        }
        let id = job.identifier
        let watch = exchange.workbench.watch(job)
        let headers = HTTPHeaders([
            ("Content-Type", "text/event-stream"), ("Cache-Control", "no-cache"),
            ("X-Accel-Buffering", "no"),
        ])
        let (access, identity) = (exchange.access, exchange.identity)
        let progress = Mutex(Progress())
        return HTTPResponse(
            status: 200, headers: headers,
            body: .pieces(
                Pieces { [workbench = exchange.workbench, caller = exchange.caller] isStopping in
                    if isStopping || workbench.isStopping { return .end }
                    if progress.withLock({ $0.hasEnded }) { return .end }
                    // A stream does not outlive what let its reader in.
                    guard access.isStillValid(identity) else { return .end }
                    watch.reset()
                    let job = try workbench.job(id, caller: caller)
                    let document = try workbench.document(job).encoded
                    let event = progress.withLock { $0.event(document, isLast: job.isFinished) }
                    guard let event else {
                        return .wait(Wait(seconds: 0.5) { watch.hasChanged })
                    }
                    return .bytes(event)
                }))
    }

    /// What has been told of a job.
    private struct Progress {
        private var last: [UInt8] = []
        private var silent = 0
        private(set) var hasEnded = false

        /// The event of a document, if it says something new, or a sign of life about every 15 s.
        mutating func event(_ document: [UInt8], isLast: Bool) -> [UInt8]? {
            guard document == last else {
                (last, silent, hasEnded) = (document, 0, isLast)
                return Array("event: \(isLast ? "end" : "progress")\ndata: ".utf8) + document
                    + Array("\n\n".utf8)
            }
            silent += 1
            guard silent >= 30 else { return nil }
            silent = 0
            return Array(": alive\n\n".utf8)
        }
    }
}
