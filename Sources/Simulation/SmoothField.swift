#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif
import Kernels

/// Smooth random fields: what varies slowly over a section.
enum SmoothField {
    /// A field of mean 0 and standard deviation 1 on a square of `size` pixels.
    ///
    /// The sum of 24 random plane waves with at most `cycles` periods over the side.
    /// - Complexity: O(24 (P + size)): waves are products of one-dimensional ones.
    static func make(size: Int, cycles: Double, random: inout Philox) -> [Float] {
        var field = [Float](repeating: 0, count: size * size)
        for _ in 0..<24 {
            let angle = random.uniform(0, 2 * .pi)
            let frequency = cycles * random.uniformDouble().squareRoot()
            let phase = random.uniform(0, 2 * .pi)
            let step = 2 * Double.pi * frequency / Double(size)
            addWave(
                to: &field, size: size, stepX: step * cos(angle), stepY: step * sin(angle),
                phase: phase)
        }
        standardise(&field)
        return field
    }

    private static func addWave(
        to field: inout [Float], size: Int, stepX: Double, stepY: Double, phase: Double
    ) {
        // cos(a + b) = cos a cos b - sin a sin b
        let cosX = (0..<size).map { Float(cos(stepX * Double($0) + phase)) }
        let sinX = (0..<size).map { Float(sin(stepX * Double($0) + phase)) }
        for y in 0..<size {
            let cosY = Float(cos(stepY * Double(y)))
            let sinY = Float(sin(stepY * Double(y)))
            for x in 0..<size { field[y * size + x] += cosX[x] * cosY - sinX[x] * sinY }
        }
    }

    private static func standardise(_ field: inout [Float]) {
        var sum = 0.0
        var squares = 0.0
        for value in field {
            sum += Double(value)
            squares += Double(value) * Double(value)
        }
        let mean = sum / Double(field.count)
        let deviation = max(squares / Double(field.count) - mean * mean, 1e-12).squareRoot()
        for index in field.indices {
            field[index] = Float((Double(field[index]) - mean) / deviation)
        }
    }
}
