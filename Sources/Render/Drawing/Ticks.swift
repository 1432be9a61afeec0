import Foundation

/// Round positions along an axis.
public struct Ticks: Sendable, Hashable {
    /// Positions in ascending order, all within the asked range; at least one, at most `atMost`.
    public let values: [Double]
    /// Distance between two of them.
    public let step: Double

    /// The multiples of the smallest 1, 2 or 5 x 10^n that give at most `atMost` ticks in low...high.
    ///
    /// A range without extent, or of values that are not finite, has the one tick `low` (or 0).
    public static func nice(_ low: Double, _ high: Double, atMost: Int = 5) -> Ticks {
        let span = high - low
        guard low.isFinite, high.isFinite, span > 0, span.isFinite, span > abs(high) * 1e-12 else {
            return Ticks(values: [low.isFinite ? low : 0], step: 1)
        }
        var exponent = (log10(span / Double(max(2, atMost)))).rounded(.down) - 1
        while true {
            for factor in [1.0, 2, 5] {
                let step = factor * pow(10, exponent)
                guard step > 0 else { return Ticks(values: [low], step: 1) }
                let first = (low / step - 1e-9).rounded(.up)
                let last = (high / step + 1e-9).rounded(.down)
                if last - first + 1 <= Double(atMost) {
                    guard last >= first else { return Ticks(values: [low], step: step) }
                    let values = (0...Int(last - first)).map { (first + Double($0)) * step }
                    return Ticks(values: values.map { $0 == 0 ? 0 : $0 }, step: step)
                }
            }
            exponent += 1
        }
    }

    /// 0 and numbers of the series 1, 2, 5, 10, ... up to `high`, evenly thinned to at most `atMost`: for
    /// log1p scales.
    public static func series(upTo high: Double, atMost: Int = 5) -> Ticks {
        guard high.isFinite, high >= 2 else { return nice(0, high, atMost: atMost) }
        var all: [Double] = []
        var power = 1.0
        while power <= high * (1 + 1e-9) {
            all += [power, 2 * power, 5 * power].filter { $0 <= high * (1 + 1e-9) }
            power *= 10
        }
        let by = (all.count + atMost - 2) / (atMost - 1)
        let kept = stride(from: all.count - 1, through: 0, by: -by).map { all[$0] }
        return Ticks(values: [0] + kept.reversed(), step: 1)
    }

    /// What stands at each of them.
    public var labels: [String] { values.map { NumberText.value($0, step: step) } }

    /// The round length (1, 2 or 5 x 10^n) nearest in proportion to `target`.
    ///
    /// - Precondition: `target` is finite and positive.
    public static func roundLength(near target: Double) -> Double {
        let base = pow(10, log10(target).rounded(.down))
        let candidates = [base, 2 * base, 5 * base, 10 * base]
        return candidates.min { abs(log($0 / target)) < abs(log($1 / target)) } ?? base
    }
}
