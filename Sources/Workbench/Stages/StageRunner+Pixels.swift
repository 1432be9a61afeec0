import Bytes
import Imaging
import SEAMCore
import Store

extension StageRunner {
    static func runView(_ input: StageInput, _ monitor: StageMonitor) throws -> StageOutput {
        let channels = try input.selection().features(input.parameters)
        var parameters = SIMSView.Parameters()
        parameters.neighbours = input.parameters["neighbours"].int ?? 50
        let components = input.parameters["components"].int ?? 50
        parameters.components = components == 0 ? nil : components
        parameters.epochs = input.parameters["epochs"].int
        parameters.minimumDistance = input.parameters["min_dist"].double ?? 0.1
        parameters.colors =
            SIMSView.Colors(rawValue: input.parameters["colors"].string ?? "") ?? .fitted
        parameters.seed = input.seed
        try monitor.update(0, "reading the ion images")
        let stack = try input.stack(channels)
        let result = try SIMSView.run(stack, parameters: parameters, monitor: monitor)
        let shape = [stack.grid.height, stack.grid.width, 3]
        return StageOutput(
            artifacts: [
                .array("rgb", NPYArray(uint8: result.rgb, shape: shape)),
                .array("embedding", NPYArray(float32: result.embedding, shape: shape)),
            ], warnings: result.warnings)
    }

    static func runSegmentation(
        _ input: StageInput, _ monitor: StageMonitor
    ) throws -> StageOutput {
        let selection = try input.selection()
        let marker = try selection.marker(input.parameters)
        let channels = Array(Set(try selection.features(input.parameters) + [marker])).sorted()
        let values = input.parameters
        var parameters = SIMSCut.Parameters()
        parameters.method = SIMSCut.Method(rawValue: values["method"].string ?? "") ?? .mdl
        parameters.topChannels = values["top_channels"].int ?? 20
        parameters.minimumArea = values["min_area_px"].int
        parameters.maximumArea = values["max_area_px"].int
        parameters.beta = values["beta"].double ?? 0.7
        parameters.divisor = values["divisor"].double ?? 10
        parameters.contrast = SIMSCut.Contrast(rawValue: values["contrast"].string ?? "") ?? .auto
        parameters.smoothing = values["smoothing"].bool ?? true
        parameters.epochs = values["epochs"].int ?? 10
        parameters.maximumLevels = values["max_levels"].int ?? 100
        parameters.fold = values["fold"].double ?? 0.8
        parameters.seed = input.seed
        try monitor.update(0, "reading the ion images")
        let stack = try input.stack(channels)
        let place = channels.firstIndex(of: marker) ?? 0
        let result =
            isConstant(stack.plane(place))
            ? noNuclei(stack, marker: place)
            : try SIMSCut.run(stack, marker: place, parameters: parameters, monitor: monitor)
        let summary: JSON = [
            "marker": .int(marker),
            "channels": .array(result.channels.map { .int(channels[$0]) }),
            "foreground_px": .array(result.foreground.map { .int($0) }),
            "diagnostics": .object(
                result.diagnostics.sorted { $0.key < $1.key }.map {
                    JSON.Member($0.key, .double($0.value))
                }),
        ]
        return StageOutput(
            artifacts: [
                .array(
                    "labels",
                    NPYArray(
                        int32: result.labels.values, shape: [stack.grid.height, stack.grid.width])),
                .array("cells", CellTable.encode(result.cells)),
                .json("summary", summary),
            ], warnings: result.warnings)
    }

    private static func isConstant(_ plane: ArraySlice<Float>) -> Bool {
        plane.allSatisfy { $0 == plane.first }
    }

    /// The answer to an image whose marker is the same everywhere: a section may hold no nucleus.
    private static func noNuclei(_ stack: IonStack, marker: Int) -> SIMSCut.Result {
        SIMSCut.Result(
            labels: LabelImage(
                grid: stack.grid, values: [Int32](repeating: 0, count: stack.grid.count)),
            cells: [], channels: [marker], foreground: [0], diagnostics: [:],
            warnings: [
                "no nuclei: the marker channel \(stack.channels[marker].name) is the same everywhere"
            ])
    }
}

extension StageInput {
    /// The `seed` parameter.
    var seed: UInt64 { UInt64(parameters["seed"].int ?? 0) }
}

/// The table of cells as an array of C rows: id, x, y, area, confidence.
enum CellTable {
    static func encode(_ cells: [Cell]) -> NPYArray {
        var values: [Double] = []
        values.reserveCapacity(cells.count * 5)
        for cell in cells {
            values += [Double(cell.id), cell.x, cell.y, Double(cell.area), cell.confidence]
        }
        return NPYArray(float64: values, shape: [cells.count, 5])
    }

    static func decode(_ values: [Double]) -> [Cell] {
        stride(from: 0, to: values.count - 4, by: 5).map { at -> Cell in
            let row = values[at..<at + 5]
            return Cell(
                id: Int32(row[at]), x: row[at + 1], y: row[at + 2], area: Int(row[at + 3]),
                confidence: row[at + 4])
        }
    }
}
