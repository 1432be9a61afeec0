public import Bytes
import Imaging

/// Why a section was not written.
public enum SectionWriterError: Error, Sendable, CustomStringConvertible {
    /// A name that cannot be part of a file name.
    case badName(String)
    /// The file system refused.
    case file(FileError)

    /// One sentence for a person.
    public var description: String {
        switch self {
        case .badName(let name):
            "a section's name has 1 to 100 letters, digits, blanks or any of . _ - ( ), "
                + "and does not start with a dot or a blank; found \"\(name)\""
        case .file(let error): error.description
        }
    }
}

/// Writes simulated sections to files.
public enum SectionWriter {
    /// Writes the ion images as SurfaceLab exports them: a zip with one text file an ion.
    ///
    /// `NAME/NAME - 134.05 u.txt` holds nine lines that start with `#` (with image size, field of view
    /// and polarity), then `X Y I` for every pixel, X fastest, from 0; `NAME/NAME - total.txt` holds
    /// the sums over all ions. The text of the header is invented.
    /// - Throws: `.badName` for a name that cannot be a file's, `.file` if it cannot be written.
    public static func writeASCIIZip(
        _ section: SimulatedSection, path: String, name: String
    ) throws(SectionWriterError) {
        guard isUsable(name) else { throw .badName(name) }
        let text = IonText(section: section, name: name)
        do throws(FileError) {
            var writer = try ZipWriter(path: path)
            for channel in section.stack.channels.indices {
                let mass = section.stack.channels[channel].mzText ?? ""
                try writer.add(
                    "\(name)/\(name) - \(mass) u.txt",
                    text.file(interval: mass, values: Array(section.stack.plane(channel))),
                    compression: .deflate(level: 2))
            }
            try writer.add(
                "\(name)/\(name) - total.txt",
                text.file(interval: "0.00", values: total(section.stack)),
                compression: .deflate(level: 2))
            _ = try writer.finish()
        } catch {
            throw .file(error)
        }
    }

    /// Writes images and truth as an `.npz` file of NumPy.
    ///
    /// Arrays (M ions, N pixels a side, C nuclei, K types): `cube` u2 (M, N, N), `mz`, `mask` i4 (N, N),
    /// `types` i4 (C), `type_names`, `centroids` (C, 2) as x, y, `areas`, `brightness`, `fold` (K, M),
    /// `bimodal` (K, M), `nuclear_ions`, `adenine`, `zonation`, `fibro_load`, `vein_center`,
    /// `vein_radius`, `fibrosis_polyline` (V, 2), `fibrosis_region` (N, N), `gain` f4 (N, N),
    /// `hot_pixels` (H, 2) as x, y, `bad_lines`, `pixel_um`, and `params`, JSON text.
    /// - Throws: `.file` if it cannot be written.
    public static func writeNPZ(
        _ section: SimulatedSection, path: String
    ) throws(SectionWriterError) {
        do throws(FileError) {
            try NPZ.write(arrays(section), to: path)
        } catch {
            throw .file(error)
        }
    }

    private static func isUsable(_ name: String) -> Bool {
        let scalars = name.unicodeScalars
        guard (1...100).contains(scalars.count), let first = name.first, first != ".", first != " "
        else { return false }
        return name.allSatisfy { $0.isLetter || $0.isNumber || "._-() ".contains($0) }
            && name.last != " "
    }

    private static func total(_ stack: IonStack) -> [Float] {
        var sums = [Float](repeating: 0, count: stack.grid.count)
        for channel in stack.channels.indices {
            for (pixel, value) in stack.plane(channel).enumerated() { sums[pixel] += value }
        }
        return sums
    }
}
