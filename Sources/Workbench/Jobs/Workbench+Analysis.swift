import Bytes
import Jobs
import Store

extension Workbench {
    /// Moves an analysis on: it runs while its parts run and ends when all have ended.
    ///
    /// - Returns: Whether it ended.
    func advance(
        analysis job: JobRecord, parts: [(role: String, job: JobRecord)]
    ) throws(WorkbenchError) -> Bool {
        let started = parts.contains { $0.job.state != .queued }
        if job.state == .queued, started {
            _ = try WorkbenchError.storing { () throws(StoreError) in try store.markRunning(job.id)
            }
            changed(job.id)
        }
        guard parts.allSatisfy({ $0.job.state.isFinal }) else { return false }
        let (summary, warnings, failure) = Self.outcome(parts)
        let provenance = try provenance(of: job)
        try WorkbenchError.storing { () throws(StoreError) in
            try store.finish(
                job.id, state: failure == nil ? .succeeded : .failed, error: failure?.text,
                warnings: warnings, provenance: provenance.text,
                artifacts: failure == nil ? [.json("summary", summary)] : [])
        }
        configuration.log(
            "job=\(job.id) kind=analysis owner=\(job.owner) "
                + (failure == nil ? "succeeded" : "failed"))
        metrics.ended(job.kind, failure == nil ? "succeeded" : "failed")
        changed(job.id)
        return true
    }

    /// What an analysis says of its parts: a part that only lacked cells is skipped, any other that
    /// gave no result fails the analysis.
    private static func outcome(
        _ parts: [(role: String, job: JobRecord)]
    ) -> (summary: JSON, warnings: [String], failure: JSON?) {
        var members: [JSON.Member] = []
        var warnings: [String] = []
        var failure: JSON?
        for kind in JobKind.parts {
            guard let part = parts.first(where: { $0.role == kind.rawValue })?.job else { continue }
            warnings += part.warnings.map { "\(kind.rawValue): \($0)" }
            var document: [JSON.Member] = [
                .init("job", .string(part.id)), .init("state", .string(part.state.rawValue)),
            ]
            if part.state != .succeeded {
                let error = part.errorJSON.map(parse) ?? .null
                if error["type"]?.string == JobFailure.tooFewCells {
                    document = [
                        .init("state", "skipped"), .init("reason", error["detail"] ?? .null),
                        .init("job", .string(part.id)),
                    ]
                } else if failure == nil {
                    failure =
                        JobFailure(
                            input: kind, job: part.id, state: part.state.rawValue, error: error
                        ).document
                }
            }
            members.append(.init(kind.rawValue, .object(document)))
        }
        return (["parts": .object(members)], warnings, failure)
    }
}
