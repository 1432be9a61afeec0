import Foundation
import Kernels

/// Adam (Kingma and Ba 2015) with Keras' form of the bias correction and its epsilon of 1e-7.
final class Adam: @unchecked Sendable {
    private let count: Int
    private let first: UnsafeMutablePointer<Float>
    private let second: UnsafeMutablePointer<Float>
    private var step = 0

    /// Moments of `count` weights, zero.
    init(count: Int) {
        self.count = count
        first = .allocate(capacity: count)
        second = .allocate(capacity: count)
        first.initialize(repeating: 0, count: count)
        second.initialize(repeating: 0, count: count)
    }

    deinit {
        first.deallocate()
        second.deallocate()
    }

    /// Moves the weights by the sum of the gradients, added in the order given.
    func update(
        _ weights: UnsafeMutablePointer<Float>, gradients: [UnsafeMutablePointer<Float>],
        rate: Double
    ) {
        step += 1
        let correction = (1 - pow(0.999, Double(step))).squareRoot() / (1 - pow(0.9, Double(step)))
        let size = Float(rate * correction)
        nonisolated(unsafe) let weights = weights
        nonisolated(unsafe) let gradients = gradients
        Parallel.forEachRange(count, grain: 16_384) { [self] range in
            let total = gradients[0]
            for gradient in gradients.dropFirst() {
                for i in range { total[i] += gradient[i] }
            }
            for i in range {
                let slope = total[i]
                let m = first[i] + 0.1 * (slope - first[i])
                let v = second[i] + 0.001 * (slope * slope - second[i])
                first[i] = m
                second[i] = v
                weights[i] -= size * m / (v.squareRoot() + 1e-7)
            }
        }
    }
}
