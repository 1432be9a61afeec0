import Foundation
import Kernels

/// The layout of the pixel classifier's weights in one flat array.
struct ClassifierShape: Sendable {
    /// Width of the hidden layers.
    static let hidden = 128

    /// Widths M, 128, 128, 128, C.
    let widths: [Int]
    /// Where each of the four layers begins; the last value is the number of weights.
    let offsets: [Int]

    init(channels: Int, cells: Int) {
        self.init(widths: [channels, Self.hidden, Self.hidden, Self.hidden, cells])
    }

    init(widths: [Int]) {
        self.widths = widths
        var offsets = [0]
        for layer in 0..<widths.count - 1 {
            offsets.append(offsets[layer] + widths[layer] * widths[layer + 1])
        }
        self.offsets = offsets
    }

    /// Number of weights.
    var count: Int { offsets[offsets.count - 1] }
    /// M.
    var channels: Int { widths[0] }
    /// C.
    var cells: Int { widths[widths.count - 1] }

    /// Weights drawn from the truncated normal distribution of Glorot and Bengio (2010): at most two
    /// standard deviations, of standard deviation sqrt(2 / (in + out)) after the truncation.
    func glorotWeights(seed: UInt64, attempt: Int) -> [Float] {
        var random = Philox(seed: seed, stage: RandomStage.weights, index: UInt64(attempt))
        var weights: [Float] = []
        weights.reserveCapacity(count)
        for layer in 0..<widths.count - 1 {
            let spread = (2 / Float(widths[layer] + widths[layer + 1])).squareRoot()
            // 0.8796... is the standard deviation of a standard normal truncated at 2.
            let scale = spread / 0.879_625_66
            for _ in 0..<widths[layer] * widths[layer + 1] {
                weights.append(scale * truncatedNormal(&random))
            }
        }
        return weights
    }

    /// A network's weights as one flat array.
    static func flattened(_ network: SIMSID.Network) -> [Float] { network.layers.flatMap { $0 } }

    /// A flat array of weights as layers.
    func layers(_ weights: [Float]) -> [[Float]] {
        (0..<widths.count - 1).map { Array(weights[offsets[$0]..<offsets[$0 + 1]]) }
    }
}

/// A standard normal draw of magnitude below 2, by rejection.
private func truncatedNormal(_ random: inout Philox) -> Float {
    while true {
        let value = random.gaussian()
        if abs(value) < 2 { return value }
    }
}

/// Names of the random streams of SIMS-ID, SIMS-Cluster and its estimates of k.
enum RandomStage {
    static let weights: UInt32 = 0x4944_0001
    static let shuffle: UInt32 = 0x4944_0002
    static let leiden: UInt32 = 0x434C_0001
    static let stability: UInt32 = 0x434C_0002
}
