import Foundation

/// Reads the glyph paths of `GlyphsLatin` and `GlyphsMore` and flattens their curves.
enum GlyphParser {
    /// Space between the middle of the outermost stroke and the edge of the advance, by class:
    /// straight, round, open, diagonal.
    private static let bearings: [Character: Float] = ["s": 118, "r": 92, "o": 70, "d": 66]
    /// Advance of figures and operators (class `t`), so that columns of numbers line up.
    private static let tabular: Float = 610

    /// A glyph of a path, set between its bearings.
    static func glyph(path: String, left: Character, right: Character) -> Glyph {
        var (lines, dots) = strokes(path)
        let points = lines.joined() + dots
        let low = points.map(\.x).min() ?? 0
        let high = points.map(\.x).max() ?? 0
        let before: Float
        let advance: Float
        if left == "t" {
            advance = tabular
            before = (tabular - (high - low)) / 2
        } else {
            before = bearings[left]!
            advance = before + (high - low) + bearings[right]!
        }
        let shift = SIMD2<Float>(before - low, 0)
        lines = lines.map { $0.map { $0 + shift } }
        dots = dots.map { $0 + shift }
        return Glyph(lines: lines, dots: dots, advance: advance)
    }

    /// The strokes of a path.
    ///
    /// - Precondition: the path is well formed (all of them are in this target).
    static func strokes(_ path: String) -> (lines: [[SIMD2<Float>]], dots: [SIMD2<Float>]) {
        var builder = Builder()
        for (letter, numbers) in commands(path) { builder.add(letter, numbers) }
        return (builder.lines.filter { !$0.isEmpty }, builder.dots)
    }

    private static func commands(_ path: String) -> [(Character, [Float])] {
        var found: [(Character, [Float])] = []
        var number = ""
        func flush() {
            if !number.isEmpty { found[found.count - 1].1.append(Float(number)!) }
            number = ""
        }
        for character in path {
            switch character {
            case "A"..."Z":
                flush()
                found.append((character, []))
            case " ": flush()
            default: number.append(character)
            }
        }
        flush()
        return found
    }

    private struct Builder {
        var lines: [[SIMD2<Float>]] = [[]]
        var dots: [SIMD2<Float>] = []

        private var pen: SIMD2<Float> { lines[lines.count - 1].last ?? .zero }

        mutating func add(_ letter: Character, _ n: [Float]) {
            switch letter {
            case "M": lines.append([SIMD2(n[0], n[1])])
            case "L": line(SIMD2(n[0], n[1]))
            case "H": line(SIMD2(n[0], pen.y))
            case "V": line(SIMD2(pen.x, n[0]))
            case "Z": line(lines[lines.count - 1][0])
            case "C": cubic(SIMD2(n[0], n[1]), SIMD2(n[2], n[3]), SIMD2(n[4], n[5]))
            case "D": dots.append(SIMD2(n[0], n[1]))
            case "E": ellipse(SIMD2(n[0], n[1]), SIMD2(n[2], n[3]), from: n[4], to: n[5])
            default: preconditionFailure("unknown path command \(letter)")
            }
        }

        private mutating func line(_ to: SIMD2<Float>) { lines[lines.count - 1].append(to) }

        private mutating func cubic(_ b: SIMD2<Float>, _ c: SIMD2<Float>, _ d: SIMD2<Float>) {
            let a = pen
            for step in 1...12 {
                let t = Float(step) / 12
                let s = 1 - t
                let near = a * (s * s * s) + b * (3 * s * s * t)
                line(near + c * (3 * s * t * t) + d * (t * t * t))
            }
        }

        /// |x|^2.25 + |y|^2.25 = 1: a little squarer than an ellipse, as letters are.
        private mutating func ellipse(
            _ centre: SIMD2<Float>, _ radius: SIMD2<Float>, from: Float, to: Float
        ) {
            let steps = max(4, Int(abs(to - from) / 9))
            func power(_ v: Float) -> Float { v < 0 ? -pow(-v, 2 / 2.25) : pow(v, 2 / 2.25) }
            lines.append([])
            for step in 0...steps {
                let angle = (from + (to - from) * Float(step) / Float(steps)) * .pi / 180
                line(centre + radius * SIMD2(power(cos(angle)), power(sin(angle))))
            }
        }
    }
}
