import Kernels

/// Buffers and arithmetic of one chunk of pixels through the classifier and back.
final class ClassifierPass: @unchecked Sendable {
    /// The layout of the weights.
    let shape: ClassifierShape
    private let capacity: Int
    /// Inputs, rows x M; filled by the caller.
    let input: UnsafeMutablePointer<Float>
    /// Logits after `forward`, rows x C.
    let output: UnsafeMutablePointer<Float>
    /// Gradient of all weights after `backward`.
    let gradient: UnsafeMutablePointer<Float>
    /// Cell of each row; filled by the caller.
    let targets: UnsafeMutablePointer<Int32>
    /// Sum of the cross-entropies of the rows after `backward`.
    private(set) var loss = 0.0
    private let activations: [UnsafeMutablePointer<Float>]
    private let errors: [UnsafeMutablePointer<Float>]

    /// Buffers for `rows` pixels; the gradient only where it is trained.
    init(shape: ClassifierShape, rows: Int, training: Bool) {
        self.shape = shape
        capacity = rows
        let hidden = rows * ClassifierShape.hidden
        input = .allocate(capacity: rows * shape.channels)
        output = .allocate(capacity: rows * shape.cells)
        gradient = .allocate(capacity: training ? shape.count : 1)
        targets = .allocate(capacity: rows)
        activations = (0..<3).map { _ in .allocate(capacity: hidden) }
        errors = (0..<2).map { _ in .allocate(capacity: training ? hidden : 1) }
    }

    deinit {
        input.deallocate()
        output.deallocate()
        gradient.deallocate()
        targets.deallocate()
        for buffer in activations + errors { buffer.deallocate() }
    }

    /// Logits of the first `rows` inputs.
    func forward(rows: Int, weights: UnsafePointer<Float>) {
        precondition(rows <= capacity)
        let inputs = [input] + activations
        let outputs = activations + [output]
        for layer in 0..<4 {
            let (wide, narrow) = (shape.widths[layer], shape.widths[layer + 1])
            Matrix.multiply(
                m: rows, n: narrow, k: wide, a: inputs[layer], lda: wide,
                b: weights + shape.offsets[layer], ldb: narrow, c: outputs[layer], ldc: narrow)
            if layer < 2 { rectify(outputs[layer], count: rows * narrow) }
        }
    }

    /// The loss of the first `rows` targets and the gradient of their sum divided by `batch`.
    /// `forward` comes first; the logits become their errors.
    func backward(rows: Int, batch: Int, weights: UnsafePointer<Float>) {
        loss = crossEntropy(
            logits: output, targets: targets, rows: rows, classes: shape.cells,
            scale: 1 / Float(batch))
        var error = output
        for layer in stride(from: 3, through: 0, by: -1) {
            let (wide, narrow) = (shape.widths[layer], shape.widths[layer + 1])
            let values = layer == 0 ? input : activations[layer - 1]
            Matrix.multiply(
                m: wide, n: narrow, k: rows, a: values, lda: wide, transposeA: true,
                b: error, ldb: narrow, c: gradient + shape.offsets[layer], ldc: narrow)
            guard layer > 0 else { break }
            let below = errors[layer % 2]
            Matrix.multiply(
                m: rows, n: wide, k: narrow, a: error, lda: narrow,
                b: weights + shape.offsets[layer], ldb: narrow, transposeB: true,
                c: below, ldc: wide)
            if layer < 3 { mask(below, where: values, count: rows * wide) }
            error = below
        }
    }
}

/// max(x, 0) in place.
private func rectify(_ x: UnsafeMutablePointer<Float>, count: Int) {
    for i in 0..<count { x[i] = max(x[i], 0) }
}

/// Zero where the rectified value is zero.
private func mask(
    _ x: UnsafeMutablePointer<Float>, where values: UnsafePointer<Float>, count: Int
) {
    for i in 0..<count { x[i] = values[i] > 0 ? x[i] : 0 }
}
