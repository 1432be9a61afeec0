/// Three figures that tell whether a mask shows nuclei at all.
struct NucleusEvidence {
    /// For each nucleus: (marker rate inside - rate in the ring around it) over its standard error.
    let contrasts: [Double]
    /// Median of `contrasts`.
    let contrast: Double
    /// Share of the nuclei's pixels in which they differ from ellipses.
    let misfit: Double
    /// Correlation of the weighted map with itself one pixel further.
    let autocorrelation: Double
    /// Median marker counts of a nucleus.
    let counts: Double

    /// How wide the ring is, in pixels.
    static let ring = 3

    /// The figures of a mask with cells 1...`count`.
    ///
    /// - Complexity: O(P).
    init(
        labels: [Int32], count: Int, marker: [Float], ratio: [Float], misfit: Double, width: Int,
        height: Int
    ) {
        let nearest = Self.rings(labels, width: width, height: height)
        var inside = [Double](repeating: 0, count: count)
        var around = inside
        var insidePixels = inside
        var aroundPixels = inside
        for p in 0..<labels.count {
            if labels[p] > 0 {
                inside[Int(labels[p]) - 1] += Double(marker[p])
                insidePixels[Int(labels[p]) - 1] += 1
            } else if nearest[p] > 0 {
                around[Int(nearest[p]) - 1] += Double(marker[p])
                aroundPixels[Int(nearest[p]) - 1] += 1
            }
        }
        contrasts = (0..<count).map { c in
            let (n, m) = (insidePixels[c], aroundPixels[c])
            guard n > 0, m > 0 else { return 0 }
            let pooled = (inside[c] + around[c]) / (n + m)
            guard pooled > 0 else { return 0 }
            return (inside[c] / n - around[c] / m) / (pooled * (1 / n + 1 / m)).squareRoot()
        }
        contrast = median(contrasts) ?? 0
        counts = median(inside) ?? 0
        self.misfit = misfit
        autocorrelation = Self.autocorrelation(ratio, width: width)
    }

    /// The nearest cell of every background pixel within the ring's width (Euclidean), else 0.
    private static func rings(_ labels: [Int32], width: Int, height: Int) -> [Int32] {
        var offsets: [(dx: Int, dy: Int)] = []
        for dy in -ring...ring {
            for dx in -ring...ring where dx * dx + dy * dy <= ring * ring {
                offsets.append((dx, dy))
            }
        }
        offsets.sort { a, b in
            let (da, db) = (a.dx * a.dx + a.dy * a.dy, b.dx * b.dx + b.dy * b.dy)
            return da != db ? da < db : (a.dy, a.dx) < (b.dy, b.dx)
        }
        var nearest = [Int32](repeating: 0, count: labels.count)
        for p in 0..<labels.count where labels[p] == 0 {
            let (x, y) = (p % width, p / width)
            for offset in offsets {
                let (nx, ny) = (x + offset.dx, y + offset.dy)
                guard nx >= 0, ny >= 0, nx < width, ny < height else { continue }
                let label = labels[ny * width + nx]
                if label > 0 {
                    nearest[p] = label
                    break
                }
            }
        }
        return nearest
    }

    /// Mean of the correlations to the right and downwards; a single row or column has one of them.
    private static func autocorrelation(_ image: [Float], width: Int) -> Double {
        let mean = image.reduce(0.0) { $0 + Double($1) } / Double(image.count)
        var variance = 0.0
        for value in image { variance += (Double(value) - mean) * (Double(value) - mean) }
        variance /= Double(image.count)
        guard variance > 0 else { return 0 }
        var (sum, pairs) = (0.0, 0.0)
        for p in 0..<image.count {
            let own = Double(image[p]) - mean
            if (p + 1) % width != 0 {
                sum += own * (Double(image[p + 1]) - mean)
                pairs += 1
            }
            if p + width < image.count {
                sum += own * (Double(image[p + width]) - mean)
                pairs += 1
            }
        }
        return pairs > 0 ? sum / pairs / variance : 0
    }
}
