public import Imaging
import Kernels

extension SIMSID {
    /// The C x P matrix of the distilled representation: row = cell by ascending number, column =
    /// pixel inside cells, cell by cell and ascending within a cell; each column is softmax(z / T) of
    /// that pixel and sums to 1.
    ///
    /// - Parameters:
    ///   - network: the classifier that `run` trained on the same stack and mask.
    ///   - temperature: T.
    /// - Throws: `.badParameter` if the network or temperature does not fit; `.unsuitableData` if the
    ///   sizes differ or the matrix would have more than 2^30 values; `.tooFewCells`; `.cancelled`.
    /// - Complexity: O(P (M + C)) time and O(P (M + C)) memory.
    public static func matrix(
        _ stack: IonStack, labels: LabelImage, network: Network, temperature: Double,
        monitor: StageMonitor
    ) throws(AnalysisError) -> [Float] {
        try check(temperature: temperature)
        let cells = try CellPixels.checked(labels, for: stack, needed: 2)
        let shape = ClassifierShape(channels: stack.channels.count, cells: cells.cellCount)
        try check(network, fits: shape)
        guard cells.count <= (1 << 30) / cells.cellCount else {
            throw .unsuitableData(
                "a matrix of \(cells.cellCount) x \(cells.count) values is larger than 4 GiB")
        }
        let inputs = normalisedInputs(
            cells.counts(of: stack), channels: shape.channels, scale: network.inputScale)
        let classifier = SoftmaxNetwork(
            widths: shape.widths, weights: ClassifierShape.flattened(network))
        var matrix = [Float](repeating: 0, count: cells.cellCount * cells.count)
        let block = 4_096
        for start in stride(from: 0, to: cells.count, by: block) {
            try monitor.update(Double(start) / Double(cells.count), "vectors of the cells")
            write(
                start..<min(cells.count, start + block), of: inputs, shape: shape,
                classifier: classifier,
                temperature: Float(temperature), to: &matrix)
        }
        try monitor.update(1, "vectors of the cells")
        return matrix
    }

    private static func check(
        _ network: Network, fits shape: ClassifierShape
    ) throws(AnalysisError) {
        let sizes = (0..<4).map { shape.widths[$0] * shape.widths[$0 + 1] }
        guard network.widths == shape.widths, network.layers.map(\.count) == sizes,
            network.inputScale.isFinite
        else {
            throw .badParameter(
                name: "network",
                detail: "expected layers of \(shape.widths), found \(network.widths)")
        }
    }

    /// Writes the columns of some pixels.
    private static func write(
        _ pixels: Range<Int>, of inputs: [Float], shape: ClassifierShape,
        classifier: SoftmaxNetwork,
        temperature: Float, to matrix: inout [Float]
    ) {
        let columns = inputs.count / shape.channels
        matrix.withUnsafeMutableBufferPointer { buffer in
            nonisolated(unsafe) let out = buffer
            inputs.withUnsafeBufferPointer { inputs in
                nonisolated(unsafe) let inputs = inputs
                Parallel.forEachRange(pixels.count, grain: 256) { part in
                    guard let source = inputs.baseAddress else { return }
                    let first = pixels.lowerBound + part.lowerBound
                    let rows = first..<pixels.lowerBound + part.upperBound
                    classifier.classify(
                        source, rows: rows, temperature: temperature, shift: 0
                    ) { shares in
                        for cell in 0..<shape.cells {
                            for row in rows {
                                out[cell * columns + row] = shares.row(row - first)[cell]
                            }
                        }
                    }
                }
            }
        }
    }
}
