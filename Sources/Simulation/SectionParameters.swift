/// What kind of section is simulated, how large, how hard and with which faults.
public struct SectionParameters: Sendable, Hashable {
    /// Name of the tissue: one of `presets`. It fixes the anatomy (see `TissueStyle`).
    public var preset: String
    /// Side of the square image in pixels, 16...2048. Nuclei keep their size in pixels.
    public var size: Int
    /// Number of ion channels, 8...800.
    public var ions: Int
    /// Number of cell types, 1...32.
    public var types: Int
    /// Seed of every random choice; the same seed and parameters give the same bytes.
    public var seed: UInt64
    /// Multiplies the logarithm of every type-specific fold change, 0...4; 0 makes all types alike.
    public var effect: Double
    /// Multiplies every expected count (the dose), above 0, at most 100.
    public var counts: Double
    /// Multiplies the excess of the nuclear ions inside nuclei, 0...10; 0 hides the nuclei.
    public var contrast: Double
    /// Standard deviation of the smooth logarithmic detection gain, 0...1.
    public var gainSD: Double
    /// Fraction of pixels that are hot (counts raised 5 to 25 times), 0...0.1.
    public var hot: Double
    /// Number of raster lines with a wrong gain, 0...`size`.
    public var badLines: Int
    /// Expected count at which the detector saturates; 0 for a detector that never does.
    public var saturation: Double
    /// Whether every type has a few ions of which its nuclei hold either much or little.
    public var bimodal: Bool
    /// Side of the field of view in micrometres, above 0.
    public var fieldOfView: Double

    /// The parameters of a named preset, or nil if there is none of that name.
    public static func preset(_ name: String) -> SectionParameters? {
        guard presets.contains(name) else { return nil }
        var parameters = SectionParameters(preset: name)
        switch name {
        case "tiny":
            parameters.size = 64
            parameters.ions = 40
            parameters.types = 3
        case "dense":
            parameters.hot = 0.0005
            parameters.badLines = 6
            parameters.saturation = 60
        case "culture":
            parameters.types = 4
        default: break
        }
        return parameters
    }

    /// The names `preset` knows, plainest first.
    public static let presets = ["tiny", "standard", "dense", "culture", "liver", "fibrosis"]

    private init(preset: String) {
        self.preset = preset
        size = 256
        ions = 250
        types = 8
        seed = 1
        effect = 1
        counts = 1
        contrast = 1
        gainSD = 0.18
        hot = 0
        badLines = 0
        saturation = 0
        bimodal = true
        fieldOfView = 400
    }

    /// Checks every range.
    ///
    /// - Throws: `.badParameter` for the first one outside its range.
    func validate() throws(SimulationError) {
        guard Self.presets.contains(preset) else {
            throw .badParameter(
                name: "preset",
                detail: "expected one of \(Self.presets.joined(separator: ", ")), found \(preset)")
        }
        try check("size", Double(size), 16, 2048)
        try check("ions", Double(ions), 8, 800)
        try check("types", Double(types), 1, 32)
        try check("effect", effect, 0, 4)
        try check("counts", counts, 1e-6, 100)
        try check("contrast", contrast, 0, 10)
        try check("gain-sd", gainSD, 0, 1)
        try check("hot", hot, 0, 0.1)
        try check("bad-lines", Double(badLines), 0, Double(size))
        try check("saturation", saturation, 0, 65_535)
        try check("field-of-view", fieldOfView, 1e-3, 1e7)
        guard size * size * ions <= 500_000_000 else {
            throw .badParameter(
                name: "size",
                detail: "expected at most 500000000 pixels x ions, found \(size * size * ions)")
        }
    }
}
