/// A segmentation mask: at every pixel the number of the cell it belongs to, or 0.
public struct LabelImage: Sendable, Hashable {
    /// The raster.
    public let grid: PixelGrid
    /// Cell number of every pixel in row-major order; 0 is outside, cells are numbered 1..C.
    public let values: [Int32]
    /// C, the largest cell number.
    public let cellCount: Int

    /// A mask over a grid.
    ///
    /// - Precondition: one value a pixel, none negative.
    public init(grid: PixelGrid, values: [Int32]) {
        precondition(values.count == grid.count, "one label a pixel")
        self.grid = grid
        self.values = values
        self.cellCount = Int(values.max() ?? 0)
        precondition(values.allSatisfy { $0 >= 0 }, "labels are not negative")
    }

    /// The pixels of every cell: element c - 1 holds the row-major indices of cell c, ascending.
    ///
    /// - Complexity: O(P).
    public func pixelsByCell() -> [[Int]] {
        var pixels = [[Int]](repeating: [], count: cellCount)
        for (index, label) in values.enumerated() where label > 0 {
            pixels[Int(label) - 1].append(index)
        }
        return pixels
    }
}

/// One segmented cell (nucleus).
public struct Cell: Sendable, Hashable {
    /// Its number in the label image, from 1.
    public let id: Int32
    /// Mean x of its pixels' centres, in pixels from the left.
    public let x: Double
    /// Mean y of its pixels' centres, in pixels from the top.
    public let y: Double
    /// Number of pixels.
    public let area: Int
    /// How well the data support it, 0...1.
    public let confidence: Double

    /// A cell.
    public init(id: Int32, x: Double, y: Double, area: Int, confidence: Double) {
        self.id = id
        self.x = x
        self.y = y
        self.area = area
        self.confidence = confidence
    }
}
