public import Imaging

/// Mean counts a pixel of every cell, from ion images that come one by one.
public struct CellMeanCounts: Sendable {
    private let labels: LabelImage
    private let rows: [Int]
    private let areas: [Double]
    private let columns: Int
    private var added = 0

    /// The means, a row a cell and a column an image, row-major; 0 in columns that have not come.
    public private(set) var values: [Float]

    /// Means of some cells, a row each, in so many images, a column each.
    ///
    /// - Precondition: every id is one of the label image's cells.
    public init(labels: LabelImage, cellIDs: [Int32], images: Int) {
        self.labels = labels
        rows = cellIDs.map { Int($0) }
        precondition(rows.allSatisfy { (1...max(labels.cellCount, 1)).contains($0) }, "its cells")
        var areas = [Double](repeating: 0, count: labels.cellCount + 1)
        for label in labels.values { areas[Int(label)] += 1 }
        self.areas = areas
        columns = images
        values = [Float](repeating: 0, count: rows.count * images)
    }

    /// Adds the column of the next image; sums are in row-major order.
    ///
    /// - Precondition: a value a pixel; no more images than said.
    /// - Complexity: O(P).
    public mutating func add(plane: ArraySlice<Float>) {
        precondition(plane.count == labels.values.count, "a value a pixel")
        precondition(added < columns, "as many images as said")
        var sums = [Double](repeating: 0, count: areas.count)
        for (label, value) in zip(labels.values, plane) { sums[Int(label)] += Double(value) }
        for (place, row) in rows.enumerated() {
            values[place * columns + added] = Float(sums[row] / max(areas[row], 1))
        }
        added += 1
    }
}
