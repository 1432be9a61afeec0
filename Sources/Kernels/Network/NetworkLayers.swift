/// The weights of a network without biases, in panels of 16 columns that products read as they are.
///
/// Layer l of k inputs and n outputs is stored as its panels one after the other, each k x 16; columns
/// behind n are 0 and stay so.
final class NetworkLayers: @unchecked Sendable {
    let widths: [Int]
    /// Where each layer begins; the last value is the number of stored weights.
    let offsets: [Int]
    let values: AlignedFloats

    var layerCount: Int { widths.count - 1 }

    /// Weights given layer by layer, each row-major as input x output.
    init(widths: [Int], weights: [Float]) {
        self.widths = widths
        var offsets = [0]
        for layer in 0..<widths.count - 1 {
            offsets.append(
                offsets[layer] + widths[layer] * Panels.rounded(widths[layer + 1]))
        }
        self.offsets = offsets
        values = AlignedFloats(count: offsets[offsets.count - 1])
        values.start.initialize(repeating: 0, count: offsets[offsets.count - 1])
        var next = 0
        forEachWeight { place in
            values.start[place] = weights[next]
            next += 1
        }
    }

    /// Panels of a layer.
    func panels(_ layer: Int) -> Int { Panels.rounded(widths[layer + 1]) / Panels.columns }

    /// One panel of a layer, widths[layer] x 16.
    func panel(_ layer: Int, _ panel: Int) -> UnsafeMutablePointer<Float> {
        values.start + place(layer, panel)
    }

    /// Where a panel begins.
    func place(_ layer: Int, _ panel: Int) -> Int {
        offsets[layer] + panel * widths[layer] * Panels.columns
    }

    /// The weights layer by layer, row-major.
    var weights: [Float] {
        var weights: [Float] = []
        weights.reserveCapacity(offsets[offsets.count - 1])
        forEachWeight { weights.append(values.start[$0]) }
        return weights
    }

    private func forEachWeight(_ body: (Int) -> Void) {
        for layer in 0..<layerCount {
            for input in 0..<widths[layer] {
                for output in 0..<widths[layer + 1] {
                    body(
                        place(layer, output / Panels.columns) + input * Panels.columns
                            + output % Panels.columns)
                }
            }
        }
    }
}
