import Bytes
import Imaging

/// Reads ION-TOF's binary image export, BIF6.
///
/// Its layout is not published by the maker; this is what readers of the field agree on (the R
/// package tofsims, pySPM): two bytes 0 and `BIF6`; number of images, width and height (16 bits
/// each); then for every image its number (32 bits), the lower, middle and upper m/z of its peak
/// (32-bit floating point), and the counts row by row (32 bits each); all little-endian. An image
/// without m/z is the sum of all ions and is left out.
struct BIF6Reader {
    let options: ImportOptions
    let progress: ProgressGate

    private static let headSize = 12
    private static let imageHeadSize = 16

    /// The first bytes of such a file.
    static func isHead(_ head: [UInt8]) -> Bool {
        head.starts(with: [0, 0] + Array("BIF6".utf8))
    }

    /// Whether an upload is one file of this kind, or an archive of one and text about it.
    static func accepts(_ files: [SourceFile]) throws(ImportError) -> Bool {
        for file in files where files.count == 1 || file.ending.hasPrefix("bif") {
            if isHead(try file.head()) { return true }
        }
        return false
    }

    /// The dataset.
    ///
    /// - Throws: `ImportError`, naming the byte.
    func read(_ contents: UploadContents) throws(ImportError) -> ImportedDataset {
        var found: [SourceFile] = []
        var others: [String] = []
        for file in contents.files {
            if Self.isHead(try file.head()) {
                found.append(file)
            } else {
                others.append(file.shownName)
            }
        }
        guard found.count == 1 else {
            throw ImportError(
                .malformed, "Expected one BIF6 file, found \(found.count): send one at a time.",
                places: found.prefix(20).map {
                    .init(file: $0.shownName, line: nil, detail: "\($0.size) bytes")
                })
        }
        let file = found[0]
        var warnings: [String] = []
        if !others.isEmpty {
            warnings.append(
                "Files that are no BIF6 images are left out: \(AsciiSetReader.list(others)).")
        }
        let slice = try file.onDisk(scratch: contents.folder)
        let size = try size(file, slice)
        let read = try images(file, slice, size)
        if read.totals > 0 { warnings.append("The image of all ions together is left out.") }
        guard !read.channels.isEmpty else {
            throw refusal(file, "expected an image with an m/z, found the sum of all ions only")
        }
        try ChannelOrder.requireDistinct(read.channels)
        let order = ChannelOrder.order(read.channels)
        let kept = try ChannelOrder.kept(
            order.map { read.channels[$0] }, order.map { read.planes[$0] }, options, &warnings)
        return ImportedDataset(
            grid: PixelGrid(
                width: size.width, height: size.height,
                pixelSizeMicrometres: options.pixelSizeMicrometres),
            channels: kept.channels, planes: kept.planes,
            name: Candidates.stem(of: file.name).map { printable($0, limit: 120) },
            format: "bif6", warnings: warnings)
    }

    private func refusal(_ file: SourceFile, _ what: String) -> ImportError {
        ImportError(
            .malformed, "The BIF6 file \(file.shownName): \(what).",
            places: [.init(file: file.shownName, line: nil, detail: what)])
    }

    private func bytes(
        _ file: SourceFile, _ slice: FileSlice, _ count: Int, at offset: Int
    ) throws(ImportError) -> [UInt8] {
        do throws(FileError) {
            return try slice.file.read(count, at: slice.offset + offset)
        } catch { throw ImportError(file: error, name: file.shownName) }
    }

    private typealias Size = (images: Int, width: Int, height: Int)

    /// The numbers of the header, held against the file's size.
    private func size(_ file: SourceFile, _ slice: FileSlice) throws(ImportError) -> Size {
        guard slice.size >= Self.headSize else {
            throw refusal(file, "expected a header of 12 bytes, found \(slice.size)")
        }
        let head = try bytes(file, slice, Self.headSize, at: 0)
        func number(_ at: Int) -> Int { Int(head[at]) | Int(head[at + 1]) << 8 }
        let (images, width, height) = (number(6), number(8), number(10))
        guard images > 0, width > 0, height > 0 else {
            throw refusal(file, "\(images) images of \(width) x \(height) pixels")
        }
        guard width <= 8_192, height <= 8_192,
            images <= AsciiSetReader.largestStack / (width * height)
        else {
            throw ImportError(
                .tooLarge,
                "\(images) images of \(width) x \(height) pixels: at most 8192 a side and"
                    + " \(AsciiSetReader.largestStack) values are read.")
        }
        let expected = Self.headSize + images * (Self.imageHeadSize + width * height * 4)
        guard slice.size == expected else {
            throw refusal(
                file,
                "expected \(expected) bytes for \(images) images of \(width) x \(height) pixels,"
                    + " found \(slice.size)")
        }
        return (images, width, height)
    }

    private func images(
        _ file: SourceFile, _ slice: FileSlice, _ size: Size
    ) throws(ImportError) -> (channels: [Channel], planes: [PixelValues], totals: Int) {
        var channels: [Channel] = []
        var planes: [PixelValues] = []
        var totals = 0
        let imageSize = Self.imageHeadSize + size.width * size.height * 4
        for index in 0..<size.images {
            let bytes = try bytes(
                file, slice, imageSize, at: Self.headSize + index * imageSize)
            let mz = try mass(bytes, of: index, file)
            progress.advance(by: 1 / Double(size.images))
            if progress.isStopped { throw ImportError(.cancelled, "The import was stopped.") }
            guard let mz else {
                totals += 1
                continue
            }
            channels.append(Channel(mz: mz, mzDigits: ChannelOrder.digits(of: mz, precision: 1e-7)))
            let counts = NPYArray(
                shape: [size.width * size.height], type: "<u4",
                data: Array(bytes[Self.imageHeadSize...]))
            planes.append(PixelValues(smallest: counts.doubles ?? []))
        }
        return (channels, planes, totals)
    }

    /// The middle m/z of an image's peak; nil for the image of all ions.
    private func mass(
        _ bytes: [UInt8], of index: Int, _ file: SourceFile
    ) throws(ImportError) -> Double? {
        func float(_ at: Int) -> Double {
            var bits: UInt32 = 0
            for byte in bytes[at..<at + 4].reversed() { bits = bits << 8 | UInt32(byte) }
            return Double(Float(bitPattern: bits))
        }
        let (lower, middle, upper) = (float(4), float(8), float(12))
        guard [lower, middle, upper].allSatisfy({ $0 >= 0 && $0 <= 1e6 }) else {
            throw refusal(
                file,
                "image \(index + 1): expected m/z of 0 to 1,000,000, found \(lower), \(middle),"
                    + " \(upper)")
        }
        if middle > 0 { return middle }
        return upper > 0 ? (lower + upper) / 2 : nil
    }
}
