#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif
import Kernels

/// The expected image of one ion: chemistry, blur of the beam, detection.
struct ExpectedCounts: Sendable {
    let parameters: SectionParameters
    let catalogue: IonCatalogue
    let signatures: TypeSignatures
    let cells: CellMap
    let gain: DetectorGain
    /// Type of every nucleus.
    let types: [Int]
    /// Nuclear label of every pixel, 0 outside.
    let labels: [Int32]
    /// Relative nuclear content of every nucleus.
    let brightness: [Double]
    /// Relative thickness of every cell.
    let cellThickness: [Float]
    /// Zonation coordinate of every pixel, 1 at the vein and 0 far from it.
    let zone: [Float]
    /// 1 in the fibrotic band, else 0.
    let band: [Float]
    /// States of every nucleus (cell cycle, stress, ...) that move many ions together in all types.
    let states: [[Double]]
    /// Grain of the tissue: nucleic acid in the cytoplasm is uneven from pixel to pixel.
    let grain: [Float]
    /// Slow changes of composition over the section that have nothing to do with types.
    let fields: [[Float]]

    /// Spread of the beam in pixels: the standard deviation of the blur.
    static let blur = 0.6

    /// What nuclei hold of an ion that is not nuclear, relative to the cytoplasm.
    static let nuclearShare = 0.92

    /// The expected counts of an ion at every pixel.
    func plane(_ ion: Int) -> [Float] {
        var random = Stage.expected.stream(parameters.seed, ion)
        let loadings = fields.map { _ in Float(0.1 * random.normal(within: 2.5)) }
        let nuclei = nuclearFactors(ion, random: &random)
        var plane = tissue(ion, loadings: loadings, nuclei: nuclei)
        blur(&plane)
        detect(&plane)
        return plane
    }

    /// The factor of the ion in every nucleus: type, state, individuality.
    private func nuclearFactors(_ ion: Int, random: inout Philox) -> [Float] {
        // The amount of nucleic acid is told by the brightness; states hardly move it.
        let isNuclear = catalogue.nuclear[ion] > 0
        let (common, own) = isNuclear ? (0.04, 0.08) : (0.14, 0.15)
        let loadings = states.map { _ in common * random.normal(within: 2.5) }
        let share = isNuclear ? 1 : Self.nuclearShare
        return types.indices.map { nucleus in
            let type = types[nucleus]
            let step = signatures.bimodal[type][ion]
            let state = random.uniformDouble() < 0.5 ? 1 + step : 1 - step
            var exponent = own * random.normal(within: 2.5)
            for (loading, values) in zip(loadings, states) { exponent += loading * values[nucleus] }
            return Float(share * signatures.fold[type][ion] * state * exp(exponent))
        }
    }

    private func tissue(_ ion: Int, loadings: [Float], nuclei: [Float]) -> [Float] {
        let base = Float(catalogue.base[ion] * parameters.counts)
        let bare = base * Float(catalogue.bare[ion])
        let zonation = Float(catalogue.zonation[ion])
        let fibrosis = Float(catalogue.fibrosis[ion])
        let isNuclear = catalogue.nuclear[ion] > 0
        let excess = (0..<types.count).map {
            Float(catalogue.nuclear[ion] * parameters.contrast * brightness[$0])
        }
        return [Float](unsafeUninitializedCapacity: labels.count) { plane, count in
            for pixel in 0..<labels.count {
                let owner = Int(cells.owner[pixel])
                guard cells.thickness[pixel] > 0 else {
                    plane[pixel] = bare
                    continue
                }
                var exponent = zonation * zone[pixel] + fibrosis * band[pixel]
                for field in 0..<fields.count { exponent += loadings[field] * fields[field][pixel] }
                var value = base * cells.thickness[pixel] * expf(exponent)
                if owner >= 0 { value *= cellThickness[owner] }
                let label = Int(labels[pixel])
                if isNuclear { value *= expf((label > 0 ? 0.12 : 0.28) * grain[pixel]) }
                if label > 0 {
                    value *= nuclei[label - 1] * (1 + excess[label - 1] * cells.dome[pixel])
                }
                plane[pixel] = value + 0.04 * base
            }
            count = labels.count
        }
    }

    /// A separable Gaussian of five taps with the edge repeated.
    private func blur(_ plane: inout [Float]) {
        let size = parameters.size
        let raw = (-2...2).map { exp(-Double($0 * $0) / (2 * Self.blur * Self.blur)) }
        let sum = raw.reduce(0, +)
        let (centre, near, far) = (
            Float(raw[2] / sum), Float(raw[1] / sum), Float(raw[0] / sum)
        )
        var line = [Float](repeating: 0, count: size + 4)
        for vertical in [false, true] {
            let step = vertical ? size : 1
            for index in 0..<size {
                let start = vertical ? index : index * size
                for k in 0..<size { line[k + 2] = plane[start + k * step] }
                (line[0], line[1]) = (line[2], line[2])
                (line[size + 2], line[size + 3]) = (line[size + 1], line[size + 1])
                for k in 0..<size {
                    plane[start + k * step] =
                        centre * line[k + 2] + near * (line[k + 1] + line[k + 3])
                        + far * (line[k] + line[k + 4])
                }
            }
        }
    }

    private func detect(_ plane: inout [Float]) {
        for pixel in plane.indices { plane[pixel] *= gain.values[pixel] }
        if parameters.saturation > 0 {
            let limit = Float(parameters.saturation)
            for pixel in plane.indices { plane[pixel] = limit * (1 - expf(-plane[pixel] / limit)) }
        }
        for (pixel, factor) in zip(gain.hotPixels, gain.hotFactors) { plane[pixel] *= factor }
    }
}
