import Bytes
import Imaging

/// Reads `.npz` files with images and truth, or with vectors and labels.
enum TruthFile {
    /// Largest array accepted, in bytes.
    private static let limit = 1 << 31

    /// The data of a file: `cube` (M, H, W) and `mz`, and as far as they are there `mask`, `types`
    /// and `fold`; or `X` (C, n) and `labels` (C).
    ///
    /// - Throws: `.file` naming the path.
    static func data(_ path: String) throws(EvaluationError) -> EvaluationData {
        var arrays: [String: NPYArray] = [:]
        let names = ["cube", "mz", "mask", "types", "fold", "X", "labels"]
        do {
            let archive = try ZipArchive(path: path)
            for entry in archive.entries {
                let name = String(entry.name.dropLast(4))
                guard entry.name.hasSuffix(".npy"), names.contains(name) else { continue }
                arrays[name] = try NPY.decode(archive.read(entry, limit: limit))
            }
        } catch let error as ZipError {
            throw .file("\(path): \(error.description)")
        } catch {
            throw .file("\(path): \(error)")
        }
        return try arrays["cube"] == nil ? table(arrays, path) : images(arrays, path)
    }

    private static func table(
        _ arrays: [String: NPYArray], _ path: String
    ) throws(EvaluationError) -> EvaluationData {
        guard let matrix = arrays["X"], matrix.shape.count == 2, let values = matrix.floats,
            let labels = arrays["labels"]?.integers, labels.count == matrix.shape[0],
            labels.allSatisfy({ Int32(exactly: $0) ?? -1 >= 0 })
        else {
            throw .file(
                "\(path): expected an array cube, or X (cells, values) with labels from 0")
        }
        return EvaluationData(
            stack: nil, truth: nil, types: labels.map { Int32($0) }, fold: [], marker: 0,
            vectors: values, isImage: false)
    }

    private static func images(
        _ arrays: [String: NPYArray], _ path: String
    ) throws(EvaluationError) -> EvaluationData {
        guard let cube = arrays["cube"], cube.shape.count == 3, cube.count > 0,
            let counts = cube.floats, let mz = arrays["mz"]?.doubles, mz.count == cube.shape[0],
            mz.allSatisfy({ $0.isFinite && $0 > 0 }), counts.allSatisfy(\.isFinite)
        else {
            throw .file("\(path): expected finite cube (ions, height, width) and mz (ions)")
        }
        let grid = PixelGrid(width: cube.shape[2], height: cube.shape[1])
        let stack = IonStack(grid: grid, channels: mz.map { Channel(mz: $0) }, counts: counts)
        let marker = mz.indices.min { abs(mz[$0] - 134.05) < abs(mz[$1] - 134.05) } ?? 0
        var data = EvaluationData(stack: stack, truth: nil, types: [], fold: [], marker: marker)
        if let mask = arrays["mask"] {
            guard mask.shape == [grid.height, grid.width], let values = mask.integers,
                values.allSatisfy({ Int32(exactly: $0) ?? -1 >= 0 })
            else {
                throw .file("\(path): expected mask to be (height, width) labels from 0")
            }
            data.truth = LabelImage(grid: grid, values: values.map { Int32($0) })
        }
        if let truth = data.truth, let types = arrays["types"]?.integers {
            guard types.count >= truth.cellCount, types.allSatisfy({ (0..<1_000_000).contains($0) })
            else { throw .file("\(path): expected a type from 0 for each of the mask's cells") }
            data.types = types.map { Int32($0) }
        }
        if let fold = arrays["fold"] {
            guard fold.shape.count == 2, fold.shape[1] == mz.count, let values = fold.doubles
            else { throw .file("\(path): expected fold to be (types, ions)") }
            data.fold = (0..<fold.shape[0]).map {
                Array(values[$0 * mz.count..<($0 + 1) * mz.count])
            }
        }
        return data
    }
}
