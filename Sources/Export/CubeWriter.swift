public import Bytes
public import Imaging

/// Writes a stack of images as the arrays that `numpy.load` gives of a `.npz` file: `cube` (ions,
/// height, width), `mz` (NaN for a channel known by its label only), `labels`, and `pixel_um` where it
/// is known. The server reads such a file back.
///
/// Images come one by one and are written at once.
public struct CubeWriter {
    private let grid: PixelGrid
    private let channels: [Channel]
    private let type: ImageType
    private var zip: ZipWriter
    private var added = 0

    /// Starts an archive; `type` holds all values of all images.
    public init(
        grid: PixelGrid, channels: [Channel], type: ImageType, into zip: ZipWriter
    ) throws(FileError) {
        (self.grid, self.channels, self.type, self.zip) = (grid, channels, type, zip)
        try self.zip.begin("cube.npy")
        try self.zip.write(Self.header(grid: grid, images: channels.count, type: type))
    }

    /// The header of the `.npy` file of such a cube.
    public static func header(grid: PixelGrid, images: Int, type: ImageType) -> [UInt8] {
        NPY.header(type: type.rawValue, shape: [images, grid.height, grid.width])
    }

    /// The bytes of one image in a cube of a type that holds it.
    public static func plane(_ values: PixelValues, type: ImageType) -> [UInt8] {
        type.bytes(values)
    }

    /// Adds the next image.
    ///
    /// - Precondition: a value a pixel; no more images than channels.
    public mutating func add(_ values: PixelValues) throws(FileError) {
        precondition(values.count == grid.count, "a value a pixel")
        precondition(added < channels.count, "an image a channel")
        try zip.write(type.bytes(values))
        added += 1
    }

    /// The archive with all arrays.
    ///
    /// - Precondition: all images have been added.
    public mutating func finish() throws(FileError) -> ZipWriter {
        precondition(added == channels.count, "an image a channel")
        try zip.end()
        try zip.add("mz.npy", NPYArray(float64: channels.map { $0.mz ?? .nan }).encoded())
        try zip.add("labels.npy", NPYArray(strings: channels.map { $0.label ?? "" }).encoded())
        if let size = grid.pixelSizeMicrometres {
            try zip.add("pixel_um.npy", NPYArray(float64: [size], shape: []).encoded())
        }
        return zip
    }
}
