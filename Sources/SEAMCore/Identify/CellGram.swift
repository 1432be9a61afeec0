import Kernels

/// Inner products of the rows of the C x P matrix softmax(z / T), without making it.
struct CellGram {
    private static let block = 4_096
    private static let chunk = 256

    /// The trained classifier.
    let network: SoftmaxNetwork
    /// M, the width of its input.
    let channels: Int
    /// C.
    let cells: Int
    /// T.
    let temperature: Float

    /// The C x C inner products over all rows of `inputs` (P x M).
    ///
    /// Rows are taken less their mean 1 / C, so that products of near-uniform rows keep their digits;
    /// blocks of rows are multiplied in single and added in double precision. The result does not depend
    /// on the number of threads.
    /// - Complexity: O(P C^2) time; O(C^2 + 4096 C) memory.
    func products(
        inputs: [Float], monitor: StageMonitor
    ) throws(AnalysisError) -> [Double] {
        let pixels = inputs.count / channels
        var gram = [Double](repeating: 0, count: cells * cells)
        var sums = [Double](repeating: 0, count: cells)
        let shares = PanelRows(rows: min(Self.block, pixels), width: cells)
        for start in stride(from: 0, to: pixels, by: Self.block) {
            try monitor.update(Double(start) / Double(pixels), "similarity of cells")
            let count = min(Self.block, pixels - start)
            fill(shares, inputs: inputs, start: start, count: count)
            gram.withUnsafeMutableBufferPointer { gram in
                guard let gram = gram.baseAddress else { return }
                shares.addGram(rows: count, to: gram) { !monitor.isCancelled }
            }
            for row in 0..<count {
                let values = shares.row(row)
                for cell in 0..<cells { sums[cell] += Double(values[cell]) }
            }
        }
        try monitor.update(1, "similarity of cells")
        let constant = Double(pixels) / (Double(cells) * Double(cells))
        for i in 0..<cells {
            for j in i..<cells {
                let value = gram[i * cells + j] + (sums[i] + sums[j]) / Double(cells) + constant
                gram[i * cells + j] = value
                gram[j * cells + i] = value
            }
        }
        return gram
    }

    /// softmax(z / T) - 1 / C of `count` rows.
    private func fill(_ shares: PanelRows, inputs: [Float], start: Int, count: Int) {
        inputs.withUnsafeBufferPointer { inputs in
            nonisolated(unsafe) let inputs = inputs
            Parallel.forEachRange(count, grain: Self.chunk) { rows in
                guard let source = inputs.baseAddress else { return }
                network.classify(
                    source, rows: start + rows.lowerBound..<start + rows.upperBound,
                    temperature: temperature, shift: 1 / Float(cells)
                ) { found in
                    for row in 0..<rows.count {
                        shares.row(rows.lowerBound + row).update(
                            from: found.row(row), count: cells)
                    }
                }
            }
        }
    }
}
