public import Imaging

/// What an upload holds: the ion images of one measurement.
public struct ImportedDataset: Sendable {
    /// The raster.
    public var grid: PixelGrid
    /// M channels: ascending by m/z, then those without one in the order of their labels.
    public var channels: [Channel]
    /// M images, row-major, each in the smallest exact type.
    public var images: ImportedImages
    /// Layers in depth that were summed, at least 1.
    public var layers: Int
    /// `negative` or `positive`, where a header says so.
    public var polarity: String?
    /// The measurement's name by the file names.
    public var name: String?
    /// The format that was read: `surfacelab-ascii`, `npz`, `imzml`, `tiff` or `bif6`.
    public var format: String
    /// What the user should know, one sentence each.
    public var warnings: [String]

    /// The images of an import that is held in memory, as all but large imzML imports are; empty
    /// for those.
    public var planes: [PixelValues] { images.inMemory ?? [] }

    /// A dataset from its parts.
    ///
    /// - Precondition: one plane a channel, one value a pixel.
    public init(
        grid: PixelGrid, channels: [Channel], planes: [PixelValues], layers: Int = 1,
        polarity: String? = nil, name: String? = nil, format: String, warnings: [String] = []
    ) {
        precondition(planes.allSatisfy { $0.count == grid.count }, "one value a pixel")
        self.init(
            grid: grid, channels: channels, images: ImportedImages(planes), layers: layers,
            polarity: polarity, name: name, format: format, warnings: warnings)
    }

    init(
        grid: PixelGrid, channels: [Channel], images: ImportedImages, layers: Int,
        polarity: String?, name: String?, format: String, warnings: [String]
    ) {
        precondition(channels.count == images.count, "one image a channel")
        self.grid = grid
        self.channels = channels
        self.images = images
        self.layers = layers
        self.polarity = polarity
        self.name = name
        self.format = format
        self.warnings = warnings
    }
}
