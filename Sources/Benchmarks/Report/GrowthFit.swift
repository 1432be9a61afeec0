import Foundation

/// How a time grows with a size: the straight line through the logarithms by least squares.
public struct GrowthFit: Sendable, Hashable {
    /// The exponent b of time = a size^b.
    public let exponent: Double
    /// Largest factor between a measured time and the line, at least 1.
    public let misfit: Double

    /// The fit, or nil with fewer than two different sizes or a number that is not above 0.
    public init?(sizes: [Double], times: [Double]) {
        guard sizes.count == times.count, Set(sizes).count >= 2,
            (sizes + times).allSatisfy({ $0 > 0 && $0.isFinite })
        else { return nil }
        let x = sizes.map { log($0) }
        let y = times.map { log($0) }
        let (meanX, meanY) = (Self.mean(x), Self.mean(y))
        let slope =
            zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
            / x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
        exponent = slope
        misfit = zip(x, y).reduce(1) {
            max($0, exp(abs($1.1 - meanY - slope * ($1.0 - meanX))))
        }
    }

    private static func mean(_ values: [Double]) -> Double {
        values.reduce(0, +) / Double(values.count)
    }
}
