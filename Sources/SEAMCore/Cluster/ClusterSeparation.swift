import Foundation

/// How well two clusters separate.
extension PrincipalScores {
    /// Ashman's D of two clusters along the axis between them.
    func ashmanD(_ first: [Int], _ second: [Int]) -> Double {
        guard first.count > 1, second.count > 1 else {
            let (a, b) = projections(of: (first, second), on: .between(first, second, in: self))
            return projectedSeparation(a, b)
        }
        let (x, y) = (halves(first), halves(second))
        let left = projections(of: (x.0, y.0), on: .between(x.1, y.1, in: self))
        let right = projections(of: (x.1, y.1), on: .between(x.0, y.0, in: self))
        let (a, b) = (left.0 + right.0, left.1 + right.1)
        guard a.reduce(0, +) / Double(a.count) > b.reduce(0, +) / Double(b.count) else { return 0 }
        return projectedSeparation(a, b)
    }

    /// Every other one of some cells, and those between.
    private func halves(_ cells: [Int]) -> ([Int], [Int]) {
        (
            stride(from: 0, to: cells.count, by: 2).map { cells[$0] },
            stride(from: 1, to: cells.count, by: 2).map { cells[$0] }
        )
    }

    private func projections(
        of clusters: ([Int], [Int]), on axis: Axis
    ) -> ([Double], [Double]) {
        (project(clusters.0, axis), project(clusters.1, axis))
    }

    private func project(_ cells: [Int], _ axis: Axis) -> [Double] {
        cells.map { cell in
            var sum = -axis.middle
            for d in 0..<dimension {
                sum += axis.direction[d] * values[cell * dimension + d]
            }
            return sum * axis.scale
        }
    }

    /// The discriminant axis of two clusters: means apart over the variances within, which are drawn
    /// towards their mean. Cells project around 0, with a standard deviation of 1 within clusters.
    private struct Axis {
        let direction: [Double]
        let middle: Double
        let scale: Double

        static func between(
            _ first: [Int], _ second: [Int], in scores: PrincipalScores
        ) -> Axis {
            let (x, y) = (scores.moments(first), scores.moments(second))
            let (n, m) = (Double(first.count), Double(second.count))
            let dimension = scores.dimension
            let pooled = (0..<dimension).map {
                (n * x.variances[$0] + m * y.variances[$0]) / (n + m)
            }
            var mean = 0.0
            for value in pooled { mean += value }
            mean /= Double(max(1, dimension))
            let direction = (0..<dimension).map { d in
                let spread = pooled[d] + 0.3 * mean
                return (x.means[d] - y.means[d]) / (spread > 0 ? spread : 1)
            }
            var (middle, square) = (0.0, 0.0)
            for d in 0..<dimension {
                middle += direction[d] * (x.means[d] + y.means[d]) / 2
            }
            let plain = Axis(direction: direction, middle: middle, scale: 1)
            for cells in [first, second] {
                let values = scores.project(cells, plain)
                var own = 0.0
                for value in values { own += value }
                own /= Double(values.count)
                for value in values { square += (value - own) * (value - own) }
            }
            let spread = (square / (n + m)).squareRoot()
            return Axis(
                direction: direction, middle: middle, scale: spread > 0 ? 1 / spread : 1)
        }
    }

    private func moments(_ cells: [Int]) -> (means: [Double], variances: [Double]) {
        var means = [Double](repeating: 0, count: dimension)
        var variances = means
        for cell in cells {
            for d in 0..<dimension { means[d] += values[cell * dimension + d] }
        }
        for d in 0..<dimension { means[d] /= Double(cells.count) }
        for cell in cells {
            for d in 0..<dimension {
                let difference = values[cell * dimension + d] - means[d]
                variances[d] += difference * difference
            }
        }
        return (means, variances.map { $0 / Double(cells.count) })
    }
}
