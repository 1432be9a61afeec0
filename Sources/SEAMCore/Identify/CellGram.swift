import Kernels

/// Inner products of the rows of the C x P matrix softmax(z / T), without making it.
struct CellGram {
    private static let block = 4_096
    private static let chunk = 256
    private static let strip = 64

    /// The trained classifier.
    let shape: ClassifierShape
    /// Its weights.
    let weights: [Float]
    /// T.
    let temperature: Float

    /// The C x C inner products over all rows of `inputs` (P x M).
    ///
    /// Rows are taken less their mean 1 / C, so that products of near-uniform rows keep their digits;
    /// blocks of rows are multiplied in single and added in double precision. Each strip of the result
    /// is one piece of work, so it does not depend on the number of threads.
    /// - Complexity: O(P C^2) time; O(C^2 + 4096 C) memory.
    func products(
        inputs: [Float], monitor: StageMonitor
    ) throws(AnalysisError) -> [Double] {
        let cells = shape.cells
        let pixels = inputs.count / shape.channels
        var gram = [Double](repeating: 0, count: cells * cells)
        var sums = [Double](repeating: 0, count: cells)
        var shares = [Float](repeating: 0, count: min(Self.block, pixels) * cells)
        for start in stride(from: 0, to: pixels, by: Self.block) {
            try monitor.update(Double(start) / Double(pixels), "similarity of cells")
            let count = min(Self.block, pixels - start)
            fill(&shares, inputs: inputs, start: start, count: count)
            add(shares, count: count, to: &gram, monitor: monitor)
            for row in 0..<count {
                for cell in 0..<cells { sums[cell] += Double(shares[row * cells + cell]) }
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
    private func fill(_ shares: inout [Float], inputs: [Float], start: Int, count: Int) {
        let cells = shape.cells
        shares.withUnsafeMutableBufferPointer { buffer in
            nonisolated(unsafe) let shares = buffer
            Parallel.forEachRange(count, grain: Self.chunk) { rows in
                classify(inputs: inputs, rows: start + rows.lowerBound..<start + rows.upperBound) {
                    let target = shares.baseAddress.map { $0 + rows.lowerBound * cells }
                    target?.update(from: $0, count: rows.count * cells)
                }
            }
        }
    }

    /// Hands out softmax(z / T) - 1 / C of some rows, rows x C.
    private func classify(
        inputs: [Float], rows: Range<Int>, _ body: (UnsafePointer<Float>) -> Void
    ) {
        let pass = ClassifierPass(shape: shape, rows: rows.count, training: false)
        pass.classify(
            inputs, rows: rows, weights: weights, temperature: temperature,
            shift: 1 / Float(shape.cells))
        body(pass.output)
    }

    /// Adds E^T E of a block to the upper triangle, strip by strip.
    private func add(
        _ shares: [Float], count: Int, to gram: inout [Double], monitor: StageMonitor
    ) {
        let cells = shape.cells
        gram.withUnsafeMutableBufferPointer { gram in
            shares.withUnsafeBufferPointer { shares in
                guard let source = shares.baseAddress else { return }
                nonisolated(unsafe) let gram = gram
                nonisolated(unsafe) let values = source
                Parallel.forEachRange(cells, grain: Self.strip) { strip in
                    if monitor.isCancelled { return }
                    let first = strip.lowerBound
                    let width = cells - first
                    var product = [Float](repeating: 0, count: strip.count * width)
                    product.withUnsafeMutableBufferPointer { out in
                        guard let out = out.baseAddress else { return }
                        Matrix.multiply(
                            m: strip.count, n: width, k: count, a: values + first, lda: cells,
                            transposeA: true, b: values + first, ldb: cells, c: out, ldc: width)
                    }
                    for i in strip {
                        for j in i..<cells {
                            gram[i * cells + j] += Double(
                                product[(i - first) * width + j - first])
                        }
                    }
                }
            }
        }
    }
}

extension ClassifierPass {
    /// Leaves softmax(z / temperature) - `shift` of some rows of a P x M input in `output`.
    func classify(
        _ inputs: [Float], rows: Range<Int>, weights: [Float], temperature: Float, shift: Float
    ) {
        let channels = shape.channels
        inputs.withUnsafeBufferPointer { source in
            guard let source = source.baseAddress else { return }
            input.update(from: source + rows.lowerBound * channels, count: rows.count * channels)
        }
        weights.withUnsafeBufferPointer { weights in
            guard let weights = weights.baseAddress else { return }
            forward(rows: rows.count, weights: weights)
        }
        softmax(
            logits: output, rows: rows.count, classes: shape.cells, temperature: temperature,
            shift: shift)
    }
}
