import Bytes
import Foundation
import Jobs
import SEAMCore

/// Why a job failed, as its document shows it and as the scheduler needs to know it.
struct JobFailure {
    /// The error document: type, title, detail and what belongs to it.
    var document: JSON
    /// Whether trying again may help.
    var retryable: Bool

    /// The type of a failure that only says that the tissue has too few cells.
    static let tooFewCells = "/errors/too-few-cells"

    init(document: JSON, retryable: Bool) {
        (self.document, self.retryable) = (document, retryable)
    }

    init(_ failure: StageFailure) {
        switch failure {
        case .analysis(let error): self.init(error)
        case .workbench(let error): self.init(error)
        }
    }

    private init(_ error: AnalysisError) {
        retryable = false
        switch error {
        case .tooFewCells(let found, let needed):
            document = [
                "type": .string(Self.tooFewCells), "title": "Too few cells",
                "detail": .string(
                    "the segmentation has \(found) cells, at least \(needed) are needed"),
                "found": .int(found), "needed": .int(needed),
            ]
        case .badParameter(let name, let detail):
            document = [
                "type": "/errors/invalid-parameter", "title": "A parameter does not fit the data",
                "detail": .string("\(name): \(detail)"), "parameter": .string(name),
            ]
        case .unsuitableData(let detail):
            document = [
                "type": "/errors/unsuitable-data", "title": "The data do not allow this",
                "detail": .string(detail),
            ]
        case .cancelled:
            document = [
                "type": "/errors/cancelled", "title": "Cancelled",
                "detail": "the job was cancelled",
            ]
        }
    }

    private init(_ error: WorkbenchError) {
        switch error {
        case .storageFull(let detail):
            retryable = true
            document = [
                "type": "/errors/no-room", "title": "No room", "detail": .string(detail),
            ]
        case .damaged(let detail):
            retryable = false
            document = [
                "type": "/errors/damaged-data", "title": "Stored data are damaged",
                "detail": .string(detail),
            ]
        case .invalid(let faults):
            retryable = false
            document = [
                "type": "/errors/invalid-parameter", "title": "A parameter does not fit the data",
                "detail": .string(
                    faults.map { "\($0.place): \($0.detail)" }.joined(separator: "; ")),
            ]
        default:
            retryable = true
            document = [
                "type": "/errors/internal", "title": "Internal error",
                "detail":
                    "the stage failed by no fault of the data; the server's log has the cause",
            ]
        }
    }

    /// A failure because the job can never get the memory it needs.
    init(needs bytes: Int, budget: Int) {
        retryable = false
        func megabytes(_ bytes: Int) -> String { "\((bytes / 1_000_000).formatted()) MB" }
        document = [
            "type": "/errors/too-much-memory", "title": "More memory than there is",
            "detail": .string(
                "the job needs \(megabytes(bytes)) of memory, all jobs together may take "
                    + "\(megabytes(budget)); choose fewer channels, or a machine with more memory"),
            "memory_bytes": .int(bytes), "budget_bytes": .int(budget),
        ]
    }

    /// A failure because the job was told to end for its own sake; nil for other reasons.
    init?(_ reason: StopReason, seconds: Double?) {
        switch reason {
        case .deadline:
            retryable = false
            document = [
                "type": "/errors/deadline", "title": "Out of time",
                "detail": .string(
                    "the job ran longer than its kind may"
                        + (seconds.map { ", \(Int($0.rounded())) s" } ?? "")),
            ]
        case .stalled:
            retryable = true
            document = [
                "type": "/errors/stalled", "title": "Stopped making progress",
                "detail": "the job reported no progress for too long and was ended",
            ]
        case .none, .requested, .stopping: return nil
        }
    }

    /// A failure because an input has no result.
    init(input kind: JobKind, job: String, state: String, error: JSON?) {
        retryable = false
        if let error, error["type"]?.string == Self.tooFewCells {
            document = error
            return
        }
        let cause = error?["detail"]?.string.map { ": \($0)" } ?? ""
        document = [
            "type": "/errors/input-failed", "title": "An input has no result",
            "detail": .string("the \(kind.rawValue) job is \(state)\(cause)"), "job": .string(job),
        ]
    }
}
