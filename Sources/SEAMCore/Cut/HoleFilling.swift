import Imaging

/// Closes the holes inside nuclei.
///
/// A nucleus is a solid body: background that it alone encloses is noise of the counts, not tissue.
package enum HoleFilling {
    /// Largest hole that is filled, as a share of the area of its nucleus; what is larger may be true.
    package static let share = 0.25

    /// Gives every hole to the nucleus around it.
    ///
    /// A hole is a 4-connected piece of background that does not reach the image's edge and whose
    /// neighbours all belong to one nucleus. Nuclei do not grow beyond `largest` pixels.
    ///
    /// - Parameters:
    ///   - labels: nucleus of each pixel, 1...`count`, 0 outside.
    ///   - count: number of nuclei.
    /// - Returns: number of pixels filled.
    /// - Complexity: O(P).
    package static func fill(
        _ labels: inout [Int32], count: Int, width: Int, height: Int, largest: Int
    ) -> Int {
        var areas = [Int](repeating: 0, count: count + 1)
        for label in labels { areas[Int(label)] += 1 }
        let pieces = ConnectedComponents(
            labels.map { $0 == 0 }, width: width, height: height, connectivity: .four)
        let (owners, sizes) = surroundings(labels, pieces, width: width, height: height)
        var filling = [Int32](repeating: 0, count: pieces.count + 1)
        var grown = areas
        for piece in owners.indices where owners[piece] > 0 {
            let owner = Int(owners[piece])
            guard Double(sizes[piece]) <= share * Double(areas[owner]),
                grown[owner] + sizes[piece] <= largest
            else { continue }
            grown[owner] += sizes[piece]
            filling[piece] = owners[piece]
        }
        var filled = 0
        for pixel in labels.indices where filling[Int(pieces.labels[pixel])] > 0 {
            labels[pixel] = filling[Int(pieces.labels[pixel])]
            filled += 1
        }
        return filled
    }

    /// For each piece of background the one nucleus around it, or -1 if there is no such, and its size.
    private static func surroundings(
        _ labels: [Int32], _ pieces: ConnectedComponents, width: Int, height: Int
    ) -> (owners: [Int32], sizes: [Int]) {
        var owners = [Int32](repeating: 0, count: pieces.count + 1)
        var sizes = [Int](repeating: 0, count: pieces.count + 1)
        for pixel in labels.indices where labels[pixel] == 0 {
            let piece = Int(pieces.labels[pixel])
            let (x, y) = (pixel % width, pixel / width)
            sizes[piece] += 1
            guard x > 0, y > 0, x + 1 < width, y + 1 < height else {
                owners[piece] = -1
                continue
            }
            for other in [pixel - width, pixel - 1, pixel + 1, pixel + width] {
                let label = labels[other]
                guard label > 0, owners[piece] != label else { continue }
                owners[piece] = owners[piece] == 0 ? label : -1
            }
        }
        return (owners, sizes)
    }
}
