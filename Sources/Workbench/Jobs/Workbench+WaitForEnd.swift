import Dispatch
public import Store

extension Workbench {
    /// Waits until a job has ended, at most `seconds`, and returns the job as it is then.
    public func waitForEnd(
        of job: JobRecord, seconds: Double, caller: Caller
    ) throws(WorkbenchError) -> JobRecord {
        let deadline = DispatchTime.now() + seconds
        var job = job
        while !job.state.isFinal, !isStopping, DispatchTime.now() < deadline {
            let left = Double(deadline.uptimeNanoseconds - DispatchTime.now().uptimeNanoseconds)
            waitForState(of: job, seconds: max(0, left / 1e9))
            job = try self.job(job.id, caller: caller)
        }
        return job
    }
}
