#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif
import Imaging
import Kernels

/// Makes believable TOF-SIMS sections with their truth.
///
/// A generative model of its own: ellipses packed by random sequential addition are the nuclei, their
/// neighbourhoods the cells; every ion has an abundance, a loading on nuclei, on the distance from the
/// vein and on the fibrotic band, and fold changes in the nuclei of each type; the expected image is
/// blurred by the beam, scaled by an uneven gain, and counted with Poisson noise. It is not calibrated
/// to an instrument.
public enum Simulator {
    /// A section.
    ///
    /// The same parameters give the same values whatever the number of threads.
    /// - Throws: `.badParameter` for a parameter outside its range, `.noNucleus` if none finds room.
    /// - Complexity: O(M P); about a second for 250 ions of 256 x 256 pixels on two cores.
    public static func section(
        _ parameters: SectionParameters
    ) throws(SimulationError) -> SimulatedSection {
        try parameters.validate()
        let style = TissueStyle.named(parameters.preset)
        let anatomy = Anatomy(style: style, size: parameters.size, seed: parameters.seed)
        let ground = Ground(anatomy: anatomy, style: style, seed: parameters.seed)
        let types = CellType.list(parameters.types, style: style)
        let placed = NucleusPlacement(
            types: types, anatomy: anatomy, ground: ground, style: style, seed: parameters.seed)
        guard !placed.nuclei.isEmpty else { throw .noNucleus(size: parameters.size) }
        let model = expectation(
            parameters, style: style, anatomy: anatomy, ground: ground, types: types, placed: placed
        )
        return assemble(model, anatomy: anatomy, types: types, nuclei: placed.nuclei)
    }

    private static func expectation(
        _ parameters: SectionParameters, style: TissueStyle, anatomy: Anatomy, ground: Ground,
        types: [CellType], placed: NucleusPlacement
    ) -> ExpectedCounts {
        let size = parameters.size
        let catalogue = IonCatalogue(count: parameters.ions, seed: parameters.seed)
        var cellStream = Stage.cells.stream(parameters.seed)
        let brightness = placed.nuclei.map { _ in exp(0.26 * cellStream.normal(within: 3)) }
        let thickness = placed.nuclei.map { _ in Float(exp(0.06 * cellStream.normal(within: 3))) }
        let states = (0..<3).map { _ in placed.nuclei.map { _ in cellStream.normal(within: 2.5) } }
        var fieldStream = Stage.fields.stream(parameters.seed)
        let fields = (0..<3).map { _ in
            SmoothField.make(size: size, cycles: 4, random: &fieldStream)
        }
        let grain = SmoothField.make(size: size, cycles: Double(size) / 7, random: &fieldStream)
        return ExpectedCounts(
            parameters: parameters, catalogue: catalogue,
            signatures: TypeSignatures(types: types, catalogue: catalogue, parameters: parameters),
            cells: CellMap(
                nuclei: placed.nuclei, ground: ground, size: size, culture: style.culture),
            gain: DetectorGain(parameters: parameters),
            types: placed.nuclei.map(\.type), labels: placed.labels, brightness: brightness,
            cellThickness: thickness, zone: zone(anatomy, culture: style.culture),
            band: ground.kinds.map { $0 == .fibrotic ? 1 : 0 }, states: states, grain: grain,
            fields: fields)
    }

    private static func zone(_ anatomy: Anatomy, culture: Bool) -> [Float] {
        (0..<anatomy.size * anatomy.size).map { index in
            guard !culture else { return 0 }
            let y = index / anatomy.size
            return Float(
                anatomy.zonation(Point(x: Double(index - y * anatomy.size), y: Double(y))))
        }
    }

    /// Draws the counts of every ion from a stream of its own.
    private static func counts(_ model: ExpectedCounts) -> [Float] {
        let pixels = model.labels.count
        let ions = model.catalogue.mz.count
        return [Float](unsafeUninitializedCapacity: ions * pixels) { buffer, count in
            nonisolated(unsafe) let all = buffer.baseAddress!
            Parallel.forEach(ions) { ion in
                let expected = model.plane(ion)
                var random = Stage.counts.stream(model.parameters.seed, ion)
                let plane = all + ion * pixels
                for pixel in 0..<pixels {
                    plane[pixel] = Float(min(random.poisson(Double(expected[pixel])), 65_535))
                }
            }
            count = ions * pixels
        }
    }

    private static func assemble(
        _ model: ExpectedCounts, anatomy: Anatomy, types: [CellType], nuclei: [Nucleus]
    ) -> SimulatedSection {
        let size = anatomy.size
        let grid = PixelGrid(
            width: size, height: size,
            pixelSizeMicrometres: model.parameters.fieldOfView / Double(size))
        let nuclear = model.catalogue.nuclear
        return SimulatedSection(
            parameters: model.parameters,
            stack: IonStack(
                grid: grid, channels: model.catalogue.mz.map { Channel(mz: $0) },
                counts: counts(model)),
            truth: LabelImage(grid: grid, values: model.labels),
            types: nuclei.map { Int32($0.type) }, typeNames: types.map(\.name),
            centroids: nuclei.map { centroid(of: $0.pixels, size: size) },
            areas: nuclei.map { Int32($0.pixels.count) }, brightness: model.brightness,
            fold: model.signatures.fold, bimodal: model.signatures.bimodal,
            nuclearIons: nuclear.indices.filter { nuclear[$0] > 0 }.map { Int32($0) },
            adenine: model.catalogue.adenine, zonation: model.catalogue.zonation,
            fibrosisLoad: model.catalogue.fibrosis,
            veinCentre: (anatomy.veinCentre.x, anatomy.veinCentre.y),
            veinRadius: anatomy.veinRadius,
            fibrosisPolyline: anatomy.boundary.map { ($0.x, $0.y) },
            fibrosisRegion: model.band.map { $0 > 0 }, gain: model.gain.values,
            hotPixels: model.gain.hotPixels.map { ($0 % size, $0 / size) },
            badLines: model.gain.badLines)
    }

    private static func centroid(of pixels: [Int], size: Int) -> (x: Double, y: Double) {
        var (x, y) = (0, 0)
        for pixel in pixels {
            x += pixel % size
            y += pixel / size
        }
        return (Double(x) / Double(pixels.count), Double(y) / Double(pixels.count))
    }
}
