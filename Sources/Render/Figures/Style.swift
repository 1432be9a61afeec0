import Imaging

/// Sizes that all figures share, in pixels of a picture at 2 x density.
enum Style {
    static let title = Font(size: 26, bold: true)
    static let label = Font(size: 22)
    static let strong = Font(size: 22, bold: true)
    static let small = Font(size: 20)
    /// Around everything.
    static let margin = 28
    /// Between parts.
    static let gap = 20
    /// A thin line.
    static let line = 2
    /// Length of a tick.
    static let tick = 8
    /// No figure's content is narrower, so that titles and notes have room.
    static let narrowest = 520
}

/// How many picture pixels an image's pixel takes in a figure.
struct DisplayScale: Sendable, Hashable {
    /// Whole enlargement, 1 where the image is reduced.
    let zoom: Int
    /// Whole reduction, 1 where the image is enlarged.
    let shrink: Int
    /// Size in picture pixels.
    let width: Int
    let height: Int

    /// Enlarges a small image to about `target` pixels on its longer side (at least by `atLeast`),
    /// and reduces one that is over 4096.
    init(grid: PixelGrid, target: Int = 900, atLeast: Int = 1) {
        let side = max(grid.width, grid.height)
        let wanted = min(64, max(atLeast, target / side, 1))
        let zoom = side * wanted <= 4096 ? wanted : max(1, 4096 / side)
        self.zoom = zoom
        shrink = zoom > 1 ? 1 : (side + 4095) / 4096
        width = max(1, grid.width / shrink) * zoom
        height = max(1, grid.height / shrink) * zoom
    }

    /// Picture pixels a raster pixel.
    var factor: Double { Double(zoom) / Double(shrink) }

    /// Means of blocks of `shrink` x `shrink` values; the values themselves without a reduction.
    func reduced(_ values: [Float], grid: PixelGrid) -> [Float] {
        guard shrink > 1 else { return values }
        let columns = max(1, grid.width / shrink)
        let rows = max(1, grid.height / shrink)
        var result = [Float](repeating: 0, count: columns * rows)
        for row in 0..<rows {
            for column in 0..<columns {
                var sum: Float = 0
                var count: Float = 0
                for y in row * shrink..<min(grid.height, (row + 1) * shrink) {
                    for x in column * shrink..<min(grid.width, (column + 1) * shrink) {
                        sum += values[y * grid.width + x]
                        count += 1
                    }
                }
                result[row * columns + column] = sum / count
            }
        }
        return result
    }

    /// The raster pixel shown at a picture pixel.
    func source(_ x: Int, _ y: Int, grid: PixelGrid) -> Int {
        let column = min(grid.width - 1, x / zoom * shrink)
        let row = min(grid.height - 1, y / zoom * shrink)
        return row * grid.width + column
    }
}
