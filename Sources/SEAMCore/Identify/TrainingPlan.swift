import Foundation

/// How a classifier is trained: batch size, rate, passes.
struct TrainingPlan: Sendable {
    /// Rows of a step.
    var batch: Int
    /// The highest rate.
    var peakRate: Double
    /// Passes over the pixels.
    var epochs: Int
    /// What the total-normalised input is multiplied by.
    var inputScale: Float
    /// Whether the rate warms up and falls by a cosine, or is constant.
    var shaped: Bool
    /// Steps of a pass.
    var stepsPerEpoch: Int

    /// The plan of a schedule for P pixels and M channels.
    ///
    /// `fast`: batch 512 and rate 4e-3 (below 16,000 pixels 256 and 3e-3, below 6,000 128 and 2e-3), a
    /// linear warm-up over 5 % of the steps, a cosine to zero, and at least 20 epochs and about 1,300
    /// steps. `published`: batch 64, rate 1e-3, 200 epochs.
    init(_ schedule: SIMSID.Schedule, pixels: Int, channels: Int, epochs: Int?) {
        switch schedule {
        case .fast:
            (batch, peakRate) =
                pixels < 6_000 ? (128, 2e-3) : pixels < 16_000 ? (256, 3e-3) : (512, 4e-3)
            let enough = (1_300 * batch + pixels - 1) / pixels
            self.epochs = epochs ?? max(20, enough)
            inputScale = Float(channels)
            shaped = true
        case .published:
            (batch, peakRate) = (64, 1e-3)
            self.epochs = epochs ?? 200
            inputScale = 1
            shaped = false
        }
        stepsPerEpoch = (pixels + batch - 1) / batch
    }

    /// Steps of the whole training.
    var steps: Int { stepsPerEpoch * epochs }

    /// The rate of a step, counted from 0.
    func rate(_ step: Int) -> Double {
        guard shaped else { return peakRate }
        let warm = max(1, steps / 20)
        if step < warm { return peakRate * Double(step + 1) / Double(warm) }
        let done = Double(step - warm) / Double(max(1, steps - warm))
        return peakRate * 0.5 * (1 + cos(Double.pi * done))
    }
}
