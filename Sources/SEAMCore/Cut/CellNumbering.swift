import Imaging

/// Brings a mask into its final form: contiguous cells of allowed areas, numbered in order.
struct CellNumbering {
    /// Final number of each pixel, 0 outside.
    let labels: [Int32]
    /// For each final cell, in order, the number it had before.
    let origin: [Int32]

    /// Keeps of every cell the largest contiguous piece (the first of equal ones), drops cells
    /// outside `areas` and numbers the others row by row by their first pixel.
    ///
    /// - Complexity: O(P).
    init(
        _ labels: [Int32], width: Int, height: Int,
        connectivity: ConnectedComponents.Connectivity, areas: ClosedRange<Int>
    ) {
        let pieces = ConnectedComponents(
            classes: labels, width: width, height: height, connectivity: connectivity)
        var sizes = [Int](repeating: 0, count: pieces.count + 1)
        var owners = [Int32](repeating: 0, count: pieces.count + 1)
        for (pixel, piece) in pieces.labels.enumerated() where piece > 0 {
            sizes[Int(piece)] += 1
            owners[Int(piece)] = labels[pixel]
        }
        var largest = [Int](repeating: 0, count: Int(labels.max() ?? 0) + 1)
        for piece in sizes.indices.dropFirst() {
            let owner = Int(owners[piece])
            if largest[owner] == 0 || sizes[piece] > sizes[largest[owner]] {
                largest[owner] = piece
            }
        }
        var numbers = [Int32](repeating: 0, count: pieces.count + 1)
        var origin: [Int32] = []
        for piece in sizes.indices.dropFirst()
        where largest[Int(owners[piece])] == piece && areas.contains(sizes[piece]) {
            origin.append(owners[piece])
            numbers[piece] = Int32(origin.count)
        }
        self.labels = pieces.labels.map { numbers[Int($0)] }
        self.origin = origin
    }
}

/// The cells of a final mask, in the order of their numbers.
///
/// - Complexity: O(P).
func cells(of labels: [Int32], width: Int, confidences: [Double]) -> [Cell] {
    var areas = [Int](repeating: 0, count: confidences.count)
    var sumX = areas
    var sumY = areas
    for (pixel, label) in labels.enumerated() where label > 0 {
        areas[Int(label) - 1] += 1
        sumX[Int(label) - 1] += pixel % width
        sumY[Int(label) - 1] += pixel / width
    }
    return confidences.indices.map { c in
        Cell(
            id: Int32(c + 1), x: Double(sumX[c]) / Double(areas[c]),
            y: Double(sumY[c]) / Double(areas[c]), area: areas[c],
            confidence: min(max(confidences[c], 0), 1))
    }
}
