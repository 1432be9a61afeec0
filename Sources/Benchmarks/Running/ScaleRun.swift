import Bytes
import Foundation
import Imaging

/// Repeats stages on simulated sections of several sizes and numbers of ions.
public struct ScaleRun: Sendable {
    /// Pixels a side.
    public var sides: [Int]
    /// Numbers of ions, each measured at `ionSide` pixels a side.
    public var ions: [Int]
    /// What is measured.
    public var items: [BenchItem]
    /// Where the sections are kept while they are used.
    public var folder: String
    /// How.
    public var options: BenchRun.Options

    /// Ions of the sections of several sizes.
    public static let usualIons = 250
    /// Pixels a side of the sections with several numbers of ions.
    public static let ionSide = 256

    /// A plan.
    public init(
        sides: [Int], ions: [Int], items: [BenchItem], folder: String, options: BenchRun.Options
    ) {
        self.sides = sides
        self.ions = ions
        self.items = items
        self.folder = folder
        self.options = options
    }

    /// The items measured where nobody says which: one form of every stage.
    public static let usualItems = [
        "import/warm", "view/pca50", "cut/mdl", "id/fast", "cluster/simlr", "diff/emd", "image/png",
    ]

    /// Measures; sections that cannot be made are told as failures.
    public func results() -> (results: [ScaleResult], failures: [String]) {
        var results: [ScaleResult] = []
        var failures: [String] = []
        let plan =
            sides.map { (side: $0, ions: Self.usualIons) }
            + ions.filter { $0 != Self.usualIons || !sides.contains(Self.ionSide) }
            .map { (side: Self.ionSide, ions: $0) }
        for (side, ions) in plan {
            options.log("section of \(side) x \(side) px, \(ions) ions")
            let place = folder + "/\(side)-\(ions)"
            defer { try? FileManager.default.removeItem(atPath: place) }
            do throws(BenchmarkError) {
                let workspace = try Preparation(folder: place).workspace(
                    of: .simulated(preset: "standard", size: side, ions: ions), for: items,
                    matrix: false)
                let run = BenchRun(workspace, options: options).results(items)
                failures += run.failures.map { "\(side) px, \(ions) ions: \($0)" }
                let cells = workspace.has("truth") ? try workspace.labels("truth").cellCount : 0
                results += run.results.map {
                    ScaleResult(pixels: side * side, ions: ions, cells: cells, result: $0)
                }
            } catch {
                failures.append("\(side) px, \(ions) ions: \(error.description)")
                options.log(failures.last ?? "")
            }
        }
        return (results, failures)
    }
}
