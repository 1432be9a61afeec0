import Synchronization

extension Store {
    /// Remembers how far a running job has come; in memory only, nothing is written.
    public func updateProgress(_ id: String, fraction: Double, stage: String, message: String) {
        let new = StoredProgress(
            fraction: min(max(fraction.isNaN ? 0 : fraction, 0), 1), stage: stage, message: message)
        progress.withLock { $0[id] = new }
    }

    /// The jobs with what is remembered of their progress, those that run.
    func withProgress(_ jobs: [JobRecord]) -> [JobRecord] {
        progress.withLock { progress in
            guard !progress.isEmpty else { return jobs }
            return jobs.map { job in
                guard job.state == .running, let known = progress[job.id] else { return job }
                var job = job
                job.progress = known
                return job
            }
        }
    }

    /// Forgets the progress of jobs that no longer run.
    func forgetProgress(_ ids: [String]) {
        progress.withLock { progress in
            for id in ids { progress[id] = nil }
        }
    }
}
