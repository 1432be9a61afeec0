import Bytes
import Imaging

extension SectionWriter {
    /// Everything in a section under the names of the `.npz` file.
    static func arrays(_ section: SimulatedSection) -> [(name: String, array: NPYArray)] {
        images(section) + nuclei(section) + chemistry(section) + anatomy(section)
    }

    private static func images(_ section: SimulatedSection) -> [(name: String, array: NPYArray)] {
        let stack = section.stack
        let (width, height) = (stack.grid.width, stack.grid.height)
        return [
            (
                "cube",
                NPYArray(
                    uint16: stack.counts.map { UInt16($0) },
                    shape: [stack.channels.count, height, width])
            ),
            ("mz", NPYArray(float64: stack.channels.map { $0.mz ?? 0 })),
            ("mask", NPYArray(int32: section.truth.values, shape: [height, width])),
        ]
    }

    private static func nuclei(_ section: SimulatedSection) -> [(name: String, array: NPYArray)] {
        [
            ("types", NPYArray(int32: section.types)),
            ("type_names", NPYArray(strings: section.typeNames)),
            ("centroids", points(section.centroids)),
            ("areas", NPYArray(int32: section.areas)),
            ("brightness", NPYArray(float64: section.brightness)),
        ]
    }

    private static func chemistry(
        _ section: SimulatedSection
    ) -> [(name: String, array: NPYArray)] {
        let shape = [section.fold.count, section.stack.channels.count]
        return [
            ("fold", NPYArray(float64: section.fold.flatMap { $0 }, shape: shape)),
            ("bimodal", NPYArray(float64: section.bimodal.flatMap { $0 }, shape: shape)),
            ("nuclear_ions", NPYArray(int32: section.nuclearIons)),
            ("adenine", NPYArray(int64: [section.adenine], shape: [])),
            ("zonation", NPYArray(float64: section.zonation)),
            ("fibro_load", NPYArray(float64: section.fibrosisLoad)),
        ]
    }

    private static func anatomy(_ section: SimulatedSection) -> [(name: String, array: NPYArray)] {
        let grid = section.stack.grid
        let square = [grid.height, grid.width]
        let centre = section.veinCentre
        return [
            ("vein_center", NPYArray(float64: [centre.x, centre.y])),
            ("vein_radius", NPYArray(float64: [section.veinRadius], shape: [])),
            ("fibrosis_polyline", points(section.fibrosisPolyline)),
            ("fibrosis_region", NPYArray(bool: section.fibrosisRegion, shape: square)),
            ("gain", NPYArray(float32: section.gain, shape: square)),
            (
                "hot_pixels",
                NPYArray(
                    int32: section.hotPixels.flatMap { [Int32($0.x), Int32($0.y)] },
                    shape: [section.hotPixels.count, 2])
            ),
            ("bad_lines", NPYArray(int32: section.badLines.map { Int32($0) })),
            (
                "pixel_um",
                NPYArray(float64: [grid.pixelSizeMicrometres ?? 0], shape: [])
            ),
            ("params", NPYArray(strings: [json(section.parameters)], shape: [])),
        ]
    }

    private static func points(_ points: [(x: Double, y: Double)]) -> NPYArray {
        NPYArray(float64: points.flatMap { [$0.x, $0.y] }, shape: [points.count, 2])
    }

    /// The parameters as JSON; all texts in them are names of presets, which need no escapes.
    private static func json(_ parameters: SectionParameters) -> String {
        let members: [(String, String)] = [
            ("preset", "\"\(parameters.preset)\""), ("size", "\(parameters.size)"),
            ("ions", "\(parameters.ions)"), ("types", "\(parameters.types)"),
            ("seed", "\(parameters.seed)"), ("effect", "\(parameters.effect)"),
            ("counts", "\(parameters.counts)"), ("contrast", "\(parameters.contrast)"),
            ("gain_sd", "\(parameters.gainSD)"), ("hot", "\(parameters.hot)"),
            ("bad_lines", "\(parameters.badLines)"), ("saturation", "\(parameters.saturation)"),
            ("bimodal", "\(parameters.bimodal)"),
            ("field_of_view_um", "\(parameters.fieldOfView)"),
        ]
        return "{" + members.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}"
    }
}
