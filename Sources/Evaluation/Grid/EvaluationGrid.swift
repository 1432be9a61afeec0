import Simulation

/// A grid of datasets, methods and seeds.
public struct EvaluationGrid: Sendable {
    /// What to measure.
    public var tasks: [GridTask]
    /// On what.
    public var datasets: [DatasetSpec]
    /// Which methods, or nil for each task's usual ones.
    public var methods: [String]?
    /// With which seeds.
    public var seeds: [UInt64]

    /// A grid from the words of a command line.
    ///
    /// - Parameters:
    ///   - tasks: names of tasks.
    ///   - datasets: specifications (see `DatasetSpec`); one given twice runs once.
    ///   - methods: names of methods of any of the tasks, or nil.
    ///   - seeds: `1,2,5` or `1-5`, mixed.
    /// - Throws: `.badRequest` saying what was expected.
    public init(
        tasks: [String], datasets: [String], methods: [String]?, seeds: String
    ) throws(EvaluationError) {
        self.tasks = try tasks.map { (name) throws(EvaluationError) in
            guard let task = GridTask(rawValue: name) else {
                throw .badRequest(
                    "unknown task \(name); expected "
                        + GridTask.allCases.map(\.rawValue).joined(separator: ", "))
            }
            return task
        }
        let known = self.tasks.flatMap(\.methods)
        if let methods, let odd = methods.first(where: { !known.contains($0) }) {
            throw .badRequest(
                "unknown method \(odd); expected \(known.joined(separator: ", "))")
        }
        var specifications: [DatasetSpec] = []
        for text in datasets {
            let specification = try DatasetSpec(text, presets: SectionParameters.presets)
            if !specifications.contains(specification) { specifications.append(specification) }
        }
        self.datasets = specifications
        self.methods = methods
        self.seeds = try Self.seeds(seeds)
        guard !self.tasks.isEmpty, !self.datasets.isEmpty, !self.seeds.isEmpty else {
            throw .badRequest("expected at least one task, one dataset and one seed")
        }
    }

    /// The numbers of `1-3,7`.
    private static func seeds(_ text: String) throws(EvaluationError) -> [UInt64] {
        var seeds: [UInt64] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false)
                .map { UInt64($0) }
            guard ends.count <= 2, let first = ends[0], let last = ends[ends.count - 1],
                first <= last, last - first < 10_000
            else {
                throw .badRequest(
                    "seeds: expected whole numbers such as 1,2,5 or 1-5, found \"\(text)\"")
            }
            seeds += (first...last).filter { !seeds.contains($0) }
        }
        return seeds
    }

    /// Runs what `known` does not hold yet, dataset by dataset.
    ///
    /// A method that fails (say, for too few cells) gives a record without figures. Methods that are
    /// the same for every seed run with the first one only on a file: there, segmentations without
    /// random variants.
    /// - Parameters:
    ///   - known: records of earlier runs.
    ///   - report: told each new record as it is made, with a remark where a method failed; says
    ///     whether to go on.
    /// - Throws: `.badRequest`, `.file` where a dataset cannot be made.
    public func run(
        known: [GridRecord], report: (GridRecord, String?) -> Bool
    ) throws(EvaluationError) {
        let done = Set(known.map(\.key))
        for dataset in datasets {
            for seed in seeds {
                let wanted = tasks.flatMap { task in
                    methods(of: task).map { (task: task, method: $0) }
                }.filter { entry in
                    !done.contains(
                        GridRecord(
                            task: entry.task, dataset: dataset.name, seed: seed,
                            method: entry.method, measurements: []
                        ).key)
                        && !isRepeat(entry.task, entry.method, dataset, seed)
                }
                guard !wanted.isEmpty else { continue }
                let data = try SectionSource.data(dataset, seed: seed)
                let work = CellWork(data, seed: seed)
                for (task, method) in wanted where task.suits(data) {
                    let (found, remark) = Self.measure(task, method, work)
                    let record = GridRecord(
                        task: task, dataset: dataset.name, seed: seed, method: method,
                        measurements: found)
                    guard report(record, remark) else { return }
                }
            }
        }
    }

    private func methods(of task: GridTask) -> [String] {
        guard let methods else { return task.usualMethods }
        return task.methods.filter { methods.contains($0) }
    }

    private func isRepeat(
        _ task: GridTask, _ method: String, _ dataset: DatasetSpec, _ seed: UInt64
    ) -> Bool {
        guard case .file = dataset.source, dataset.variants.isEmpty else { return false }
        return task == .segmentation && method != "published" && seed != seeds.first
    }

    private static func measure(
        _ task: GridTask, _ method: String, _ work: CellWork
    ) -> ([Measurement], String?) {
        do throws(EvaluationError) {
            let found =
                switch task {
                case .segmentation: try SegmentationTask.run(method, work)
                case .representation: try CellTasks.representation(method, work)
                case .clustering: try CellTasks.clustering(method, work)
                case .k: try CellTasks.count(method, work)
                case .view: try ViewTask.run(method, work)
                case .diff: try DiffTask.run(method, work)
                }
            return (found, found.isEmpty ? "does not apply" : nil)
        } catch {
            return ([], error.description)
        }
    }
}
