public import Imaging
import Kernels

/// One of the paper's simulated datasets: altered cells without a place.
public struct PaperSet: Sendable {
    /// What it was made from.
    public let parameters: PaperSetParameters
    /// The cells' pixels, one after the other in raster order; what is left of the last row is 0.
    public let stack: IonStack
    /// Cell of every pixel, 1...C.
    public let labels: LabelImage
    /// Class of every cell, 0-based.
    public let classes: [Int32]
    /// Name of every class.
    public let classNames: [String]
    /// Line of every cell, 0-based.
    public let lines: [Int32]
    /// Which nucleus of the section each cell was, 1-based.
    public let nuclei: [Int32]
    /// Channels that are altered (4...9), i and j.
    public let altered: [Int]
}

/// Makes the simulated datasets 1 to 9 of Yuan et al. 2021 (Methods, "Datasets") from cells of a
/// simulated culture instead of real cell lines.
public enum PaperSets {
    /// Pixels in a row of the image.
    private static let width = 256

    /// A dataset.
    ///
    /// 1: floor(rho n) + 1 pixels of zeros are appended to a cell of n pixels. 2: every pixel is
    /// multiplied by a draw from U(0, rho). 3: class 2 has floor(rho n) pixels replaced by draws from
    /// N(mean, sd^2) of the cell, ion by ion. 4...7: ions i (class 2), i and j (3), j (4) are
    /// multiplied by f. 8: half of the pixels of ion i (class 2), i and j (3), j (4) become draws
    /// from N(f mean, var), the others from N((2 - f) mean, var). 9: the same for both ions, j in the
    /// same halves as i (class 1) or in the opposite ones (class 2). Classes of datasets 1 and 2 are the
    /// lines.
    /// - Throws: `.badParameter`, `.noNucleus`.
    /// - Complexity: that of `Simulator.section`.
    public static func make(
        _ parameters: PaperSetParameters
    ) throws(SimulationError) -> PaperSet {
        try parameters.validate()
        var section = parameters.section
        section.seed = parameters.sectionSeed
        let base = try Simulator.section(section)
        let altered = pair(parameters, base)
        let names = classNames(parameters, base)
        var cells: [PaperCell] = []
        let assigned = assignment(
            parameters, nuclei: base.types.count, classes: names.count, lines: base.types)
        for (index, (nucleus, group)) in assigned.enumerated() {
            var random = Stage.paper.stream(parameters.section.seed, index)
            var cell = PaperCell(base, nucleus: nucleus, group: group)
            cell.alter(parameters, altered, random: &random)
            cells.append(cell)
        }
        return assemble(cells, parameters, names: names, altered: altered, base: base)
    }

    private static func classNames(
        _ parameters: PaperSetParameters, _ base: SimulatedSection
    ) -> [String] {
        switch parameters.set {
        case 1, 2: base.typeNames
        case 3: ["original", "replaced"]
        case 9: ["together", "opposite"]
        default: ["original", "i", "i and j", "j"]
        }
    }

    /// Which nuclei are in which classes, class by class.
    private static func assignment(
        _ parameters: PaperSetParameters, nuclei: Int, classes: Int, lines: [Int32]
    ) -> [(nucleus: Int, group: Int)] {
        guard parameters.set > 2 else {
            return (0..<nuclei).map { ($0, Int(lines[$0])) }
        }
        if parameters.copies {
            return (0..<classes).flatMap { group in (0..<nuclei).map { ($0, group) } }
        }
        var order = Array(0..<nuclei)
        var random = Stage.paperClasses.stream(parameters.section.seed)
        random.shuffle(&order)
        // Lines are divided evenly too: dealt out line by line.
        order = order.indices.sorted { (lines[order[$0]], $0) < (lines[order[$1]], $1) }
            .map { order[$0] }
        let dealt = order.enumerated().map { (nucleus: $1, group: $0 % classes) }
        return dealt.sorted { ($0.group, $0.nucleus) < ($1.group, $1.nucleus) }
    }

    private static func pair(
        _ parameters: PaperSetParameters, _ base: SimulatedSection
    ) -> [Int] {
        guard parameters.set > 3 else { return [] }
        let ions = base.stack.channels.count
        switch parameters.pair {
        case .channels(let i, let j): return [i, j]
        case .random:
            var random = Stage.paperIons.stream(parameters.section.seed)
            let first = random.index(below: ions)
            let second = random.index(below: ions - 1)
            return [first, second < first ? second : second + 1]
        case .bright: return [4, 8].map { byBrightness(base)[min($0, ions - 1)] }
        case .mid: return [40, 50].map { byBrightness(base)[min($0, ions - 1 - (50 - $0) / 10)] }
        }
    }

    private static func byBrightness(_ base: SimulatedSection) -> [Int] {
        let sums = base.stack.channels.indices.map { ion in
            zip(base.stack.plane(ion), base.truth.values).reduce(0.0) {
                $1.1 > 0 ? $0 + Double($1.0) : $0
            }
        }
        return sums.indices.sorted { (-sums[$0], $0) < (-sums[$1], $1) }
    }

    private static func assemble(
        _ cells: [PaperCell], _ parameters: PaperSetParameters, names: [String], altered: [Int],
        base: SimulatedSection
    ) -> PaperSet {
        let total = cells.reduce(0) { $0 + $1.pixels }
        let grid = PixelGrid(width: width, height: max(1, (total + width - 1) / width))
        let ions = base.stack.channels.count
        var counts = [Float](repeating: 0, count: ions * grid.count)
        var labels = [Int32](repeating: 0, count: grid.count)
        var start = 0
        for (index, cell) in cells.enumerated() {
            for pixel in 0..<cell.pixels {
                labels[start + pixel] = Int32(index + 1)
                for ion in 0..<ions {
                    counts[ion * grid.count + start + pixel] = cell.values[pixel * ions + ion]
                }
            }
            start += cell.pixels
        }
        return PaperSet(
            parameters: parameters,
            stack: IonStack(grid: grid, channels: base.stack.channels, counts: counts),
            labels: LabelImage(grid: grid, values: labels),
            classes: cells.map { Int32($0.group) }, classNames: names,
            lines: cells.map { base.types[$0.nucleus] },
            nuclei: cells.map { Int32($0.nucleus + 1) }, altered: altered)
    }
}
