public import Bytes
import Foundation
import Jobs
public import Store

extension Workbench {
    /// A job as the API shows it.
    ///
    /// - Parameter reused: Whether the request that asks was answered by a job that was there.
    public func document(_ job: JobRecord, reused: Bool = false) throws(WorkbenchError) -> JSON {
        let path = "/v1/jobs/\(job.id)"
        let upstream = try upstream(of: job)
        let inputs = JobKind.allCases.compactMap { kind in
            upstream[kind].map { JSON.Member(kind.rawValue, .string($0.id)) }
        }
        var links: [JSON.Member] = [
            .init("self", .string(path)), .init("events", .string(path + "/events")),
        ]
        if let dataset = job.dataset {
            links.append(.init("dataset", .string("/v1/datasets/\(dataset)")))
        }
        if job.state == .succeeded {
            links.append(.init("result", .string(path + "/result")))
            if job.kind != ImportJob.kind {
                links.append(.init("plots", .string(path + "/plots")))
            }
        }
        let provenance = job.provenanceJSON.map(Self.parse)
        return [
            "id": .string(job.id), "kind": .string(job.kind), "dataset": .optional(job.dataset),
            "owner": .string(job.owner), "priority": .int(job.priority),
            "parameters": Self.parse(job.parametersJSON),
            "inputs": .object(inputs), "state": .string(job.state.rawValue),
            "progress": try progress(job, parts: upstream),
            "attempts": .int(job.attempts), "interruptions": .int(job.interruptions),
            "error": job.errorJSON.map(Self.parse) ?? .null,
            "warnings": .array(job.warnings.map { .string($0) }),
            "cached": .bool(reused && job.state == .succeeded),
            "submitted_at": .string(job.submittedAt), "started_at": .optional(job.startedAt),
            "finished_at": .optional(job.finishedAt),
            "memory_bytes": provenance?["memory_bytes"] ?? .null,
            "provenance": Self.shown(provenance),
            "annotations": job.annotationsJSON.map(Self.parse) ?? .null,
            "links": .object(links),
        ]
    }

    /// The provenance as the contract has it: the pixel size is kept for the result's tables only, the
    /// memory is a member of its own.
    private static func shown(_ provenance: JSON?) -> JSON {
        guard let members = provenance?.members else { return .null }
        return .object(members.filter { !["pixel_size_um", "memory_bytes"].contains($0.name) })
    }

    static func parse(_ text: String) -> JSON { (try? JSON.parse(Array(text.utf8))) ?? .null }

    /// `{fraction, stage, message, eta_s}`.
    private func progress(
        _ job: JobRecord, parts: [JobKind: JobRecord]
    ) throws(WorkbenchError) -> JSON {
        switch job.state {
        case .succeeded: return Self.progress(1, "done", "")
        case .failed, .cancelled:
            return Self.progress(job.progress.fraction, job.progress.stage, job.progress.message)
        case .queued, .running: break
        }
        if job.kind == JobKind.analysis.rawValue { return analysisProgress(job, parts) }
        if let now = pool.progress(job.id) {
            return Self.progress(
                now.fraction, now.stage.isEmpty ? job.kind : now.stage, now.message,
                now.etaSeconds)
        }
        let waiting = parts.values.contains { !$0.state.isFinal }
        return Self.progress(
            0, "queued", waiting ? "waiting for its inputs" : "waiting for a worker")
    }

    private static func progress(
        _ fraction: Double, _ stage: String, _ message: String, _ eta: Double? = nil
    ) -> JSON {
        [
            "fraction": .double((fraction * 1e4).rounded() / 1e4), "stage": .string(stage),
            "message": .string(message), "eta_s": .optional(eta.map { ($0 * 10).rounded() / 10 }),
        ]
    }

    private static func date(_ text: String) -> Date? {
        try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text)
    }

    /// The share of an analysis's time that each part takes on a usual section.
    private static let weights: [JobKind: Double] = [
        .view: 0.45, .segmentation: 0.08, .representation: 0.35, .clustering: 0.05,
        .embedding: 0.02, .diff: 0.05,
    ]

    private func analysisProgress(_ job: JobRecord, _ parts: [JobKind: JobRecord]) -> JSON {
        var done = 0.0
        var stages: [String] = []
        var messages: [String] = []
        for kind in JobKind.parts {
            guard let part = parts[kind], let weight = Self.weights[kind] else { continue }
            if part.state.isFinal {
                done += weight
            } else if let now = pool.progress(part.id) {
                done += weight * now.fraction
                stages.append(kind.rawValue)
                if !now.message.isEmpty { messages.append("\(kind.rawValue): \(now.message)") }
            }
        }
        var eta: Double?
        if let start = job.startedAt.flatMap(Self.date), done > 0.02 {
            eta = max(0, -start.timeIntervalSinceNow * (1 - done) / done)
        }
        return Self.progress(
            min(done, 0.999), stages.isEmpty ? "queued" : stages.joined(separator: ", "),
            messages.joined(separator: "; "), eta)
    }
}
