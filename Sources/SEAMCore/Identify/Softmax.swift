import Foundation
import Kernels

/// Turns logits, rows x classes, into (softmax - target) * scale and returns the summed
/// cross-entropy.
func crossEntropy(
    logits: UnsafeMutablePointer<Float>, targets: UnsafePointer<Int32>, rows: Int, classes: Int,
    scale: Float
) -> Double {
    var loss = 0.0
    for row in 0..<rows {
        let z = logits + row * classes
        let target = Int(targets[row])
        let top = largest(z, count: classes)
        let own = z[target] - top
        for j in 0..<classes { z[j] -= top }
        VectorMath.exp(UnsafeMutableBufferPointer(start: z, count: classes))
        let total = sum(z, count: classes)
        let factor = scale / total
        for j in 0..<classes { z[j] *= factor }
        z[target] -= scale
        loss += log(Double(total)) - Double(own)
    }
    return loss
}

/// Turns logits, rows x classes, into softmax(z / temperature) - `shift`.
func softmax(
    logits: UnsafeMutablePointer<Float>, rows: Int, classes: Int, temperature: Float, shift: Float
) {
    let sharpness = 1 / temperature
    for row in 0..<rows {
        let z = logits + row * classes
        let top = largest(z, count: classes)
        for j in 0..<classes { z[j] = (z[j] - top) * sharpness }
        VectorMath.exp(UnsafeMutableBufferPointer(start: z, count: classes))
        let factor = 1 / sum(z, count: classes)
        for j in 0..<classes { z[j] = z[j] * factor - shift }
    }
}

/// The largest of at least one value.
private func largest(_ x: UnsafePointer<Float>, count: Int) -> Float {
    var lanes = SIMD8<Float>(repeating: x[0])
    let whole = count & ~7
    for i in stride(from: 0, to: whole, by: 8) {
        let values = UnsafeRawPointer(x + i).loadUnaligned(as: SIMD8<Float>.self)
        lanes = lanes.replacing(with: values, where: values .> lanes)
    }
    var best = lanes.max()
    for i in whole..<count { best = max(best, x[i]) }
    return best
}

/// The sum in eight lanes, in an order that does not depend on anything but the count.
private func sum(_ x: UnsafePointer<Float>, count: Int) -> Float {
    var lanes = SIMD8<Float>()
    let whole = count & ~7
    for i in stride(from: 0, to: whole, by: 8) {
        lanes += UnsafeRawPointer(x + i).loadUnaligned(as: SIMD8<Float>.self)
    }
    var total = lanes.sum()
    for i in whole..<count { total += x[i] }
    return total
}
