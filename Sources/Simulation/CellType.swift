/// Where a type of cell lives.
enum Niche: Sendable, Hashable {
    /// Between the vessels, hepatocytes by their distance from the vein (0 near, 1 middle, 2 far).
    case parenchyma(zone: Int)
    /// Anywhere along the sinusoids.
    case sinusoid
    /// In the wall of the vein.
    case veinWall
    /// In the fibrotic band, as elongated cells along it.
    case fibrotic
    /// In the fibrotic band or the portal tracts.
    case inflamed
    /// In its own field of a culture.
    case field
}

/// A type of cell: its name, where it lives and what its nuclei look like.
struct CellType: Sendable, Hashable {
    let name: String
    let niche: Niche
    /// Mean nucleus area relative to a hepatocyte's.
    let area: Double
    /// Mean ratio of the long to the short axis.
    let elongation: Double

    /// The first `count` types of a style.
    static func list(_ count: Int, style: TissueStyle) -> [CellType] {
        (0..<count).map {
            style.culture ? cultured($0) : tissue($0, fibrotic: style.fibrosis != nil)
        }
    }

    private static func cultured(_ index: Int) -> CellType {
        let letter =
            index < 26
            ? String(UnicodeScalar(UInt8(65 + index))) : String(index + 1)
        return CellType(
            name: "Line \(letter)", niche: .field, area: 0.94 + 0.06 * Double(index % 3),
            elongation: 1.15 + 0.1 * Double(index % 2))
    }

    private static func tissue(_ index: Int, fibrotic: Bool) -> CellType {
        switch index {
        case 0:
            CellType(
                name: "Hepatocyte C1", niche: .parenchyma(zone: 0), area: 1, elongation: 1.15)
        case 1:
            CellType(
                name: "Hepatocyte C2", niche: .parenchyma(zone: 1), area: 1, elongation: 1.15)
        case 2: CellType(name: "Kupffer", niche: .sinusoid, area: 0.68, elongation: 1.4)
        case 3: CellType(name: "Endothelial 1", niche: .sinusoid, area: 0.68, elongation: 1.8)
        case 4:
            CellType(
                name: fibrotic ? "Fibroblast" : "Stellate", niche: .fibrotic, area: 0.7,
                elongation: 2.1)
        case 5:
            CellType(
                name: "Hepatocyte C3", niche: .parenchyma(zone: 2), area: 1, elongation: 1.15)
        case 6: CellType(name: "Endothelial 2", niche: .veinWall, area: 0.74, elongation: 1.9)
        case 7:
            CellType(
                name: fibrotic ? "Immune" : "Portal immune", niche: .inflamed, area: 0.64,
                elongation: 1.1)
        default:
            CellType(name: "Type \(index + 1)", niche: .sinusoid, area: 0.8, elongation: 1.3)
        }
    }
}
