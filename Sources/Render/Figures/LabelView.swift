import Imaging

/// A label image at the pixels of a figure.
struct LabelView {
    private let values: [Int32]
    private let columns: Int
    private let rows: Int
    private let zoom: Int

    init(labels: LabelImage, display: DisplayScale) {
        let (columns, rows) = (display.width / display.zoom, display.height / display.zoom)
        self.columns = columns
        self.rows = rows
        zoom = display.zoom
        if display.shrink == 1 {
            values = labels.values
        } else {
            values = (0..<columns * rows).map {
                labels.values[display.source($0 % columns, $0 / columns, grid: labels.grid)]
            }
        }
    }

    /// The cell at a figure pixel, 0 outside.
    @inline(__always)
    func label(_ x: Int, _ y: Int) -> Int32 {
        guard x >= 0, y >= 0, x < columns * zoom, y < rows * zoom else { return 0 }
        return values[y / zoom * columns + x / zoom]
    }

    /// Whether two cells meet here; true on one side of their border only, so a seam is one pixel.
    @inline(__always)
    func seam(_ x: Int, _ y: Int) -> Bool {
        let here = label(x, y)
        guard here > 0 else { return false }
        let right = label(x + 1, y)
        let below = label(x, y + 1)
        return (right > 0 && right != here) || (below > 0 && below != here)
    }

    /// Whether a cell's outline passes here: its outermost pixels, and one side of a border of two.
    @inline(__always)
    func outline(_ x: Int, _ y: Int) -> Bool {
        let here = label(x, y)
        guard here > 0 else { return false }
        return label(x + 1, y) != here || label(x, y + 1) != here || label(x - 1, y) == 0
            || label(x, y - 1) == 0
    }
}
