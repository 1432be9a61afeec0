import Imaging

/// The default method from the stack to the result: segmentation, numbering, the test for nuclei.
enum DescriptionCut {
    /// Nuclei of a stack, or an empty mask with the reason.
    static func run(
        _ stack: IonStack, choice: ChannelChoice, parameters: SIMSCut.Parameters,
        monitor: StageMonitor
    ) throws(AnalysisError) -> SIMSCut.Result {
        var images = CutImages(stack, channels: choice.channels)
        let marker = images.planes[0]
        let repaired = try DescriptionSegmentation.repair(
            &images, monitor: monitor.part(from: 0.02, to: 0.1))
        let method = DescriptionSegmentation(images: images, parameters: parameters)
        let outcome = try method.run(images, monitor: monitor.part(from: 0.1, to: 0.95))
        let (width, height) = (images.width, images.height)
        let least = parameters.minimumArea ?? 8
        let largest = max(least, parameters.maximumArea ?? Int.max)
        let numbering = CellNumbering(
            outcome.labels, width: width, height: height, connectivity: .four,
            areas: least...largest)
        var solid = numbering.labels
        let filled = HoleFilling.fill(
            &solid, count: numbering.origin.count, width: width, height: height, largest: largest)
        try monitor.update(0.97, "testing whether these are nuclei")
        let evidence = NucleusEvidence(
            labels: solid, count: numbering.origin.count, marker: marker,
            ratio: outcome.mixture.ratio, misfit: outcome.misfit, width: width, height: height)
        var diagnostics = diagnostics(evidence, outcome)
        diagnostics["candidates"] = Double(numbering.origin.count)
        diagnostics["hot_pixels"] = Double(repaired.hot)
        diagnostics["line_pixels"] = Double(repaired.line)
        diagnostics["filled_pixels"] = Double(filled)
        let verdict = NucleusVerdict(evidence, candidates: numbering.origin.count)
        let labels = verdict.areNuclei ? solid : [Int32](repeating: 0, count: images.count)
        let confidences =
            verdict.areNuclei
            ? NucleusConfidence.values(
                labels: solid, contrasts: evidence.contrasts,
                intensity: outcome.intensity, width: width) : []
        try monitor.update(1, "done")
        return SIMSCut.Result(
            labels: LabelImage(grid: stack.grid, values: labels),
            cells: cells(of: labels, width: width, confidences: confidences),
            channels: choice.channels, foreground: [outcome.foreground],
            diagnostics: diagnostics, warnings: verdict.warnings)
    }

    private static func diagnostics(
        _ evidence: NucleusEvidence, _ outcome: DescriptionSegmentation.Outcome
    ) -> [String: Double] {
        [
            "marker_z": evidence.contrast, "shape_misfit": evidence.misfit,
            "autocorrelation": evidence.autocorrelation, "marker_counts": evidence.counts,
            "dispersion": outcome.mixture.dispersion, "noise": outcome.intensity.noise,
        ]
    }
}
