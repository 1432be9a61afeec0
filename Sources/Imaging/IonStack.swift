/// A stack of ion images in memory, as the analysis takes it.
public struct IonStack: Sendable {
    /// The raster, P = `grid.count` pixels.
    public let grid: PixelGrid
    /// The M channels, ascending by m/z, channels without a mass last.
    public let channels: [Channel]
    /// Counts, ion-major: the value of channel m at pixel p is `counts[m * P + p]`.
    public let counts: [Float]

    /// A stack of M images.
    ///
    /// - Precondition: `counts.count == channels.count * grid.count`.
    public init(grid: PixelGrid, channels: [Channel], counts: [Float]) {
        precondition(counts.count == channels.count * grid.count, "M x P counts")
        self.grid = grid
        self.channels = channels
        self.counts = counts
    }

    /// The image of one channel, P values in row-major order, without a copy.
    public func plane(_ channel: Int) -> ArraySlice<Float> {
        counts[channel * grid.count..<(channel + 1) * grid.count]
    }
}
