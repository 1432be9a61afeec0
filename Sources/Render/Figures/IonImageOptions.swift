/// How an ion image becomes a picture.
public struct IonImageOptions: Sendable, Hashable {
    /// How values are spread over the colours.
    public enum Scale: String, CaseIterable, Sendable, Hashable {
        /// In proportion.
        case linear
        /// By the square root: shows weak pixels beside a few hot ones.
        case sqrt
        /// By log(1 + value).
        case log
    }

    /// The colours.
    public var colormap = ColorMap.viridis
    /// The percentile of the positive pixels that takes the last colour, 0 < clip <= 100.
    public var clip = 99.0
    /// How values are spread over the colours.
    public var scale = Scale.linear
    /// Standard deviation in pixels of a Gaussian smoothing before anything else; 0 is none, at
    /// most 64.
    public var smooth = 0.0
    /// PNG pixels a raster pixel, 1...8.
    public var zoom = 1
    /// Whether to make a figure with a title and a colour bar.
    public var legend = false
    /// Whether to add a scale bar.
    public var scaleBar = false

    /// The defaults.
    public init() {}

    /// Options; what is out of range is brought to the nearest allowed value.
    public init(
        colormap: ColorMap = .viridis, clip: Double = 99, scale: Scale = .linear,
        smooth: Double = 0, zoom: Int = 1, legend: Bool = false, scaleBar: Bool = false
    ) {
        self.colormap = colormap
        self.clip = clip
        self.scale = scale
        self.smooth = smooth
        self.zoom = zoom
        self.legend = legend
        self.scaleBar = scaleBar
    }

    /// The options with every number inside its range.
    var tamed: IonImageOptions {
        var options = self
        options.clip = clip.isFinite ? min(100, max(0.01, clip)) : 99
        options.smooth = smooth.isFinite ? min(64, max(0, smooth)) : 0
        options.zoom = min(8, max(1, zoom))
        return options
    }
}
