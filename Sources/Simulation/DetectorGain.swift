#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif
import Kernels

/// How well each pixel is detected: topography and charging, line noise, faults.
struct DetectorGain: Sendable {
    /// Factor of every expected count, mean about 1; bad lines are in it.
    private(set) var values: [Float]
    /// Rows with a wrong gain, ascending.
    private(set) var badLines: [Int]
    /// Pixels (row-major, ascending) with counts raised 5 to 25 times.
    private(set) var hotPixels: [Int]
    /// The factor of every hot pixel.
    private(set) var hotFactors: [Float]

    init(parameters: SectionParameters) {
        let size = parameters.size
        var random = Stage.gain.stream(parameters.seed)
        let field = SmoothField.make(size: size, cycles: 3, random: &random)
        values = field.map { Float(exp(parameters.gainSD * Double($0))) }
        for y in 0..<size {
            let line = Float(exp(0.15 * parameters.gainSD * random.normal(within: 3)))
            for x in 0..<size { values[y * size + x] *= line }
        }
        let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
        for index in values.indices { values[index] = Float(Double(values[index]) / mean) }

        var faults = Stage.faults.stream(parameters.seed)
        badLines = Self.distinct(parameters.badLines, below: size, random: &faults)
        for line in badLines {
            let factor: Float = [0, 0.35, 0.55, 1.8][faults.index(below: 4)]
            for x in 0..<size { values[line * size + x] *= factor }
        }
        let hot = Int((parameters.hot * Double(size * size)).rounded())
        hotPixels = Self.distinct(hot, below: size * size, random: &faults)
        hotFactors = hotPixels.map { _ in Float(faults.uniform(5, 25)) }
    }

    private static func distinct(_ count: Int, below bound: Int, random: inout Philox) -> [Int] {
        var chosen = Set<Int>()
        while chosen.count < min(count, bound) { chosen.insert(random.index(below: bound)) }
        return chosen.sorted()
    }
}
