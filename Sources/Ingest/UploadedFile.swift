/// One file of an upload, as it lies on this machine's disk.
public struct UploadedFile: Sendable {
    /// Where it lies.
    public var path: String
    /// What the client calls it; may be empty, may hold anything.
    public var name: String

    /// A file on disk and its name.
    public init(path: String, name: String) {
        self.path = path
        self.name = name
    }
}

/// How an upload is to be read.
public struct ImportOptions: Sendable {
    /// Accept pixels that a file does not list as zero.
    public var missingAsZero = false
    /// Channels with fewer counts over the image are left out, which a warning says.
    public var minimumTotalCounts: Double?
    /// Side of a pixel in micrometres; nil takes what a header says.
    public var pixelSizeMicrometres: Double?

    /// The layers in depth to sum, as the data number them; nil for all.
    public var layers: ClosedRange<Int>?

    /// How spectra become channels.
    public var massAxis = MassAxis.auto
    /// Width of the cells in which m/z values of spectra are taken for one; nil for 0.01 m/z, or
    /// twice the distance of the points of profiles.
    public var massTolerance: MassTolerance?

    /// Every pixel listed, every channel kept, all layers, the headers' pixel size.
    public init() {}
}

/// How the m/z values of spectra become channels.
public enum MassAxis: String, Sendable, CaseIterable {
    /// Every m/z value a channel where they are few and the spectra share them, else one a peak.
    case auto
    /// Every m/z value a channel.
    case exact
    /// One channel a peak of the mean spectrum.
    case peaks
}

/// Width of cells of the m/z axis.
public enum MassTolerance: Sendable, Equatable {
    /// In m/z, above 0.
    case mz(Double)
    /// In parts of a million of the m/z, above 0.
    case ppm(Double)
}
