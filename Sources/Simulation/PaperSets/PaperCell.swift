import Imaging
import Kernels

/// A cell's pixels while they are altered.
struct PaperCell {
    /// Its nucleus in the section, 0-based.
    let nucleus: Int
    /// Its class, 0-based.
    let group: Int
    /// n x M values, row-major.
    private(set) var values: [Float]
    private let ions: Int

    /// n.
    var pixels: Int { values.count / ions }

    init(_ section: SimulatedSection, nucleus: Int, group: Int) {
        let stack = section.stack
        ions = stack.channels.count
        self.nucleus = nucleus
        self.group = group
        let count = stack.grid.count
        let ions = stack.channels.count
        values = section.truth.values.indices
            .filter { section.truth.values[$0] == Int32(nucleus + 1) }
            .flatMap { pixel in (0..<ions).map { stack.counts[$0 * count + pixel] } }
    }

    /// Does to the pixels what the dataset does to those of the cell's class.
    mutating func alter(
        _ parameters: PaperSetParameters, _ pair: [Int], random: inout Philox
    ) {
        switch (parameters.set, group) {
        case (1, _):
            let added = Int(parameters.rho * Double(pixels)) + 1
            values += [Float](repeating: 0, count: added * ions)
        case (2, _): scale(below: parameters.rho, random: &random)
        case (3, 1): replace(parameters, random: &random)
        case (4...7, 1): multiply([pair[0]], by: parameters.fold)
        case (4...7, 2): multiply(pair, by: parameters.fold)
        case (4...7, 3): multiply([pair[1]], by: parameters.fold)
        case (8, 1...), (9, _): shift(parameters, pair, random: &random)
        default: break
        }
    }

    private mutating func scale(below limit: Double, random: inout Philox) {
        for pixel in 0..<pixels {
            let factor = Float(limit * random.uniformDouble())
            for ion in 0..<ions { values[pixel * ions + ion] *= factor }
        }
    }

    private mutating func multiply(_ channels: [Int], by factor: Double) {
        for pixel in 0..<pixels {
            for ion in channels { values[pixel * ions + ion] *= Float(factor) }
        }
    }

    private mutating func replace(_ parameters: PaperSetParameters, random: inout Philox) {
        let fits = (0..<ions).map { moments($0) }
        var order = Array(0..<pixels)
        random.shuffle(&order)
        for pixel in order.prefix(Int(parameters.rho * Double(pixels))) {
            for (ion, fit) in fits.enumerated() {
                values[pixel * ions + ion] = Self.draw(
                    fit.mean, fit.deviation, parameters.negatives, random: &random)
            }
        }
    }

    /// Datasets 8 and 9: one half of the pixels up, the other down.
    private mutating func shift(
        _ parameters: PaperSetParameters, _ pair: [Int], random: inout Philox
    ) {
        var order = Array(0..<pixels)
        random.shuffle(&order)
        let half = Set(order.prefix(pixels / 2))
        let (first, second) = parameters.set == 9 ? (true, true) : (group != 3, group != 1)
        if first { shift(pair[0], parameters, random: &random) { half.contains($0) } }
        if second {
            let opposite = parameters.set == 9 && group == 1
            shift(pair[1], parameters, random: &random) { half.contains($0) != opposite }
        }
    }

    private mutating func shift(
        _ ion: Int, _ parameters: PaperSetParameters, random: inout Philox,
        isUp: (Int) -> Bool
    ) {
        let fit = moments(ion)
        for pixel in 0..<pixels {
            let factor = isUp(pixel) ? parameters.fold : 2 - parameters.fold
            let place = pixel * ions + ion
            values[place] =
                parameters.multiplicative
                ? values[place] * Float(factor)
                : Self.draw(
                    factor * fit.mean, fit.deviation, parameters.negatives, random: &random)
        }
    }

    private static func draw(
        _ mean: Double, _ deviation: Double, _ negatives: PaperSetParameters.Negatives,
        random: inout Philox
    ) -> Float {
        let value = mean + deviation * random.normal()
        return switch negatives {
        case .clip: Float(max(0, value))
        case .keep: Float(value)
        case .round: Float(max(0, value.rounded()))
        }
    }

    /// Mean and (population) standard deviation of an ion over the pixels.
    private func moments(_ ion: Int) -> (mean: Double, deviation: Double) {
        let count = Double(max(pixels, 1))
        let own = (0..<pixels).map { Double(values[$0 * ions + ion]) }
        let mean = own.reduce(0, +) / count
        let squares = own.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, (squares / count).squareRoot())
    }
}
