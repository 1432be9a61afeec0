/// Moves pixels between touching nuclei to the one whose ellipse they lie in best.
enum BorderExchange {
    /// One round over all labelled pixels at once: each goes to its own nucleus or to that of one of
    /// its 4 neighbours, whichever has the smallest Mahalanobis distance to it.
    ///
    /// - Complexity: O(P).
    static func round(_ labels: inout [Int32], count: Int, width: Int) {
        var bags = [PixelBag](repeating: PixelBag(), count: count)
        for (pixel, label) in labels.enumerated() where label > 0 {
            bags[Int(label) - 1].add(Int32(pixel), width: width, intensity: 0)
        }
        let shapes = bags.map { $0.count > 0 ? ShapeCost.ellipse($0) : nil }
        let before = labels
        for pixel in 0..<before.count where before[pixel] > 0 {
            let x = pixel % width
            var best = before[pixel]
            var least = distance(shapes, best, pixel, width)
            func compare(_ other: Int) {
                let label = before[other]
                guard label > 0, label != best else { return }
                let value = distance(shapes, label, pixel, width)
                if value < least {
                    least = value
                    best = label
                }
            }
            if pixel >= width { compare(pixel - width) }
            if x > 0 { compare(pixel - 1) }
            if x + 1 < width { compare(pixel + 1) }
            if pixel + width < before.count { compare(pixel + width) }
            labels[pixel] = best
        }
    }

    private static func distance(
        _ shapes: [ShapeCost.Ellipse?], _ label: Int32, _ pixel: Int, _ width: Int
    ) -> Double {
        shapes[Int(label) - 1]?.radius2(Double(pixel % width), Double(pixel / width)) ?? .infinity
    }
}
