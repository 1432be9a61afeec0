#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif
import Kernels

/// Which cell's cytoplasm covers each pixel, and how thick the material is there.
struct CellMap: Sendable {
    /// Nucleus (0-based) whose cell covers the pixel, or -1 on bare ground.
    let owner: [Int32]
    /// Relative thickness: below 1 in the seams between cells, 0 on bare ground.
    let thickness: [Float]
    /// Inside nuclei, relative nuclear content: about 1, higher in the middle; 0 elsewhere.
    let dome: [Float]

    /// Cells are the neighbourhoods of the nuclei (a Voronoi diagram from the nuclear outlines);
    /// in a culture they end at twice the nuclear radius.
    ///
    /// - Complexity: O(P) for a bounded density: nuclei are looked up in square bins.
    init(nuclei: [Nucleus], ground: Ground, size: Int, culture: Bool) {
        let bins = NucleusBins(nuclei: nuclei, size: size)
        var owner = [Int32](repeating: -1, count: size * size)
        var thickness = [Float](repeating: 0, count: size * size)
        for y in 0..<size {
            for x in 0..<size {
                let pixel = y * size + x
                if !culture, ground.kinds[pixel] == .outside { continue }
                let (nearest, first, second) = bins.nearest(x: Double(x), y: Double(y))
                let reach = nearest < 0 ? 0 : nuclei[nearest].outline.short
                if culture, first > 1.05 * reach { continue }
                owner[pixel] = Int32(nearest)
                thickness[pixel] = second - first < 1.3 ? 0.78 : 1
                if culture { thickness[pixel] *= Float(1 - 0.45 * max(first, 0) / (1.05 * reach)) }
            }
        }
        var dome = [Float](repeating: 0, count: size * size)
        for nucleus in nuclei {
            for pixel in nucleus.pixels {
                let y = pixel / size
                let radius = nucleus.outline.radius(x: Double(pixel - y * size), y: Double(y))
                dome[pixel] = Float(0.8 + 0.35 * max(0, 1 - radius * radius))
            }
        }
        self.owner = owner
        self.thickness = thickness
        self.dome = dome
    }
}

/// Nuclei by square bins, to find those near a pixel.
private struct NucleusBins {
    private let nuclei: [Nucleus]
    private let side = 16
    private let across: Int
    private var bins: [[Int]]

    init(nuclei: [Nucleus], size: Int) {
        self.nuclei = nuclei
        across = (size + side - 1) / side
        bins = [[Int]](repeating: [], count: across * across)
        for (index, nucleus) in nuclei.enumerated() {
            bins[bin(nucleus.outline.centre.y) * across + bin(nucleus.outline.centre.x)]
                .append(index)
        }
    }

    private func bin(_ value: Double) -> Int { min(max(Int(value) / side, 0), across - 1) }

    /// The nearest nucleus (-1 for none within two bins) and the distances from the outlines of the
    /// nearest and the second nearest.
    func nearest(x: Double, y: Double) -> (index: Int, first: Double, second: Double) {
        var best = (index: -1, first: Double.infinity, second: Double.infinity)
        let row = bin(y)
        let column = bin(x)
        for by in max(0, row - 2)...min(across - 1, row + 2) {
            for bx in max(0, column - 2)...min(across - 1, column + 2) {
                for index in bins[by * across + bx] {
                    let outline = nuclei[index].outline
                    let radius = max(outline.radius(x: x, y: y), 1e-6)
                    let centre = outline.centre.distance(to: Point(x: x, y: y))
                    let gap = centre - centre / radius
                    if gap < best.first {
                        best = (index, gap, best.first)
                    } else if gap < best.second {
                        best.second = gap
                    }
                }
            }
        }
        return best
    }
}
