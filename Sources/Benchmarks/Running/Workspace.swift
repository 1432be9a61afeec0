import Bytes
import Foundation
import Imaging

/// The folder in which one benchmark works: the upload, and the same section as arrays for every
/// process that measures, ours and peers'.
///
/// `workspace.json` holds `upload`, `width`, `height`, `channels`, `marker` and `clusters`; arrays are
/// `.npy` files: `cube` (M, H, W) f4, `mz` (M), `labels` (H, W) i4 and, where they are known, the truth as
/// `truth` (H, W) and `types` (C); `gram`, `means`, `log_means`, `cell_ids` of the representation, its
/// C x P `matrix`, and `cell_clusters` (C).
public struct Workspace: Sendable {
    /// Where it lies.
    public let folder: String
    /// The file that is imported.
    let upload: String
    let grid: PixelGrid
    let channelCount: Int
    /// Index of the marker in the cube, or nil where there is none.
    let marker: Int?
    /// The marker's label where it is not adenine.
    let markerLabel: String?
    /// Whether stages make few passes, to check the machinery and to count instructions.
    let isQuick: Bool
    /// How many clusters are asked for.
    let clusters: Int

    /// Opens a workspace that `Preparation` made.
    ///
    /// - Throws: `BenchmarkError` if there is none.
    public init(folder: String) throws(BenchmarkError) {
        self.folder = folder
        guard let bytes = FileManager.default.contents(atPath: folder + "/workspace.json"),
            let facts = try? JSON.parse([UInt8](bytes)),
            let upload = facts["upload"]?.string, let width = facts["width"]?.int,
            let height = facts["height"]?.int, let channels = facts["channels"]?.int,
            width >= 1, height >= 1, channels >= 1
        else { throw BenchmarkError("\(folder): expected a workspace of seam bench") }
        self.upload = upload
        grid = PixelGrid(width: width, height: height)
        channelCount = channels
        marker = facts["marker"]?.int
        markerLabel = facts["marker_label"]?.string
        isQuick = facts["quick"]?.bool ?? false
        clusters = max(1, facts["clusters"]?.int ?? 8)
    }

    /// One line for a person.
    public var summary: String {
        let name = upload.split(separator: "/").last.map(String.init) ?? upload
        let cells = has("labels") ? (try? labels())?.cellCount : nil
        return "\(name): \(grid.width) x \(grid.height) px, \(channelCount) ions"
            + (cells.map { ", \($0) nuclei" } ?? "")
    }

    /// Path of an array.
    func path(_ array: String) -> String { folder + "/" + array + ".npy" }

    /// Whether an array is there.
    func has(_ array: String) -> Bool { FileManager.default.fileExists(atPath: path(array)) }

    /// Reads an array.
    func array(_ name: String) throws(BenchmarkError) -> NPYArray { try Self.read(path(name)) }

    /// Reads a file of one array.
    static func read(_ path: String) throws(BenchmarkError) -> NPYArray {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw BenchmarkError("\(path) cannot be read")
        }
        do throws(NPYError) {
            return try NPY.decode([UInt8](bytes))
        } catch {
            throw BenchmarkError("\(path): \(error.description)")
        }
    }

    /// Writes an array.
    func write(_ array: NPYArray, as name: String) throws(BenchmarkError) {
        try Self.write(array, to: path(name))
    }

    /// Writes a file of one array.
    static func write(_ array: NPYArray, to path: String) throws(BenchmarkError) {
        do {
            try Data(array.encoded()).write(to: URL(fileURLWithPath: path))
        } catch {
            throw BenchmarkError("\(path) cannot be written: \(error.localizedDescription)")
        }
    }

    /// The ion images.
    func stack() throws(BenchmarkError) -> IonStack {
        let masses = try array("mz").doubles ?? []
        guard let counts = try array("cube").floats, counts.count == channelCount * grid.count,
            masses.count == channelCount
        else { throw BenchmarkError("\(folder): the cube does not fit workspace.json") }
        let channels = masses.indices.map { index in
            masses[index] > 0
                ? Channel(mz: masses[index]) : Channel(mz: nil, label: "channel \(index)")
        }
        return IonStack(grid: grid, channels: channels, counts: counts)
    }

    /// A label image: `labels` or `truth`.
    func labels(_ name: String = "labels") throws(BenchmarkError) -> LabelImage {
        try Self.labels(array(name), grid: grid)
    }

    /// An array of labels as an image of a grid.
    static func labels(_ array: NPYArray, grid: PixelGrid) throws(BenchmarkError) -> LabelImage {
        guard let values = array.integers, values.count == grid.count,
            values.allSatisfy({ (0...Int(Int32.max)).contains($0) })
        else {
            throw BenchmarkError(
                "expected labels of \(grid.width) x \(grid.height) px, found \(array.type) "
                    + "\(array.shape)")
        }
        return LabelImage(grid: grid, values: values.map { Int32($0) })
    }

    /// Whole numbers of an array as `Int32`.
    func integers(_ name: String) throws(BenchmarkError) -> [Int32] {
        guard let values = try array(name).integers else {
            throw BenchmarkError("\(path(name)): expected whole numbers")
        }
        return values.map { Int32(truncatingIfNeeded: $0) }
    }
}
