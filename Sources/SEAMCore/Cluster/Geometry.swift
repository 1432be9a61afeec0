import Foundation
import Kernels

/// Inner products of all pairs of n vectors, and what follows from them.
struct Geometry: Sendable {
    /// n.
    let count: Int
    /// n x n, symmetric.
    let gram: [Double]

    /// From inner products that are there already.
    init(count: Int, gram: [Double]) {
        precondition(gram.count == count * count, "C x C inner products")
        self.count = count
        self.gram = gram
    }

    /// From rows of features, each column less its mean and over its standard deviation (of the
    /// population; a constant column becomes zero).
    ///
    /// - Complexity: O(n^2 columns), in parallel over rows.
    init(standardising rows: [Float], count: Int, columns: Int) {
        precondition(rows.count == count * columns, "C x columns features")
        let values = standardised(rows, count: count, columns: columns)
        self.init(count: count, gram: products(values, count: count, columns: columns))
    }

    /// Angular distances sqrt(2 - 2 cos) of vector `i` to all, into n places; a zero vector is at a
    /// right angle to every other.
    func angularDistances(of i: Int, into row: UnsafeMutablePointer<Double>) {
        let own = gram[i * count + i]
        for j in 0..<count {
            let scale = (own * gram[j * count + j]).squareRoot()
            let cosine = scale > 0 ? gram[i * count + j] / scale : 0
            row[j] = max(0, 2 - 2 * cosine).squareRoot()
        }
        row[i] = 0
    }

    /// Whether all vectors are the same, but for rounding.
    var isOnePlace: Bool {
        let spread = centred()
        var (before, after) = (0.0, 0.0)
        for i in 0..<count {
            before += abs(gram[i * count + i])
            after += abs(spread.gram[i * count + i])
        }
        return after <= 1e-12 * before
    }

    /// Mean squared distance of the vectors from their mean.
    var totalVariance: Double {
        var (own, all) = (0.0, 0.0)
        for i in 0..<count {
            own += gram[i * count + i]
            for j in 0..<count { all += gram[i * count + j] }
        }
        let n = Double(max(1, count))
        return own / n - all / (n * n)
    }

    /// The inner products after the mean vector is taken off every vector.
    func centred() -> Geometry {
        let n = Double(max(1, count))
        var means = [Double](repeating: 0, count: count)
        for i in 0..<count {
            for j in 0..<count { means[i] += gram[i * count + j] }
            means[i] /= n
        }
        var mean = 0.0
        for value in means { mean += value }
        mean /= n
        var centred = gram
        for i in 0..<count {
            for j in 0..<count { centred[i * count + j] += mean - means[i] - means[j] }
        }
        return Geometry(count: count, gram: centred)
    }
}

/// Columns to mean 0 and population standard deviation 1.
private func standardised(_ rows: [Float], count: Int, columns: Int) -> [Double] {
    var values = rows.map { Double($0) }
    for column in 0..<columns {
        var mean = 0.0
        for row in 0..<count { mean += values[row * columns + column] }
        mean /= Double(max(1, count))
        var square = 0.0
        for row in 0..<count {
            let difference = values[row * columns + column] - mean
            square += difference * difference
        }
        let spread = (square / Double(max(1, count))).squareRoot()
        // Below this the spread is the rounding of the mean of a constant column.
        let scale = spread > abs(mean) * 1e-12 ? 1 / spread : 0
        for row in 0..<count {
            values[row * columns + column] = (values[row * columns + column] - mean) * scale
        }
    }
    return values
}

/// A A^T of n x columns values.
private func products(_ values: [Double], count: Int, columns: Int) -> [Double] {
    innerProducts(values, values, count: count, columns: columns)
}

/// A B^T of two n x columns matrices.
func innerProducts(_ a: [Double], _ b: [Double], count: Int, columns: Int) -> [Double] {
    var result = [Double](repeating: 0, count: count * count)
    result.withUnsafeMutableBufferPointer { result in
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                guard let a = a.baseAddress, let b = b.baseAddress, let result = result.baseAddress
                else { return }
                Matrix.add(
                    m: count, n: count, k: columns, MatrixView(a, row: columns),
                    MatrixView(b, row: columns).transposed, to: result, ldc: count)
            }
        }
    }
    return result
}

/// The inner product in eight lanes.
func dot(_ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, _ count: Int) -> Double {
    var lanes = SIMD8<Double>()
    let whole = count & ~7
    for i in stride(from: 0, to: whole, by: 8) {
        let a = UnsafeRawPointer(x + i).loadUnaligned(as: SIMD8<Double>.self)
        let b = UnsafeRawPointer(y + i).loadUnaligned(as: SIMD8<Double>.self)
        lanes += a * b
    }
    var total = lanes.sum()
    for i in whole..<count { total += x[i] * y[i] }
    return total
}
