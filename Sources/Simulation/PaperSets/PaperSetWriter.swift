import Imaging
import Bytes

/// Writes the paper's datasets.
public enum PaperSetWriter {
    /// Writes a dataset as an `.npz` file of NumPy.
    ///
    /// Arrays (M ions, C cells): `cube` f4 (M, H, 256), `mz`, `mask` i4 (H, 256), `types` i4 (C) the
    /// class of each cell, `type_names`, `lines` i4 (C), `nuclei` i4 (C), `altered_ions`, and
    /// `params`, JSON text.
    /// - Throws: `.file` if it cannot be written.
    public static func writeNPZ(_ set: PaperSet, path: String) throws(SectionWriterError) {
        let grid = set.stack.grid
        let arrays: [(name: String, array: NPYArray)] = [
            (
                "cube",
                NPYArray(
                    float32: set.stack.counts,
                    shape: [set.stack.channels.count, grid.height, grid.width])
            ),
            ("mz", NPYArray(float64: set.stack.channels.map { $0.mz ?? 0 })),
            ("mask", NPYArray(int32: set.labels.values, shape: [grid.height, grid.width])),
            ("types", NPYArray(int32: set.classes)),
            ("type_names", NPYArray(strings: set.classNames)),
            ("lines", NPYArray(int32: set.lines)), ("nuclei", NPYArray(int32: set.nuclei)),
            ("altered_ions", NPYArray(int32: set.altered.map { Int32($0) })),
            ("params", NPYArray(strings: [json(set.parameters)], shape: [])),
        ]
        do throws(FileError) {
            try NPZ.write(arrays, to: path)
        } catch {
            throw .file(error)
        }
    }

    private static func json(_ parameters: PaperSetParameters) -> String {
        let members: [JSON.Member] = [
            .init("paper_set", .int(parameters.set)), .init("rho", .double(parameters.rho)),
            .init("f", .double(parameters.fold)), .init("copies", .bool(parameters.copies)),
            .init("multiplicative", .bool(parameters.multiplicative)),
            .init("negatives", .string(parameters.negatives.rawValue)),
            .init("seed", .string(String(parameters.section.seed))),
            .init("ions", .int(parameters.section.ions)),
            .init("lines", .int(parameters.section.types)),
        ]
        return String(decoding: JSON.object(members).encoded, as: UTF8.self)
    }
}
