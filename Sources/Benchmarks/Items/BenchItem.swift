/// One thing that is measured.
public struct BenchItem: Sendable {
    /// Its name, such as `cut/mdl`; what stands before the slash is its family.
    public let name: String
    /// What the table calls it.
    public let title: String
    /// What keeps it from being faster.
    public let limit: String
    /// What of the workspace it reads beyond the upload.
    let needs: Set<Need>
    let make: @Sendable (Workspace) throws -> BenchTask
    /// Scores the file that `finish` wrote, of ours or of a peer; nil where there is nothing to score.
    let judge: (@Sendable (Workspace, String) throws -> [Metric])?

    /// What a workspace may have to hold.
    enum Need: Sendable, Hashable {
        /// The ion images as one array.
        case cube
        /// The mask.
        case labels
        /// Representation of the cells.
        case representation
        /// Clusters of the cells.
        case clusters
    }

    init(
        _ name: String, _ title: String, limit: String, needs: Set<Need> = [],
        judge: (@Sendable (Workspace, String) throws -> [Metric])? = nil,
        make: @escaping @Sendable (Workspace) throws -> BenchTask
    ) {
        self.name = name
        self.title = title
        self.limit = limit
        self.needs = needs
        self.judge = judge
        self.make = make
    }

    /// What stands before the slash of the name, or the name.
    public var family: String { String(name.prefix { $0 != "/" }) }

    /// Whether it is measured on one thread as well as on all where nobody says how many.
    var isKernel: Bool { KernelItems.all.contains { $0.name == name } }
}

extension BenchItem {
    /// Everything that can be measured, in the order it is told.
    public static let all: [BenchItem] =
        KernelItems.all + StageItems.all + ServiceItems.all

    /// Names of groups of families, for `--only`.
    public static let groups: [(name: String, items: [BenchItem])] = [
        ("kernels", KernelItems.all), ("stages", StageItems.all), ("service", ServiceItems.all),
    ]

    /// The items that a list such as `kernels,cut/mdl,view` asks for, in the order they are told.
    ///
    /// - Throws: `BenchmarkError` naming a word that is no group, family or item.
    public static func chosen(_ list: String?) throws(BenchmarkError) -> [BenchItem] {
        guard let list else { return all }
        var names: Set<String> = []
        for word in list.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
            let group = groups.first { $0.name == word }?.items ?? []
            let found = group + all.filter { $0.family == word || $0.name == word }
            guard !found.isEmpty else {
                let known = groups.map(\.name) + all.map(\.name)
                throw BenchmarkError(
                    "expected items or groups of them (\(known.joined(separator: ", "))), "
                        + "found \"\(word)\"")
            }
            names.formUnion(found.map(\.name))
        }
        return all.filter { names.contains($0.name) }
    }
}
