/// The anatomy of a preset: what there is in the section and how its nuclei are packed.
struct TissueStyle: Sendable {
    /// Mean area of a hepatocyte (or cultured) nucleus in pixels.
    var nucleusArea = 52.0
    /// Standard deviation of the logarithm of a nucleus's area.
    var areaSpread = 0.24
    /// Smallest nucleus kept, in pixels.
    var minimumArea = 26
    /// Nuclei wanted per pixel of tissue.
    var density = 0.0115
    /// Share of nuclei that may touch others; the rest keep a pixel of clearance.
    var touching = 0.45
    /// Largest share of a nucleus that may be hidden under those placed before it.
    var overlap = 0.1
    /// Radius of the central vein as a fraction of the side; 0 for none.
    var vein = 15.0 / 256
    /// Where the fibrotic boundary lies, as a fraction of the height; nil for none.
    var fibrosis: Double? = 0.83
    /// Number of portal tracts.
    var portals = 0
    /// Cultured cells on glass instead of tissue, each line in its own field.
    var culture = false

    /// The style of a preset.
    static func named(_ preset: String) -> TissueStyle {
        var style = TissueStyle()
        switch preset {
        case "dense":
            style.nucleusArea = 45
            style.minimumArea = 24
            style.density = 0.0138
            style.touching = 0.85
            style.overlap = 0.12
            style.vein = 0
        case "culture":
            style.nucleusArea = 100
            style.areaSpread = 0.22
            style.minimumArea = 40
            style.density = 0.0028
            style.touching = 0.06
            style.vein = 0
            style.fibrosis = nil
            style.culture = true
        case "liver":
            style.nucleusArea = 31
            style.minimumArea = 11
            style.density = 0.0116
            style.touching = 0.1
            style.fibrosis = nil
            style.portals = 2
        case "fibrosis":
            style.vein = 0
            style.fibrosis = 0.62
        default: break
        }
        return style
    }
}
