import Bytes
import Evaluation
import Foundation
import Render

/// `seam evaluate -o DIR`: a whole grid of datasets, methods and seeds.
enum EvaluateGridCommand {
    static let options: [Option] = [
        .value("--output", "-o", called: "DIR"), .value("--tasks", called: "NAME,..."),
        .value("--datasets", called: "SPEC,..."), .value("--methods", called: "NAME,..."),
        .value("--seeds", called: "1-5"), .flag("--fresh"),
    ]

    /// Options that may be given several times, their lists joined.
    static let lists = ["--tasks", "--datasets", "--methods"]

    static func run(_ arguments: Arguments, words: [String]) throws(CommandFailure) {
        guard let folder = arguments.text("--output"), !folder.isEmpty else {
            throw .usage("-o DIR is missing")
        }
        let grid = try grid(arguments)
        let files = GridFolder(folder)
        try files.make()
        if arguments.has("--fresh") { try files.clear() }
        var records = try files.records()
        try files.note(command: words)
        var failure: CommandFailure?
        do throws(EvaluationError) {
            try grid.run(known: records) { record, remark in
                let figures = record.measurements.map { "\($0.metric) \(rounded($0.value))" }
                printError(
                    "\(record.task.rawValue) \(record.dataset) seed \(record.seed) "
                        + "\(record.method): "
                        + (remark ?? figures.joined(separator: ", ")))
                records.append(record)
                do throws(CommandFailure) {
                    try files.append(record)
                    return true
                } catch {
                    failure = error
                    return false
                }
            }
        } catch {
            switch error {
            case .badRequest: throw .usage(error.description)
            case .file: throw .badData(error.description)
            case .failed: throw .failed(error.description)
            }
        }
        if let failure { throw failure }
        for path in try files.write(GridTable(records)) { print("wrote \(path)") }
    }

    private static func grid(_ arguments: Arguments) throws(CommandFailure) -> EvaluationGrid {
        func list(_ name: String) -> [String] {
            arguments.texts(name).flatMap { $0.split(separator: ",").map(String.init) }
        }
        let tasks = list("--tasks")
        let datasets = list("--datasets")
        let methods = list("--methods")
        do throws(EvaluationError) {
            return try EvaluationGrid(
                tasks: tasks.isEmpty ? ["segmentation"] : tasks,
                datasets: datasets.isEmpty
                    ? ["standard", "dense", "culture", "liver", "fibrosis"] : datasets,
                methods: methods.isEmpty ? nil : methods,
                seeds: arguments.text("--seeds") ?? "1-5")
        } catch {
            throw .usage(error.description)
        }
    }

    private static func rounded(_ value: Double) -> String {
        String((value * 1000).rounded() / 1000)
    }
}
