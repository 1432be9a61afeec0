import Bytes
import HTTP
import Workbench

/// The progress of a job as server-sent events (WHATWG HTML 9.2).
enum JobEvents {
    /// Sends the job's document at once, at every change (at most twice a second), and at the end.
    static let stream: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        _ = try exchange.query()
        let workbench = exchange.workbench
        let caller = exchange.caller
        let (access, identity) = (exchange.access, exchange.identity)
        let job = try using { () throws(WorkbenchError) in
            try workbench.job(exchange.capture("id"), caller: caller)
        }
        let id = job.identifier
        let headers = HTTPHeaders([
            ("Content-Type", "text/event-stream"), ("Cache-Control", "no-cache"),
            ("X-Accel-Buffering", "no"),
        ])
        return HTTPResponse(
            status: 200, headers: headers,
            body: .stream { out in
                var last: [UInt8] = []
                var silent = 0
                while !out.isClosed, !workbench.isStopping, access.isStillValid(identity) {
                    let job = try workbench.job(id, caller: caller)
                    let document = try workbench.document(job).encoded
                    if document != last {
                        try out.write(
                            Array("event: \(job.isFinished ? "end" : "progress")\ndata: ".utf8)
                                + document + Array("\n\n".utf8))
                        last = document
                        silent = 0
                    } else if silent >= 30 {
                        try out.write(Array(": alive\n\n".utf8))
                        silent = 0
                    }
                    if job.isFinished { return }
                    workbench.waitForState(of: job, seconds: 0.5)
                    silent += 1
                }
            })
    }
}
