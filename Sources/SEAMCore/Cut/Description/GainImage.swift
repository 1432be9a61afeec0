import Imaging

/// How strongly each place of the image was ionised and detected, whatever the ion.
enum GainImage {
    /// Width of the smoothing, in pixels.
    static let sigma = 4.0
    /// Weight, in counts, of the belief that the gain is 1 everywhere.
    static let prior = 10.0

    /// The smoothed sum of the other ions divided by its mean, drawn towards 1 where there are few
    /// counts; 1 everywhere without other ions.
    ///
    /// - Complexity: O(P).
    static func estimate(rest: [Float]?, width: Int, height: Int) -> [Float] {
        guard let rest else { return [Float](repeating: 1, count: width * height) }
        var smooth = GaussianFilter(sigma: sigma).smooth(rest, width: width, height: height)
        let mean = smooth.reduce(0.0) { $0 + Double($1) } / Double(smooth.count)
        let area = 4 * Double.pi * sigma * sigma
        for p in smooth.indices {
            smooth[p] = Float((area * Double(smooth[p]) + prior) / (area * mean + prior))
        }
        return smooth
    }
}
