import Imaging

/// The published method from the stack to the result: levels, reaping, numbering.
///
/// A cell's confidence is the share of the levels, from the second on, that its most persistent
/// pixel survives: what is foreground longest stands out most.
enum PublishedCut {
    /// Nuclei of a stack.
    static func run(
        _ stack: IonStack, choice: ChannelChoice, parameters: SIMSCut.Parameters,
        monitor: StageMonitor
    ) throws(AnalysisError) -> SIMSCut.Result {
        let (width, height) = (stack.grid.width, stack.grid.height)
        var planes = choice.channels.map { Array(stack.plane($0)) }
        if parameters.smoothing {
            let filter = GaussianFilter(sigma: 1)
            planes = planes.map { filter.smooth($0, width: width, height: height) }
        }
        let levels = try PublishedLevels(
            planes, width: width, height: height, parameters: parameters,
            monitor: monitor.part(from: 0, to: 0.9))
        let mask = try Reaping.mask(
            depth: levels.depth, marker: planes[0], width: width, height: height,
            fold: parameters.fold, monitor: monitor.part(from: 0.9, to: 0.98))
        let components = ConnectedComponents(
            mask, width: width, height: height, connectivity: .eight)
        let least = parameters.minimumArea ?? 2
        let numbering = CellNumbering(
            components.labels, width: width, height: height, connectivity: .eight,
            areas: least...max(least, parameters.maximumArea ?? Int.max))
        let count = numbering.origin.count
        var deepest = [Int](repeating: 0, count: count)
        for (pixel, label) in numbering.labels.enumerated() where label > 0 {
            deepest[Int(label) - 1] = max(deepest[Int(label) - 1], levels.depth[pixel])
        }
        let kept = max(levels.foreground.count - 1, 1)
        try monitor.update(1, "done")
        return SIMSCut.Result(
            labels: LabelImage(grid: stack.grid, values: numbering.labels),
            cells: cells(
                of: numbering.labels, width: width,
                confidences: deepest.map { Double($0) / Double(kept) }),
            channels: choice.channels, foreground: levels.foreground,
            diagnostics: [
                "levels": Double(levels.foreground.count),
                "least_correlation": choice.correlations.last ?? 1,
            ],
            warnings: count > 0
                ? [] : ["no nuclei: no region of the image outlived the first level"])
    }
}
