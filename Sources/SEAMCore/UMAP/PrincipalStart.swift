import Kernels

/// Where a layout starts: the points' first principal components.
enum PrincipalStart {
    /// n x `dimensions` places, all axes by one factor within -10...10, with a little noise so that a
    /// layout of few dimensions can unfold into the others.
    static func places(
        _ points: [Float], count: Int, columns: Int, dimensions: Int, seed: UInt64
    ) -> [Float] {
        let kept = min(dimensions, columns)
        let scores = PrincipalComponents.project(
            points: points, count: count, dimension: columns, components: kept)
        let largest = scores.reduce(0) { max($0, abs($1)) }
        let scale = largest > 0 && largest.isFinite ? 10 / largest : 0
        var random = Philox(seed: seed, stage: 0x7072_696E)
        var places = [Float](repeating: 0, count: count * dimensions)
        for i in 0..<count {
            for c in 0..<dimensions {
                let score = c < kept ? scores[i * kept + c] * scale : 0
                places[i * dimensions + c] = score + 1e-4 * random.gaussian()
            }
        }
        return places
    }
}
