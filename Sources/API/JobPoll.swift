import Bytes
import HTTP
import Workbench

/// An answer with a job's document that waits until the job's state is another one, or until the job
/// has ended, or the time is over; holds no thread meanwhile.
struct JobPoll: Sendable {
    let id: String
    /// The state the client is told of already.
    let state: String
    /// Whether to wait for the job's end, not only for another state.
    let waitsForEnd: Bool
    let watch: JobWatch
    let workbench: Workbench
    let identity: Identity
    let access: AccessControl
    let end: ContinuousClock.Instant
    /// Whether the job was there before.
    let reused: Bool
    /// The answer with a job's document, and whether the job has ended.
    let reply: @Sendable (JSON, Bool) -> HTTPResponse
    let failure: @Sendable (APIError) -> HTTPResponse

    /// The job's document, or the wish to be asked again.
    func answer() -> HTTPResponse { answer(isFirst: true) }

    private func answer(isFirst: Bool) -> HTTPResponse {
        // A wait does not outlive what let its client in.
        guard isFirst || access.isStillValid(identity) else {
            return failure(.problem(.unauthorized(.ended)))
        }
        do throws(WorkbenchError) {
            watch.reset()
            let job = try workbench.job(id, caller: identity.caller)
            let left = end - .now
            let isDone = job.isFinished || !waitsForEnd && job.stateName != state
            guard !isDone, left > .zero, !workbench.isStopping else {
                return reply(try workbench.document(job, reused: reused), job.isFinished)
            }
            return HTTPResponse(
                status: 202, headers: HTTPHeaders([("Location", "/v1/jobs/\(id)")]),
                body: .later(Wait(seconds: left.inSeconds) { watch.hasChanged }) {
                    answer(isFirst: false)
                }
            )
        } catch {
            return failure(.workbench(error))
        }
    }
}
