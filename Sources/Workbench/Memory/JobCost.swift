import Bytes
import Jobs
import Store

/// What a job takes while it runs, as the scheduler counts it.
enum JobCost {
    /// Cores that a kind keeps busy: its loops use as many as are free and give way to others; these
    /// gain from a second one most of the time.
    static func cores(_ kind: JobKind) -> Int {
        switch kind {
        case .view, .representation: 2
        case .segmentation, .clustering, .embedding, .diff, .analysis: 1
        }
    }

    /// Whether a job is done in a few seconds, so that somebody may wait for it: k-means and means of
    /// nuclei, and layouts and markers of sections of usual size.
    static func isSmall(_ kind: JobKind, _ size: MemoryNeed.Size, method: String?) -> Bool {
        let values = Double(size.pixels) * Double(size.channels)
        return switch kind {
        case .clustering: method == "kmeans" && size.cells <= 20_000
        case .representation: method == "mean" && values <= 5e7
        case .embedding: size.cells <= 2000
        case .diff: values <= 5e7
        case .view, .segmentation, .analysis: false
        }
    }
}

extension Workbench {
    /// What a job whose inputs are done states before it starts; an analysis takes nothing.
    ///
    /// What cannot be told (an input whose result is damaged) counts as nothing: the job will say so
    /// itself when it runs.
    func statedNeed(of job: JobRecord, _ kind: JobKind) -> JobNeed {
        do {
            let input = try stageInput(job, kind)
            let size = try input.size()
            let memory = MemoryNeed.of(kind, size, input.parameters)
            return JobNeed(
                memory: memory?.bytes ?? 0, cores: JobCost.cores(kind),
                isSmall: JobCost.isSmall(kind, size, method: input.parameters["method"].string))
        } catch {
            return JobNeed(cores: JobCost.cores(kind))
        }
    }
}
