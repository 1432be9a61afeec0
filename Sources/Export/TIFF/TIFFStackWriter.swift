public import Bytes
public import Imaging

/// Writes a stack of images as a TIFF file with a page an image, that ImageJ opens as a stack with
/// labels, or that readers of OME-TIFF open with its channels.
///
/// Pages come one by one and are written at once. A file that could reach 4 GiB is a BigTIFF.
public struct TIFFStackWriter {
    /// For whom the description is.
    public enum Form: Sendable {
        /// ImageJ: slices with labels, unit and range of display.
        case imageJ
        /// OME-XML (schema 2016-06): channels with names, the pixel's physical size.
        case ome(name: String)
    }

    private let grid: PixelGrid
    private let labels: [String]
    private let type: ImageType
    private let form: Form
    private let isBig: Bool
    private var file: ScratchFile
    private var strips: [(offset: Int, size: Int)] = []
    private var range = (low: Double.infinity, high: -Double.infinity)

    /// Starts a file.
    ///
    /// - Parameters:
    ///   - labels: one a page.
    ///   - type: holds all values of all pages.
    ///   - file: an empty one; the caller's to finish after `finish` of this.
    public init(
        grid: PixelGrid, labels: [String], type: ImageType, form: Form, into file: ScratchFile
    ) throws(FileError) {
        precondition(file.size == 0, "an empty file")
        precondition(!labels.isEmpty, "at least one page")
        (self.grid, self.labels, self.form, self.file) = (grid, labels, form, file)
        // ImageJ has no 32-bit whole numbers.
        if case .imageJ = form, type == .uint32 { self.type = .float64 } else { self.type = type }
        let (size, overflow) = grid.count.multipliedReportingOverflow(
            by: labels.count * self.type.size)
        isBig = overflow || size > 4_000_000_000 - 4096 * labels.count
        try file.write(TIFFDirectory.header(first: 0, isBig: isBig))
    }

    /// Adds the next page.
    ///
    /// - Precondition: a value a pixel; no more pages than labels.
    public mutating func add(_ values: PixelValues) throws(FileError) {
        precondition(values.count == grid.count, "a value a pixel")
        precondition(strips.count < labels.count, "a page a label")
        for value in values.doubles where value.isFinite {
            range = (min(range.low, value), max(range.high, value))
        }
        let strip = Deflate.compress(type.bytes(values), level: 4)
        strips.append((file.size, strip.count))
        try file.write(strip)
        if file.size % 2 == 1 { try file.write([0]) }
    }

    /// Writes the directories of the pages.
    ///
    /// - Precondition: all pages have been added.
    public func finish() throws(FileError) {
        precondition(strips.count == labels.count, "a page a label")
        let first =
            isBig
            ? TIFFDirectory.little(UInt64(file.size)) : TIFFDirectory.little(UInt32(file.size))
        try file.replace(first, at: isBig ? 8 : 4)
        for (page, strip) in strips.enumerated() {
            var directory = TIFFDirectory(isBig: isBig)
            directory.image(
                grid, bits: 8 * type.size,
                format: type == .float32 || type == .float64 ? 3 : 1)
            directory.strip(at: strip.offset, size: strip.size)
            directory.calibrate(grid)
            if page == 0 { describe(&directory) }
            try file.write(directory.encoded(at: file.size, isLast: page == strips.count - 1))
        }
    }

    private func describe(_ directory: inout TIFFDirectory) {
        switch form {
        case .ome(let name):
            directory.text(
                270, OMEXML.document(name: name, grid: grid, type: type, channels: labels))
        case .imageJ:
            let unit = grid.pixelSizeMicrometres == nil ? "pixel" : "micron"
            let (low, high) = range.low <= range.high ? range : (0, 0)
            directory.text(
                270,
                """
                ImageJ=1.54f
                images=\(labels.count)
                slices=\(labels.count)
                unit=\(unit)
                loop=false
                min=\(low)
                max=\(high)

                """)
            addLabels(to: &directory)
        }
    }

    /// ImageJ's tags 50838 and 50839 (ij/io/TiffEncoder): a table of what follows, then a text a slice.
    private func addLabels(to directory: inout TIFFDirectory) {
        let texts = labels.map { label in label.utf16.flatMap { TIFFDirectory.little($0) } }
        let table =
            Array("JIJI".utf8) + Array("lbal".utf8) + TIFFDirectory.little(UInt32(labels.count))
        directory.longs(50838, [table.count] + texts.map(\.count))
        directory.bytes(50839, table + texts.joined())
    }
}

/// The metadata of an OME-TIFF file.
enum OMEXML {
    static func document(
        name: String, grid: PixelGrid, type: ImageType, channels: [String]
    ) -> String {
        let kind =
            switch type {
            case .uint8: "uint8"
            case .uint16: "uint16"
            case .uint32: "uint32"
            case .float32: "float"
            case .float64: "double"
            }
        let size =
            grid.pixelSizeMicrometres.map {
                " PhysicalSizeX=\"\($0)\" PhysicalSizeXUnit=\"µm\""
                    + " PhysicalSizeY=\"\($0)\" PhysicalSizeYUnit=\"µm\""
            } ?? ""
        let list = channels.enumerated().map { index, channel in
            "<Channel ID=\"Channel:0:\(index)\" Name=\"\(escaped(channel))\" SamplesPerPixel=\"1\"/>"
        }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" \
            xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
            xsi:schemaLocation="http://www.openmicroscopy.org/Schemas/OME/2016-06 \
            http://www.openmicroscopy.org/Schemas/OME/2016-06/ome.xsd">\
            <Image ID="Image:0" Name="\(escaped(name))">\
            <Pixels ID="Pixels:0" DimensionOrder="XYCZT" Type="\(kind)" SizeX="\(grid.width)" \
            SizeY="\(grid.height)" SizeC="\(channels.count)" SizeZ="1" SizeT="1"\(size)>\
            \(list.joined())<TiffData IFD="0" PlaneCount="\(channels.count)"/></Pixels></Image></OME>
            """
    }

    private static func escaped(_ text: String) -> String { XMLText.escaped(text) }
}
