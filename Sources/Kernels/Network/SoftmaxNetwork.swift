/// A network of fully connected layers without biases that gives each row a class.
///
/// All but the last two layers are rectified; the class shares are the softmax of the last one.
public final class SoftmaxNetwork: Sendable {
    let layers: NetworkLayers

    /// A network.
    ///
    /// - Parameters:
    ///   - widths: inputs, hidden widths, classes.
    ///   - weights: layer by layer, each row-major as input x output.
    /// - Precondition: at least two widths, all above 0, and as many weights as they need.
    public init(widths: [Int], weights: [Float]) {
        precondition(widths.count >= 2 && widths.allSatisfy { $0 > 0 }, "two layers of units")
        precondition(
            weights.count == zip(widths, widths.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 },
            "a weight for each pair of units")
        layers = NetworkLayers(widths: widths, weights: weights)
    }

    /// The weights as they were given to `init`.
    public var weights: [Float] { layers.weights }

    /// Whether the outputs of a layer are rectified.
    func isRectified(_ layer: Int) -> Bool { layer < layers.layerCount - 2 }

    /// Hands out softmax(z / `temperature`) - `shift` of some rows.
    ///
    /// - Parameters:
    ///   - inputs: rows of inputs, one behind the other.
    ///   - rows: which of them.
    /// - Complexity: O(rows x weights).
    public func classify(
        _ inputs: UnsafePointer<Float>, rows: Range<Int>, temperature: Float, shift: Float,
        _ body: (_ shares: PanelRows) -> Void
    ) {
        let widths = layers.widths
        let buffers = widths.map { PanelRows(rows: rows.count, width: $0) }
        for (index, row) in rows.enumerated() {
            buffers[0].row(index).update(from: inputs + row * widths[0], count: widths[0])
        }
        forward(buffers, rows: 0..<rows.count)
        let output = buffers[widths.count - 1]
        let classes = widths[widths.count - 1]
        for row in 0..<rows.count {
            let z = output.row(row)
            let sum = Panels.expSum(
                z, classes, shift: Panels.largest(z, classes), scale: 1 / temperature)
            Panels.affine(z, classes, scale: 1 / sum, shift: -shift)
        }
        body(output)
    }

    /// Fills the buffers of all layers from the first, for some rows.
    func forward(_ buffers: [PanelRows], rows: Range<Int>) {
        for layer in 0..<layers.layerCount {
            let (input, output) = (buffers[layer], buffers[layer + 1])
            for panel in 0..<layers.panels(layer) {
                Panels.multiply(
                    rows: rows.count, depth: layers.widths[layer], a: input.row(rows.lowerBound),
                    aRow: input.stride, aStep: 1, b: layers.panel(layer, panel),
                    bStep: Panels.columns,
                    c: output.row(rows.lowerBound) + panel * Panels.columns, cRow: output.stride,
                    rectifying: isRectified(layer))
            }
        }
    }
}
