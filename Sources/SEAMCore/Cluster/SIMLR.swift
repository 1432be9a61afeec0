/// Multi-kernel similarity learning in its large-scale form (Wang et al., Nature Methods 14:414,
/// 2017; the implementation SIMLR_LARGE), with exact neighbours, eigenvalues paired with their
/// eigenvectors, and the signs of eigenvectors kept from one iteration to the next.
struct SIMLR {
    private static let beta = 0.8
    private static let iterations = 5

    private let cells: NearestCells
    private let kernels: SIMLRKernels
    private let neighbours: Int
    private let rank: Int
    private let seed: UInt64
    private let width: Int

    /// - Parameters:
    ///   - neighbours: k, clamped so that the pattern of 2 k (at least k + 3) fits the cells.
    ///   - rank: c, columns of the result, at most the number of cells.
    init(_ geometry: Geometry, neighbours: Int, rank: Int, seed: UInt64) {
        let n = geometry.count
        let k = max(1, min(neighbours, n - 3))
        cells = NearestCells(geometry, neighbours: max(2 * k, k + 3))
        kernels = SIMLRKernels(cells, neighbours: k)
        self.neighbours = k
        self.rank = rank
        self.seed = seed
        width = cells.neighbours
    }

    /// The low-dimensional representation F, n x c.
    func embedding(monitor: StageMonitor) throws(AnalysisError) -> [Double] {
        var weights = [Double](repeating: 1 / Double(kernels.count), count: kernels.count)
        var distance = kernels.mixed(weights)
        var scale = initialScale(distance)
        var lambda = scale
        var similarity = initialSimilarity(distance)
        let share = 1 / Double(Self.iterations + 1)
        var spectrum = try spectralStep(similarity, monitor: monitor.part(from: 0, to: share))
        var embedding = spectrum.vectors
        normaliseRows(&embedding)
        multiply(&embedding, by: factors(spectrum.values))
        for iteration in 0..<Self.iterations {
            let done = share * Double(iteration + 1)
            try monitor.update(
                done,
                "similarity learning, iteration \(iteration + 1) of \(Self.iterations)")
            learn(&similarity, distance: distance, embedding: embedding, lambda, scale)
            spectrum = try spectralStep(
                similarity, monitor: monitor.part(from: done, to: done + share))
            blend(spectrum, into: &embedding)
            lambda *= 1.5
            scale /= 1.05
            update(&weights, similarity)
            distance = kernels.mixed(weights)
        }
        return embedding
    }

    private func spectralStep(
        _ similarity: [Double], monitor: StageMonitor
    ) throws(AnalysisError) -> SIMLRSpectrum {
        try SIMLRSpectrum(similarity, cells: cells, rank: rank, seed: seed, monitor: monitor)
    }

    /// Mean over cells of (k d_(k+2) - sum of d_1...d_k) / 2.
    ///
    /// Kernel distances need not rise along a row; where that makes the mean negative, which would turn
    /// near into far, the distances of each row are sorted first, as the full form of SIMLR does.
    private func initialScale(_ distance: [Double]) -> Double {
        let plain = meanGap(distance)
        if plain > 0 { return plain }
        var sorted = distance
        for i in 0..<cells.count { sorted[i * width..<(i + 1) * width].sort() }
        return max(meanGap(sorted), 1e-12)
    }

    private func meanGap(_ distance: [Double]) -> Double {
        let far = min(neighbours + 2, width - 1)
        var total = 0.0
        for i in 0..<cells.count {
            var value = Double(neighbours) * distance[i * width + far]
            for j in 1..<min(width, neighbours + 1) { value -= distance[i * width + j] }
            total += value / 2
        }
        return total / Double(cells.count)
    }

    /// max - d, rows of sum 1.
    private func initialSimilarity(_ distance: [Double]) -> [Double] {
        let largest = distance.max() ?? 0
        var similarity = distance.map { largest - $0 }
        for i in 0..<cells.count {
            var sum = 0.0
            for place in i * width..<(i + 1) * width { sum += similarity[place] }
            for place in i * width..<(i + 1) * width {
                similarity[place] = sum > 0 ? similarity[place] / sum : 1 / Double(width)
            }
        }
        return similarity
    }

    /// (1 - beta) d / (1 - beta d^2).
    private func factors(_ values: [Double]) -> [Double] {
        values.map { (1 - Self.beta) * $0 / (1 - Self.beta * $0 * $0) }
    }

    private func multiply(_ vectors: inout [Double], by factors: [Double]) {
        for i in 0..<cells.count {
            for q in 0..<rank { vectors[i * rank + q] *= factors[q] }
        }
    }

    /// Rows of absolute sum 1; a zero row stays zero.
    private func normaliseRows(_ vectors: inout [Double]) {
        for i in 0..<cells.count {
            var sum = 0.0
            for q in 0..<rank { sum += abs(vectors[i * rank + q]) }
            guard sum > 0 else { continue }
            for q in 0..<rank { vectors[i * rank + q] /= sum }
        }
    }

    /// Moves S towards the simplex projection of -(d + lambda |F_i - F_j|^2) / (2 r).
    private func learn(
        _ similarity: inout [Double], distance: [Double], embedding: [Double], _ lambda: Double,
        _ scale: Double
    ) {
        var row = [Double](repeating: 0, count: width)
        for i in 0..<cells.count {
            for j in 0..<width {
                let place = i * width + j
                let other = cells.indices[place]
                var square = 0.0
                for q in 0..<rank {
                    let difference = embedding[i * rank + q] - embedding[other * rank + q]
                    square += difference * difference
                }
                row[j] = -(distance[place] + lambda * square) / (2 * scale)
            }
            projectToSimplex(&row)
            for j in 0..<width {
                let place = i * width + j
                similarity[place] = (1 - Self.beta) * similarity[place] + Self.beta * row[j]
            }
        }
    }

    /// F = (1 - beta) F0 + beta F, with the sign of every new column turned towards F0.
    private func blend(_ spectrum: SIMLRSpectrum, into embedding: inout [Double]) {
        var next = spectrum.vectors
        multiply(&next, by: factors(spectrum.values))
        normaliseRows(&next)
        for q in 0..<rank {
            var agreement = 0.0
            for i in 0..<cells.count { agreement += next[i * rank + q] * embedding[i * rank + q] }
            let sign = agreement < 0 ? -1.0 : 1.0
            for i in 0..<cells.count {
                let place = i * rank + q
                embedding[place] =
                    (1 - Self.beta) * embedding[place] + Self.beta * sign * next[place]
            }
        }
    }

    private func update(_ weights: inout [Double], _ similarity: [Double]) {
        let fresh = perplexityWeights(kernels.costs(similarity), perplexity: 20)
        var sum = 0.0
        for k in weights.indices {
            weights[k] = (1 - Self.beta) * weights[k] + Self.beta * fresh[k]
            sum += weights[k]
        }
        for k in weights.indices { weights[k] /= sum }
    }
}
