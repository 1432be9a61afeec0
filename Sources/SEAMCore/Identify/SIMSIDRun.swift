import Foundation
public import Imaging

extension SIMSID {
    /// Largest C whose C x C similarities are made (2 GiB of double precision).
    static let maximumCells = 16_384

    /// Represents every cell of a mask.
    ///
    /// `distilled` trains the classifier on the pixels inside cells (input: total-normalised counts,
    /// zero for a pixel without counts), again from new weights, at most five times, while the final
    /// loss stays above 0.98 ln C, and gives the inner products of all pairs of rows of the C x P matrix
    /// softmax(z / T) without making the matrix. `mean` gives the mean representations only, `joint` the
    /// components of `JointVariation` beside them.
    ///
    /// - Parameters:
    ///   - stack: M images.
    ///   - labels: the mask, of the same size; numbers without a pixel are left out.
    /// - Throws: `.tooFewCells` below two cells; `.badParameter` for an epoch count or temperature out of
    ///   range; `.unsuitableData` if the sizes differ, C is above 16,384 or `joint` finds nothing but
    ///   noise; `.cancelled`.
    /// - Complexity: O(epochs P (M + C)) time, O(P M + C^2) memory.
    public static func run(
        _ stack: IonStack, labels: LabelImage, parameters: Parameters, monitor: StageMonitor
    ) throws(AnalysisError) -> Result {
        try check(parameters)
        let cells = try CellPixels.checked(labels, for: stack, needed: 2)
        guard cells.cellCount <= maximumCells || parameters.method == .mean else {
            throw .unsuitableData(
                "\(cells.cellCount) cells, but SIMS-ID compares at most \(maximumCells); "
                    + "use method mean or a region")
        }
        try monitor.update(0, "reading the cells")
        let channels = stack.channels.count
        let counts = cells.counts(of: stack)
        try monitor.update(0.01, "means of the cells")
        let means = CellMeans(counts: counts, channels: channels, cells: cells)
        var result = Result(
            cellIDs: cells.cellIDs, dimension: channels, gram: nil, logMeans: means.logMeans,
            means: means.means, network: nil, losses: [], warnings: [])
        let rest = monitor.part(from: 0.02, to: 1)
        switch parameters.method {
        case .mean: break
        case .distilled:
            let distillation = Distillation(
                counts: consume counts, cells: cells, parameters: parameters)
            try distillation.fill(&result, monitor: rest)
        case .joint:
            let joint = try JointVariation(
                counts: counts, channels: channels, cells: cells, seed: parameters.seed,
                monitor: rest)
            try joint.fill(&result)
        }
        try monitor.update(1, "cells represented")
        return result
    }

    private static func check(_ parameters: Parameters) throws(AnalysisError) {
        if let epochs = parameters.epochs, !(1...100_000).contains(epochs) {
            throw .badParameter(name: "epochs", detail: "expected 1 to 100000, found \(epochs)")
        }
        try check(temperature: parameters.temperature)
    }

    /// Refuses a temperature that is not between 0.01 and 10,000.
    static func check(temperature: Double) throws(AnalysisError) {
        guard temperature >= 0.01, temperature <= 10_000 else {
            throw .badParameter(
                name: "temperature", detail: "expected 0.01 to 10000, found \(temperature)")
        }
    }
}
