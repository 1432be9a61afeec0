import Imaging
import Kernels
import SEAMCore

/// How faithful SIMS-View's layout is to the scaled pixels it is made from.
enum ViewTask {
    /// Points that the scores are a mean over.
    private static let queries = 1_000

    /// Trustworthiness and preservation for 15 and 50 neighbours, against all channels (`full_`) and
    /// against the first 50 principal components.
    static func run(
        _ method: String, _ work: CellWork
    ) throws(EvaluationError) -> [Measurement] {
        guard let stack = work.data.stack else { return [] }
        let (count, channels) = (stack.grid.count, stack.channels.count)
        let points = scaled(work)
        let kept = min(50, channels)
        let components = PrincipalComponents.project(
            points: points, count: count, dimension: channels, components: kept)
        let layout: [Float]
        if method == "pca" {
            layout = (0..<count).flatMap { pixel in
                (0..<3).map { components[pixel * kept + $0] }
            }
        } else {
            var parameters = SIMSView.Parameters()
            parameters.seed = work.seed
            if method == "umap-full" { parameters.components = nil }
            layout = try CellWork.stage {
                try SIMSView.run(stack, parameters: parameters, monitor: .silent)
            }.embedding
        }
        guard count > 101 else { return [] }
        var random = Philox(seed: work.seed, stage: RandomPart.queries)
        var order = Array(0..<count)
        random.shuffle(&order)
        let queries = Array(order.prefix(queries))
        var found: [Measurement] = []
        for (prefix, space, columns) in [("", components, kept), ("full_", points, channels)] {
            let scores = LayoutScores.compute(
                points: space, columns: columns, layout: layout, dimensions: 3, queries: queries,
                neighbours: [15, 50])
            for score in scores {
                let k = score.neighbours
                found.append(Measurement("\(prefix)trust_\(k)", score.trustworthiness))
                found.append(Measurement("\(prefix)kept_\(k)", score.preservation))
            }
        }
        return found
    }

    /// (v + 1) / (median of the pixel + 1), then each channel from 0 to 1 (the published scaling).
    private static func scaled(_ work: CellWork) -> [Float] {
        guard let stack = work.data.stack else { return [] }
        let (count, channels) = (stack.grid.count, stack.channels.count)
        var points = [Float](repeating: 0, count: count * channels)
        for pixel in 0..<count {
            let own = (0..<channels).map { stack.counts[$0 * count + pixel] }
            let sorted = own.sorted()
            let median = (sorted[(channels - 1) / 2] + sorted[channels / 2]) / 2
            for channel in 0..<channels {
                points[pixel * channels + channel] = (own[channel] + 1) / (median + 1)
            }
        }
        for channel in 0..<channels {
            var (low, high) = (Float.infinity, -Float.infinity)
            for pixel in 0..<count {
                low = min(low, points[pixel * channels + channel])
                high = max(high, points[pixel * channels + channel])
            }
            let scale = high > low ? 1 / (high - low) : 1
            for pixel in 0..<count {
                let place = pixel * channels + channel
                points[place] = (points[place] - low) * scale
            }
        }
        return points
    }
}
