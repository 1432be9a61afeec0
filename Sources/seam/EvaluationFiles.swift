import Bytes
import Evaluation
import Imaging

/// What a section's truth file tells.
struct Truth {
    let mask: LabelImage
    /// Type of nucleus c at element c - 1, or nil if the file has none.
    let types: [Int32]?
    let typeNames: [String]
    let fold: [[Double]]?
    let mz: [Double]?
}

/// Reads what `seam evaluate` compares.
enum EvaluationFiles {
    /// Largest array accepted, in bytes.
    private static let limit = 1 << 30

    /// The label image of an `.npy` file, or of `mask` in an `.npz` file.
    static func labels(_ path: String) throws(CommandFailure) -> LabelImage {
        if isArchive(path) { return try labels(arrays(path, ["mask"]), path: path) }
        return try image(npy(path), name: "the array", path: path)
    }

    /// The truth of an `.npz` (or only the label image of an `.npy`) file.
    static func truth(_ path: String) throws(CommandFailure) -> Truth {
        guard isArchive(path) else {
            let mask = try image(npy(path), name: "the array", path: path)
            return Truth(mask: mask, types: nil, typeNames: [], fold: nil, mz: nil)
        }
        let found = try arrays(path, ["mask", "types", "type_names", "fold", "mz"])
        let mask = try labels(found, path: path)
        let types = try found["types"].map { (array) throws(CommandFailure) in
            try self.types(array, nuclei: mask.cellCount, path: path)
        }
        let mz = found["mz"]?.doubles
        let fold = try found["fold"].map { (array) throws(CommandFailure) in
            try table(array, columns: mz?.count, path: path)
        }
        return Truth(
            mask: mask, types: types, typeNames: found["type_names"]?.strings ?? [], fold: fold,
            mz: mz)
    }

    /// Cluster of every cell in a `cell_id, cluster` table.
    static func clusters(_ path: String) throws(CommandFailure) -> [Int32: Int32] {
        let table = try CSVReader(contents(path), path: path)
        let cell = try table.column("cell_id", path: path)
        let cluster = try table.column("cluster", path: path)
        var result: [Int32: Int32] = [:]
        for row in table.rows {
            let id = try number(Int32.self, row, cell, "cell_id", path)
            guard result[id] == nil else {
                throw .badData("\(path), line \(row.line): cell \(id) is there twice")
            }
            result[id] = try number(Int32.self, row, cluster, "cluster", path)
        }
        return result
    }

    /// The rows of a table of markers; those without an m/z are left out.
    static func markers(_ path: String) throws(CommandFailure) -> [MarkerRow] {
        let table = try CSVReader(contents(path), path: path)
        let cluster = try table.column("cluster", path: path)
        let rank = try table.column("rank", path: path)
        let mass = try table.column("mz", path: path)
        let direction = try table.column("direction", path: path)
        var result: [MarkerRow] = []
        for row in table.rows where !row.fields[mass].isEmpty {
            result.append(
                MarkerRow(
                    cluster: try number(Int32.self, row, cluster, "cluster", path),
                    rank: try number(Int.self, row, rank, "rank", path),
                    mz: try number(Double.self, row, mass, "mz", path),
                    isUp: row.fields[direction] == "up"))
        }
        return result
    }

    private static func number<T: LosslessStringConvertible>(
        _: T.Type, _ row: (line: Int, fields: [String]), _ column: Int, _ name: String,
        _ path: String
    ) throws(CommandFailure) -> T {
        guard let value = T(row.fields[column]) else {
            throw .badData(
                "\(path), line \(row.line): expected a number in column \(name), "
                    + "found \"\(row.fields[column])\"")
        }
        return value
    }

    private static func contents(_ path: String) throws(CommandFailure) -> [UInt8] {
        do throws(FileError) {
            return try ReadableFile.contents(of: path, limit: limit)
        } catch {
            throw .badData(error.description)
        }
    }

    private static func isArchive(_ path: String) -> Bool {
        path.lowercased().hasSuffix(".npz")
    }

    private static func npy(_ path: String) throws(CommandFailure) -> NPYArray {
        let bytes = try contents(path)
        do throws(NPYError) {
            return try NPY.decode(bytes)
        } catch {
            throw .badData("\(path): \(error.description)")
        }
    }

    /// The wanted arrays of an archive that are there.
    private static func arrays(
        _ path: String, _ names: [String]
    ) throws(CommandFailure) -> [String: NPYArray] {
        var found: [String: NPYArray] = [:]
        do {
            let archive = try ZipArchive(path: path)
            for name in names {
                guard let entry = archive.entries.first(where: { $0.name == "\(name).npy" })
                else { continue }
                found[name] = try NPY.decode(archive.read(entry, limit: limit))
            }
        } catch let error as ZipError {
            throw .badData("\(path): \(error.description)")
        } catch {
            throw .badData("\(path): \(error)")
        }
        return found
    }

    private static func labels(
        _ arrays: [String: NPYArray], path: String
    ) throws(CommandFailure) -> LabelImage {
        guard let mask = arrays["mask"] else {
            throw .badData("\(path): expected an array \"mask\", found none")
        }
        return try image(mask, name: "mask", path: path)
    }

    private static func image(
        _ array: NPYArray, name: String, path: String
    ) throws(CommandFailure) -> LabelImage {
        guard array.shape.count == 2, array.shape.allSatisfy({ $0 >= 1 }) else {
            throw .badData(
                "\(path): expected \(name) to have two axes (height, width), found \(array.shape)")
        }
        guard let values = array.integers else {
            throw .badData(
                "\(path): expected whole numbers in \(name), found the type \(array.type)")
        }
        var labels: [Int32] = []
        labels.reserveCapacity(values.count)
        for value in values {
            guard let label = Int32(exactly: value), label >= 0 else {
                throw .badData(
                    "\(path): expected labels from 0 to \(Int32.max) in \(name), found \(value)")
            }
            labels.append(label)
        }
        let grid = PixelGrid(width: array.shape[1], height: array.shape[0])
        return LabelImage(grid: grid, values: labels)
    }

    private static func types(
        _ array: NPYArray, nuclei: Int, path: String
    ) throws(CommandFailure) -> [Int32] {
        guard array.shape.count == 1, let values = array.integers, values.count >= nuclei,
            values.allSatisfy({ (0...1_000_000).contains($0) })
        else {
            throw .badData(
                "\(path): expected types to hold a whole number from 0 for each of the "
                    + "\(nuclei) nuclei of the mask, found \(array.type) \(array.shape)")
        }
        return values.map { Int32($0) }
    }

    private static func table(
        _ array: NPYArray, columns: Int?, path: String
    ) throws(CommandFailure) -> [[Double]] {
        guard array.shape.count == 2, let values = array.doubles, array.shape[1] == columns else {
            throw .badData(
                "\(path): expected fold to hold a number for each type and ion (mz), "
                    + "found \(array.type) \(array.shape)")
        }
        let width = array.shape[1]
        return (0..<array.shape[0]).map { Array(values[$0 * width..<($0 + 1) * width]) }
    }
}
