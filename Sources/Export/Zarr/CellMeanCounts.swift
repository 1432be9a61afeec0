public import Imaging

/// Mean counts a pixel of every cell, from ion images that come one by one.
public struct CellMeanCounts: Sendable {
    private let labels: LabelImage
    private let rows: [Int]
    private let areas: [Double]
    private var columns: [[Float]] = []

    /// Means of some cells, a row each.
    ///
    /// - Precondition: every id is one of the label image's cells.
    public init(labels: LabelImage, cellIDs: [Int32]) {
        self.labels = labels
        rows = cellIDs.map { Int($0) }
        precondition(rows.allSatisfy { (1...max(labels.cellCount, 1)).contains($0) }, "its cells")
        var areas = [Double](repeating: 0, count: labels.cellCount + 1)
        for label in labels.values { areas[Int(label)] += 1 }
        self.areas = areas
    }

    /// Adds the column of the next image; sums are in row-major order.
    ///
    /// - Precondition: a value a pixel.
    /// - Complexity: O(P).
    public mutating func add(plane: ArraySlice<Float>) {
        precondition(plane.count == labels.values.count, "a value a pixel")
        var sums = [Double](repeating: 0, count: areas.count)
        for (label, value) in zip(labels.values, plane) { sums[Int(label)] += Double(value) }
        columns.append(rows.map { Float(sums[$0] / max(areas[$0], 1)) })
    }

    /// The means, a row a cell and a column an image, row-major.
    public var values: [Float] {
        var values: [Float] = []
        values.reserveCapacity(rows.count * columns.count)
        for row in rows.indices { for column in columns { values.append(column[row]) } }
        return values
    }
}
