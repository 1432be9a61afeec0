import HTTP
import Workbench

/// `GET /v1/jobs/{id}?wait=`: answers when the job's state is another one, or the time is over.
struct JobPoll: Sendable {
    let id: String
    /// The state the client is told of already.
    let state: String
    let watch: JobWatch
    let workbench: Workbench
    let caller: Caller
    let end: ContinuousClock.Instant
    let failure: @Sendable (APIError) -> HTTPResponse

    /// The job's document, or the wish to be asked again; holds no thread meanwhile.
    func answer() -> HTTPResponse {
        do throws(WorkbenchError) {
            watch.reset()
            let job = try workbench.job(id, caller: caller)
            let left = end - .now
            guard job.stateName == state, left > .zero, !workbench.isStopping else {
                return JobRoutes.document(
                    try workbench.document(job), isFinished: job.isFinished)
            }
            let seconds =
                Double(left.components.seconds) + Double(left.components.attoseconds) * 1e-18
            return HTTPResponse(
                status: 200,
                body: .later(Wait(seconds: seconds) { watch.hasChanged }) { answer() })
        } catch {
            return failure(.workbench(error))
        }
    }
}
