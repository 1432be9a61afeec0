import Dispatch
import Jobs
import SEAMCore
import Store

extension Workbench {
    /// Looks every few seconds whether running jobs report progress and keep to their time.
    func watchOver() {
        DispatchQueue.global(qos: .utility).asyncAfter(deadline: .now() + 5) { [weak self] in
            guard let self, !isStopping else { return }
            lookAfterJobs()
            watchOver()
        }
    }

    private func lookAfterJobs() {
        let found = pool.check(
            stall: configuration.stallSeconds, patience: configuration.abandonSeconds)
        for (id, reason) in found.told {
            metrics.told(toEndForSilence: reason == .stalled)
            configuration.log(
                "job=\(id) is told to end: \(reason == .stalled ? "no progress" : "out of time")")
        }
        for (id, reason) in found.abandoned {
            configuration.log("job=\(id) did not end and is given up; its memory stays taken")
            guard let job = try? store.job(id), job.state == .running else { continue }
            end(job, run: job.run, reason, .analysis(.cancelled))
            changed(id)
            scheduleAround(id)
        }
    }
}
