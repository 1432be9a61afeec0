import Imaging
public import Render

extension GridTable {
    /// A table a task and metric in Markdown: datasets down, methods across, the mean over seeds and,
    /// where there are several, the worst in brackets.
    ///
    /// - Parameter commands: command lines that made the records.
    public func markdown(commands: [String]) -> String {
        var lines = ["# Evaluation", "", "Made by", ""]
        lines += commands.map { "    \($0)" }
        lines += ["", "Mean over seeds (worst), and the number of seeds."]
        for task in tasks {
            for metric in metrics(task) {
                let (datasets, methods) = axes(task, metric)
                lines += ["", "## \(task.rawValue): \(metric)", ""]
                lines.append("| dataset | " + methods.joined(separator: " | ") + " | seeds |")
                lines.append("| --- |" + methods.map { _ in " --- |" }.joined() + " --- |")
                for dataset in datasets.map(Optional.some) + (datasets.count > 1 ? [nil] : []) {
                    let found = methods.map {
                        entry(task, metric, dataset: dataset, method: $0)
                    }
                    let seeds = found.compactMap { $0?.seeds }.max() ?? 0
                    lines.append(
                        "| \(dataset ?? "all") | "
                            + found.map { Self.text($0) }.joined(separator: " | ")
                            + " | \(seeds) |")
                }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A heat map a task and metric, of means: datasets down, methods across.
    public var figures: [(name: String, picture: Picture)] {
        tasks.flatMap { task in
            metrics(task).map { metric in
                let (datasets, methods) = axes(task, metric)
                let values = datasets.flatMap { dataset in
                    methods.map { entry(task, metric, dataset: dataset, method: $0)?.mean }
                }
                return (
                    "\(task.rawValue)_\(metric)",
                    HeatmapFigure.render(
                        rows: datasets, columns: methods, values: values,
                        title: "\(task.rawValue): \(metric)", unit: "mean over seeds",
                        diverging: values.contains { $0 ?? 0 < 0 })
                )
            }
        }
    }

    private static func text(_ entry: Entry?) -> String {
        guard let entry else { return "" }
        let mean = number(entry.mean)
        return entry.seeds > 1 ? "\(mean) (\(number(entry.worst)))" : mean
    }

    /// Three decimals, none for whole numbers from 2.
    private static func number(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return String(value) }
        return fixedPoint(value, digits: value >= 2 && value == value.rounded() ? 0 : 3)
    }
}
