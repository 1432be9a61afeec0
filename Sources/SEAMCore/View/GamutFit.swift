import Imaging
import Kernels

/// Turns, scales and moves a layout in three dimensions into the colours a screen can show.
///
/// One factor for all three axes, so that distances of colours in CIELAB are those of the layout; as large as it can be
/// with nearly all points inside the sRGB gamut (the idea of U-CIE: Koutrouli, Morris and Jensen, Protein
/// Science 31, e4388, 2022, who fit the convex hull; outliers do not decide here). Among equally large fits
/// one is preferred in which brighter pixels are lighter.
struct GamutFit: Sendable {
    /// Of a place about `center`: L*, a* and b* about `middle`, in units of `scale`.
    private(set) var turn: Rotation
    private(set) var middle: SIMD3<Double>
    private(set) var scale = 0.0
    private let center: SIMD3<Double>

    /// Share of the pixels that may lie outside of the gamut before they are drawn in.
    static let outside = 0.01
    /// What all colours are about: a grey of middle lightness.
    private static let grey = SIMD3<Double>(57, 0, 0)
    /// How much a full correlation of lightness and brightness counts, as a share of the scale.
    private static let brightnessWeight = 0.3

    /// Finds the fit.
    ///
    /// - Parameters:
    ///   - layout: P x 3, finite.
    ///   - brightness: of each of the P pixels.
    /// - Complexity: independent of P but for one pass.
    init(_ layout: [Float], brightness: [Double]) {
        let cloud = Cloud(layout, brightness)
        center = cloud.center
        turn = .identity
        middle = Self.grey
        guard cloud.radius > 0 else { return }
        let starts = Rotation.ofCube
        let first = starts.map { Self.trial($0, Self.grey, cloud) }
        let best = first.indices.sorted { (first[$1].score, $0) < (first[$0].score, $1) }.prefix(4)
        let found = ParallelResults(count: best.count) { Self.climb(first[best[$0]], cloud) }.values
        guard var top = found.first else { return }
        for other in found where other.score > top.score { top = other }
        turn = top.turn * cloud.axes
        middle = top.middle
        scale = top.scale / cloud.radius
    }

    /// The layout turned and centred: its axes are those of L*, a* and b*, its distances what they were.
    func turned(_ layout: [Float]) -> [Float] {
        var result = layout
        for p in 0..<layout.count / 3 {
            let place = turn * (SIMD3(at: p, in: layout) - center)
            for axis in 0..<3 { result[3 * p + axis] = Float(place[axis]) }
        }
        return result
    }

    /// The colour of a place of `turned`, drawn towards the middle if it lies outside of the gamut.
    func color(_ place: SIMD3<Double>) -> (UInt8, UInt8, UInt8) {
        let offset = scale * place
        var share = 1.0
        if !CIELAB.isShown(middle + offset) {
            var (shown, hidden) = (0.0, 1.0)
            for _ in 0..<12 {
                share = (shown + hidden) / 2
                if CIELAB.isShown(middle + share * offset) { shown = share } else { hidden = share }
            }
            share = shown
        }
        let lab = middle + share * offset
        return CIELAB.sRGB(l: lab.x, a: lab.y, b: lab.z)
    }

    // MARK: the search

    private struct Trial: Sendable {
        var turn: Rotation
        var middle: SIMD3<Double>
        var scale: Double
        var score: Double
    }

    /// The largest scale at which few enough points lie outside.
    private static func trial(
        _ turn: Rotation, _ middle: SIMD3<Double>, _ cloud: Cloud, above least: Double = 0
    ) -> Trial {
        let places = cloud.points.map { turn * $0 }
        let allowed = Int(outside * Double(places.count))
        func fits(_ scale: Double) -> Bool {
            var left = allowed
            for place in places where !CIELAB.isShown(middle + scale * place) {
                left -= 1
                if left < 0 { return false }
            }
            return true
        }
        let gain = 1 + brightnessWeight * cloud.correlation(turn)
        var (low, high) = (0.0, 128.0)
        // A scale that cannot win needs no further look.
        if gain > 0, least > 0, !fits(least / gain) {
            return Trial(turn: turn, middle: middle, scale: 0, score: 0)
        }
        for _ in 0..<12 {
            let scale = (low + high) / 2
            if fits(scale) { low = scale } else { high = scale }
        }
        return Trial(turn: turn, middle: middle, scale: low, score: low * gain)
    }

    /// Small turns and moves as long as one of them helps, then smaller ones.
    private static func climb(_ start: Trial, _ cloud: Cloud) -> Trial {
        var best = start
        var step = 1.0
        while step > 0.03 {
            let before = best.score
            for axis in 0..<3 {
                for sign in [-1.0, 1.0] {
                    var unit = SIMD3<Double>()
                    unit[axis] = sign * step
                    for next in [
                        trial(
                            Rotation(0.4 * unit) * best.turn, best.middle, cloud, above: best.score),
                        trial(best.turn, best.middle + 12 * unit, cloud, above: best.score),
                    ] where next.score > best.score { best = next }
                }
            }
            if best.score <= before * 1.001 { step /= 2 }
        }
        return best
    }

    /// Some of the points, about their mean, along their principal axes, their root mean square distance 1.
    private struct Cloud: Sendable {
        private(set) var center = SIMD3<Double>()
        private(set) var radius = 0.0
        private(set) var axes = Rotation.identity
        private(set) var points: [SIMD3<Double>] = []
        /// Sum of brightness times place, and of the places' squares, in the points' axes.
        private var slope = SIMD3<Double>()
        private var variances = SIMD3<Double>()
        private var spread = 0.0

        /// The most points looked at.
        private static let most = 500

        init(_ layout: [Float], _ brightness: [Double]) {
            let pixels = layout.count / 3
            guard pixels > 0 else { return }
            for p in 0..<pixels { center += SIMD3(at: p, in: layout) / Double(pixels) }
            let count = min(pixels, Self.most)
            let chosen = (0..<count).map { (2 * $0 + 1) * pixels / (2 * count) }
            let near = chosen.map { SIMD3(at: $0, in: layout) - center }
            radius = (near.reduce(0) { $0 + ($1 * $1).sum() } / Double(count)).squareRoot()
            guard radius > 0 else { return }
            axes = Rotation(principal: near)
            points = near.map { axes * $0 / radius }
            // The square root of counts is about equally uncertain everywhere.
            let light = chosen.map { max(0, brightness[$0]).squareRoot() }
            let mean = light.reduce(0, +) / Double(count)
            for (point, value) in zip(points, light) {
                slope += (value - mean) * point
                variances += point * point
                spread += (value - mean) * (value - mean)
            }
        }

        /// Correlation of the first axis after a turn with the brightness, -1...1.
        func correlation(_ turn: Rotation) -> Double {
            let first = turn.x
            let variance = (first * first * variances).sum()
            guard variance > 0, spread > 0 else { return 0 }
            return (first * slope).sum() / (variance * spread).squareRoot()
        }
    }
}

extension SIMD3<Double> {
    /// The place of a pixel in a layout of three dimensions.
    init(at pixel: Int, in layout: [Float]) {
        self.init(
            Double(layout[3 * pixel]), Double(layout[3 * pixel + 1]), Double(layout[3 * pixel + 2]))
    }
}
