import Bytes
import Foundation
import Imaging
import SEAMCore
import Store

/// What a stage needs to run: the dataset, the checked parameters and the results it builds on.
struct StageInput {
    let dataset: DatasetRecord
    let ions: [IonRecord]
    let parameters: ParameterValues
    /// The jobs it builds on, and all that those were built on, by kind.
    let upstream: [JobKind: JobRecord]
    let store: Store

    /// The channels `features` and `exclude` leave, as indices into the dataset's ions.
    func selection() throws(WorkbenchError) -> ChannelSelection {
        ChannelSelection(channels: ions.map(\.channel), totals: ions.map(\.totalCounts))
    }

    /// The result of an upstream job.
    func result(_ kind: JobKind) throws(WorkbenchError) -> ResultReader {
        guard let job = upstream[kind] else {
            throw .failed("a \(kind.rawValue) result is missing among the inputs")
        }
        return ResultReader(store: store, job: job)
    }

    /// The counts of some channels.
    ///
    /// - Throws: `.invalid` where they do not fit into half of the machine's memory: running out of
    ///   it would end the process.
    func stack(_ indices: [Int]) throws(WorkbenchError) -> IonStack {
        let bytes = Double(dataset.grid.count) * Double(indices.count) * 4
        let memory = Double(ProcessInfo.processInfo.physicalMemory)
        guard bytes <= memory / 2 else {
            let text = { (bytes: Double) in String(format: "%.1f GiB", bytes / 1_073_741_824) }
            throw .invalid([
                .init(
                    "/parameters/features",
                    "\(indices.count) channels need \(text(bytes)), this machine has \(text(memory)); "
                        + "choose fewer")
            ])
        }
        return try WorkbenchError.storing { () throws(StoreError) in
            try store.stack(dataset: dataset.id, ions: indices)
        }
    }
}

/// What a stage leaves: its result as named blobs, and what the user should know.
struct StageOutput {
    var artifacts: [Artifact]
    var warnings: [String]
}

/// Why a stage ended without a result.
enum StageFailure: Error {
    case analysis(AnalysisError)
    case workbench(WorkbenchError)
}

/// Runs one stage on stored data.
enum StageRunner {
    /// Runs the stage of a kind.
    ///
    /// - Precondition: `kind` is a stage, not an `analysis`.
    static func run(
        _ kind: JobKind, _ input: StageInput, monitor: StageMonitor
    ) throws(StageFailure) -> StageOutput {
        do {
            switch kind {
            case .view: return try runView(input, monitor)
            case .segmentation: return try runSegmentation(input, monitor)
            case .representation: return try runRepresentation(input, monitor)
            case .clustering: return try runClustering(input, monitor)
            case .embedding: return try runEmbedding(input, monitor)
            case .diff: return try runDiff(input, monitor)
            case .analysis: preconditionFailure("an analysis is the sum of its parts")
            }
        } catch let error as AnalysisError {
            throw .analysis(error)
        } catch let error as WorkbenchError {
            throw .workbench(error)
        } catch {
            throw .workbench(.failed("\(error)"))
        }
    }
}
