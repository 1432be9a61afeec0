import Bytes
import Imaging

/// Means and worst values over seeds, as tables.
public struct GridTable: Sendable {
    /// One figure of a method on a dataset over seeds.
    struct Entry: Sendable {
        let task: GridTask
        let dataset: String
        let method: String
        let metric: String
        let mean: Double
        let worst: Double
        let seeds: Int
    }

    /// All records, by task, dataset (in the order met), seed and method.
    let records: [GridRecord]

    /// A table of records; the last of several of the same run counts.
    public init(_ records: [GridRecord]) {
        var places: [String: Int] = [:]
        var datasets: [String: Int] = [:]
        var kept: [GridRecord] = []
        for record in records {
            datasets[record.dataset] = datasets[record.dataset] ?? datasets.count
            if let place = places[record.key] {
                kept[place] = record
            } else {
                places[record.key] = kept.count
                kept.append(record)
            }
        }
        func place(_ record: GridRecord) -> [Int] {
            [
                GridTask.allCases.firstIndex(of: record.task) ?? 0, datasets[record.dataset] ?? 0,
                record.task.methods.firstIndex(of: record.method) ?? .max,
            ]
        }
        self.records = kept.map { (record: $0, place: place($0)) }.sorted { a, b in
            a.place != b.place
                ? a.place.lexicographicallyPrecedes(b.place) : a.record.seed < b.record.seed
        }.map(\.record)
    }

    /// Tasks that were measured.
    var tasks: [GridTask] {
        GridTask.allCases.filter { task in records.contains { $0.task == task } }
    }

    /// Metrics of a task in the order met.
    func metrics(_ task: GridTask) -> [String] {
        unique(records.filter { $0.task == task }.flatMap { $0.measurements.map(\.metric) })
    }

    /// Datasets and methods with a figure.
    func axes(_ task: GridTask, _ metric: String) -> (datasets: [String], methods: [String]) {
        let found = records.filter { record in
            record.task == task && record.measurements.contains { $0.metric == metric }
        }
        let methods = unique(found.map(\.method))
        return (
            unique(found.map(\.dataset)), task.methods.filter { methods.contains($0) }
        )
    }

    /// The figure of a method over the seeds of a dataset, or over all datasets.
    func entry(
        _ task: GridTask, _ metric: String, dataset: String?, method: String
    ) -> Entry? {
        let values = records.filter {
            $0.task == task && $0.method == method && (dataset == nil || $0.dataset == dataset)
        }.flatMap { $0.measurements.filter { $0.metric == metric }.map(\.value) }
        guard let least = values.min(), let most = values.max() else { return nil }
        return Entry(
            task: task, dataset: dataset ?? "all", method: method, metric: metric,
            mean: values.reduce(0, +) / Double(values.count),
            worst: Measurement.isLowerBetter(metric) ? most : least, seeds: values.count)
    }

    /// Every single figure as CSV: task, dataset, seed, method, metric, value.
    public var runs: [UInt8] {
        var table = CSVTable(
            columns: ["task", "dataset", "seed", "method", "metric", "value"])
        for record in records {
            for found in record.measurements {
                table.append([
                    .text(record.task.rawValue), .text(record.dataset),
                    .text(String(record.seed)), .text(record.method), .text(found.metric),
                    .double(found.value),
                ])
            }
        }
        return table.encoded
    }

    /// Means and worst values as CSV: task, dataset, method, metric, mean, worst, seeds.
    public var summary: [UInt8] {
        var table = CSVTable(
            columns: ["task", "dataset", "method", "metric", "mean", "worst", "seeds"])
        for task in tasks {
            for metric in metrics(task) {
                let axes = axes(task, metric)
                for dataset in axes.datasets {
                    for method in axes.methods {
                        guard
                            let found = entry(task, metric, dataset: dataset, method: method)
                        else { continue }
                        table.append([
                            .text(task.rawValue), .text(dataset), .text(method), .text(metric),
                            .double(found.mean), .double(found.worst), .int(found.seeds),
                        ])
                    }
                }
            }
        }
        return table.encoded
    }

    private func unique(_ names: [String]) -> [String] {
        var seen = Set<String>()
        return names.filter { seen.insert($0).inserted }
    }
}
