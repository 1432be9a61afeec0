import Bytes
import Imaging

/// Reads arrays named as `numpy.savez(cube=…, mz=…)` names them: `cube` (ions, height, width), `mz`
/// (ions), and if they are there `labels` or `channels` (ions) and `pixel_um`.
struct ArraySetReader {
    let options: ImportOptions
    let progress: ProgressGate

    private static let cubeTypes = [
        "|u1", "<u2", "<u4", "<u8", "|i1", "<i2", "<i4", "<i8", "<f4", "<f8",
    ]
    private static let largestSide = 8_192

    /// Whether an upload's files are arrays.
    static func accepts(_ files: [SourceFile]) -> Bool {
        files.contains { $0.ending == "npy" } && !files.contains { $0.ending == "txt" }
    }

    /// The cube: the array of that name, or the only one of an upload of one file.
    private func cube(_ arrays: [ArrayFile], _ left: [String]) throws(ImportError) -> ArrayFile {
        if let cube = arrays.first(where: { $0.name == "cube" }) { return cube }
        throw ImportError(
            .malformed,
            "There is no array named cube (ions, height, width) in it; found"
                + " \(AsciiSetReader.list(arrays.map(\.name) + left)).")
    }

    /// The dataset.
    ///
    /// - Throws: `ImportError`, naming the array, what it is, and what was expected.
    func read(_ contents: UploadContents) throws(ImportError) -> ImportedDataset {
        var arrays: [ArrayFile] = []
        var left: [String] = []
        for file in contents.files {
            guard file.ending == "npy" else {
                left.append(file.shownName)
                continue
            }
            let name = ArrayFile.name(of: file)
            guard ["cube", "mz", "labels", "channels", "pixel_um"].contains(name) else {
                left.append(printable(name, limit: 60))
                continue
            }
            let array = try ArrayFile(file)
            guard !arrays.contains(where: { $0.name == name }) else {
                throw array.refusal("it is there twice")
            }
            arrays.append(array)
        }
        let isAlone =
            contents.archiveName == nil && contents.files.count == 1 && arrays.isEmpty
        let cube = isAlone ? try ArrayFile(contents.files[0]) : try cube(arrays, left)
        if isAlone { left = [] }
        let shape = try shape(of: cube)
        var axis = ArrayAxis(count: shape.ions)
        let channels =
            isAlone ? Self.numbered(shape.ions) : try axis.channels(arrays)
        left += axis.ignored
        let planes = try planes(of: cube, shape)
        let ownSize = try pixelSize(arrays)
        let order = ChannelOrder.order(channels)
        var warnings: [String] = []
        if isAlone {
            warnings.append(
                "The array has no m/z: images are called by their place in it, such as"
                    + " \(channels[0].name). Send an .npz of cube and mz to name them.")
        }
        if !left.isEmpty {
            warnings.append("Arrays that are not used: \(AsciiSetReader.list(left)).")
        }
        let kept = try ChannelOrder.kept(
            order.map { channels[$0] }, order.map { planes[$0] }, options, &warnings)
        return ImportedDataset(
            grid: PixelGrid(
                width: shape.width, height: shape.height,
                pixelSizeMicrometres: options.pixelSizeMicrometres ?? ownSize),
            channels: kept.channels, planes: kept.planes,
            name: Candidates.stem(of: contents.archiveName ?? "").map { printable($0, limit: 120) },
            format: "npz", warnings: warnings)
    }

    /// Channels known by their number only.
    private static func numbered(_ count: Int) -> [Channel] {
        let digits = "\(count)".count
        return (1...count).map {
            let text = "\($0)"
            let zeros = String(repeating: "0", count: digits - text.count)
            return Channel(mz: nil, label: "image \(zeros)\(text)")
        }
    }

    private typealias Shape = (ions: Int, height: Int, width: Int)

    private func shape(of cube: ArrayFile) throws(ImportError) -> Shape {
        let layout = cube.layout
        // One image alone is a cube of one.
        let lengths = layout.shape.count == 2 ? [1] + layout.shape : layout.shape
        guard lengths.count == 3, layout.shape.count == 3 || cube.name != "cube",
            Self.cubeTypes.contains(layout.type),
            lengths.allSatisfy({ $0 >= 1 })
        else {
            throw cube.refusal(
                "expected numbers of shape (ions, height, width), found \(cube.text)")
        }
        guard !layout.isFortran else {
            throw cube.refusal(
                "expected C order, found Fortran order; save numpy.ascontiguousarray(cube)")
        }
        let (ions, height, width) = (lengths[0], lengths[1], lengths[2])
        guard height <= Self.largestSide, width <= Self.largestSide,
            ions <= AsciiSetReader.largestStack / (height * width)
        else {
            throw ImportError(
                .tooLarge,
                "The array cube has the shape \(cube.text): at most \(Self.largestSide) pixels a"
                    + " side and \(AsciiSetReader.largestStack) values are read.")
        }
        return (ions, height, width)
    }

    /// The images, one after another.
    private func planes(
        of cube: ArrayFile, _ shape: Shape
    ) throws(ImportError) -> [PixelValues] {
        var planes: [PixelValues] = []
        planes.reserveCapacity(shape.ions)
        var bad: (pixel: Int, value: Double)?
        try cube.pieces(of: shape.height * shape.width * cube.layout.elementSize) { bytes in
            let values = cube.layout.array(bytes).doubles ?? []
            if let pixel = values.firstIndex(where: { !Self.isCount($0, in: cube.layout.type) }) {
                bad = (pixel, values[pixel])
                return false
            }
            planes.append(PixelValues(smallest: values))
            progress.advance(by: 1 / Double(shape.ions))
            return !progress.isStopped
        }
        if progress.isStopped { throw ImportError(.cancelled, "The import was stopped.") }
        if let bad {
            throw cube.refusal(
                "expected finite counts from 0, found \(bad.value) at [\(planes.count),"
                    + " \(bad.pixel / shape.width), \(bad.pixel % shape.width)]")
        }
        precondition(planes.count == shape.ions, "the size of the data was checked")
        return planes
    }

    /// Whether a value is finite, not negative, and was not rounded on its way to a `Double`.
    static func isCount(_ value: Double, in type: String) -> Bool {
        guard value >= 0, value.isFinite else { return false }
        return !type.hasSuffix("8") || type == "<f8" || value <= 9_007_199_254_740_992
    }

    private func pixelSize(_ arrays: [ArrayFile]) throws(ImportError) -> Double? {
        guard let array = arrays.first(where: { $0.name == "pixel_um" }) else { return nil }
        guard let values = try array.whole().doubles, values.count == 1, values[0].isFinite,
            values[0] > 0, values[0] <= 1e6
        else {
            throw array.refusal(
                "expected one number above 0 and at most 1,000,000, found \(array.text)")
        }
        return values[0]
    }
}
