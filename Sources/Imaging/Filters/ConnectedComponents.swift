/// Connected components of a mask.
public struct ConnectedComponents: Sendable {
    /// Which neighbours touch.
    public enum Connectivity: Sendable {
        /// Left, right, up, down.
        case four
        /// The diagonal ones too.
        case eight
    }

    /// Component of each pixel: 0 outside the mask, else 1...`count`, numbered row by row of the
    /// image by each component's first pixel.
    public let labels: [Int32]
    /// Number of components.
    public let count: Int

    /// The components of the pixels that are true.
    ///
    /// - Precondition: `mask.count == width * height`, below 2^31 pixels.
    /// - Complexity: O(pixels).
    public init(_ mask: [Bool], width: Int, height: Int, connectivity: Connectivity) {
        precondition(mask.count == width * height && mask.count < Int(Int32.max))
        self.init(
            classes: mask.map { $0 ? 1 : 0 }, width: width, height: height,
            connectivity: connectivity)
    }

    /// The components of equal positive classes: pixels are together when they touch and have the
    /// same class; class 0 is outside.
    ///
    /// - Precondition: `classes.count == width * height`, below 2^31 pixels.
    /// - Complexity: O(pixels).
    public init(classes: [Int32], width: Int, height: Int, connectivity: Connectivity) {
        precondition(classes.count == width * height && classes.count < Int(Int32.max))
        var labels = [Int32](repeating: 0, count: classes.count)
        var found: Int32 = 0
        var stack: [Int32] = []
        let steps = Self.steps(connectivity)
        for start in 0..<classes.count where classes[start] > 0 && labels[start] == 0 {
            found += 1
            labels[start] = found
            stack.append(Int32(start))
            while let pixel = stack.popLast() {
                let x = Int(pixel) % width
                let y = Int(pixel) / width
                for (dx, dy) in steps {
                    let nx = x + dx
                    let ny = y + dy
                    guard nx >= 0, ny >= 0, nx < width, ny < height else { continue }
                    let next = ny * width + nx
                    guard labels[next] == 0, classes[next] == classes[start] else { continue }
                    labels[next] = found
                    stack.append(Int32(next))
                }
            }
        }
        self.labels = labels
        self.count = Int(found)
    }

    private static func steps(_ connectivity: Connectivity) -> [(Int, Int)] {
        let straight = [(0, -1), (-1, 0), (1, 0), (0, 1)]
        let diagonal = [(-1, -1), (1, -1), (-1, 1), (1, 1)]
        return connectivity == .four ? straight : straight + diagonal
    }
}
