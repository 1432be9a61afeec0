public import Imaging

/// A simulated section: what the instrument would give, and the truth behind it.
public struct SimulatedSection: Sendable {
    /// What it was made from.
    public let parameters: SectionParameters
    /// The ion images: whole counts, 0...65,535.
    public let stack: IonStack
    /// The nuclei, numbered 1...C; each is one 4-connected piece.
    public let truth: LabelImage
    /// Type of every nucleus (0-based, element c - 1 for nucleus c).
    public let types: [Int32]
    /// Name of every type.
    public let typeNames: [String]
    /// Centre of every nucleus: the mean of its pixels' centres, in pixels.
    public let centroids: [(x: Double, y: Double)]
    /// Number of pixels of every nucleus.
    public let areas: [Int32]
    /// Relative nuclear content of every nucleus, about 1.
    public let brightness: [Double]
    /// Mean fold change of ion m inside the nuclei of type k: `fold[k][m]`, 1 for none.
    public let fold: [[Double]]
    /// Where not 0, half of the nuclei of type k hold 1 + b times the mean of ion m and half 1 - b.
    public let bimodal: [[Double]]
    /// Indices of the ions that are raised in every nucleus, ascending; adenine is one.
    public let nuclearIons: [Int32]
    /// Index of adenine (m/z 134.05).
    public let adenine: Int
    /// Logarithmic change of every ion at the wall of the vein.
    public let zonation: [Double]
    /// Logarithmic change of every ion in the fibrotic band.
    public let fibrosisLoad: [Double]
    /// Centre of zonation in pixels: of the vein, or off the section where there is none.
    public let veinCentre: (x: Double, y: Double)
    /// Radius of the vein in pixels; 0 for none.
    public let veinRadius: Double
    /// The boundary of the fibrotic band, left to right, in pixels; empty for none.
    public let fibrosisPolyline: [(x: Double, y: Double)]
    /// Whether each pixel (row-major) is in the fibrotic band.
    public let fibrosisRegion: [Bool]
    /// Detection gain of every pixel, bad lines included.
    public let gain: [Float]
    /// Hot pixels.
    public let hotPixels: [(x: Int, y: Int)]
    /// Rows with a wrong gain, ascending.
    public let badLines: [Int]
}
