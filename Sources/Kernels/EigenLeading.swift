extension Eigen {
    /// The `count` algebraically largest eigenvalues of a symmetric operator, descending.
    ///
    /// Block Krylov iteration with full reorthogonalisation and Rayleigh-Ritz restarts; the block is
    /// wider than `count`, so eigenvalues of multiplicity up to `count` are found.
    ///
    /// - Parameters:
    ///   - count: How many are wanted; at most `order` are given.
    ///   - order: n, the side of the matrix.
    ///   - apply: Writes A x (second pointer) for x (first pointer), n values each.
    ///   - seed: Names the start vectors.
    ///   - tolerance: Residual |A v - l v| accepted, relative to the largest |l| seen.
    ///   - products: Most products with A before the best found so far is given.
    /// - Returns: eigenvector j is `vectors[j * n ..< (j + 1) * n]`, of length 1, its component of
    ///   largest magnitude positive.
    /// - Complexity: O(n m^2) besides the products, for a basis of m = 2 count + 30.
    public static func leading(
        _ count: Int, order: Int,
        apply: (UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void,
        seed: UInt64, tolerance: Double = 1e-9, products: Int = 5_000
    ) -> (values: [Double], vectors: [Double]) {
        leading(
            count, order: order, apply: apply, seed: seed, tolerance: tolerance, products: products
        ) { _ in true } ?? ([], [])
    }

    /// The same, telling the share of the allowed products done and stopping where `proceed` says no.
    ///
    /// - Parameters:
    ///   - count: How many are wanted.
    ///   - order: n.
    ///   - apply: Writes A x for x.
    ///   - seed: Names the start vectors.
    ///   - tolerance: Residual accepted.
    ///   - products: Most products with A.
    ///   - proceed: Called before every block of products.
    /// - Returns: as above, or nil if it was stopped.
    public static func leading(
        _ count: Int, order: Int,
        apply: (UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void,
        seed: UInt64, tolerance: Double = 1e-9, products: Int = 5_000, proceed: (Double) -> Bool
    ) -> (values: [Double], vectors: [Double])? {
        leading(
            count, order: order,
            applyBlock: { x, y, rows in
                for row in 0..<rows { apply(x + row * order, y + row * order) }
            }, seed: seed, tolerance: tolerance, products: products, proceed: proceed)
    }

    /// The same for an operator that takes a block of vectors at once.
    ///
    /// - Parameters:
    ///   - count: How many are wanted.
    ///   - order: n.
    ///   - applyBlock: Writes A x for so many vectors x, each a row of n.
    ///   - seed: Names the start vectors.
    ///   - tolerance: Residual accepted.
    ///   - products: Most products with A.
    ///   - proceed: Called before every block of products.
    /// - Returns: as above, or nil if it was stopped.
    public static func leading(
        _ count: Int, order: Int,
        applyBlock: (UnsafePointer<Double>, UnsafeMutablePointer<Double>, Int) -> Void,
        seed: UInt64, tolerance: Double = 1e-9, products: Int = 5_000, proceed: (Double) -> Bool
    ) -> (values: [Double], vectors: [Double])? {
        let wanted = min(count, order)
        guard wanted > 0 else { return ([], []) }
        var basis = KrylovBasis(order: order, capacity: min(order, 2 * count + 30), seed: seed)
        let block = min(order, wanted + 2)
        var used = 0
        var stopped = false
        let product = { (x: UnsafePointer<Double>, y: UnsafeMutablePointer<Double>, rows: Int) in
            stopped = stopped || !proceed(min(1, Double(used) / Double(max(products, 1))))
            used += rows
            if !stopped { applyBlock(x, y, rows) }
        }
        basis.extend(with: nil, count: block, apply: product)
        while true {
            while basis.count < basis.capacity, !stopped {
                let fresh = min(block, basis.capacity - basis.count)
                basis.extend(with: basis.count - block, count: fresh, apply: product)
            }
            if stopped { return nil }
            let values = basis.rotate(keeping: block)
            let scale = values.reduce(Double.leastNormalMagnitude) { max($0, abs($1)) }
            let worst = basis.residual(values, wanted)
            if worst <= tolerance * scale || basis.capacity == order || used >= products {
                var vectors = Array(basis.vectors[0..<wanted * order])
                fixSigns(&vectors, order: order)
                return (Array(values[0..<wanted]), vectors)
            }
            basis.extendWithResiduals(values, apply: product)
        }
    }
}

/// An orthonormal basis Q with its images A Q, row by row.
private struct KrylovBasis {
    let order: Int
    let capacity: Int
    private(set) var count = 0
    private(set) var vectors: [Double]
    private var images: [Double]
    private var random: Philox

    init(order: Int, capacity: Int, seed: UInt64) {
        self.order = order
        self.capacity = capacity
        vectors = [Double](repeating: 0, count: capacity * order)
        images = [Double](repeating: 0, count: capacity * order)
        random = Philox(seed: seed, stage: 0x4569_676E)
    }

    /// Adds `added` vectors: the images from row `source` on, or random ones for nil.
    mutating func extend(
        with source: Int?, count added: Int,
        apply: (UnsafePointer<Double>, UnsafeMutablePointer<Double>, Int) -> Void
    ) {
        let first = count
        for i in 0..<added where count < capacity {
            let row = count * order
            for j in 0..<order {
                vectors[row + j] =
                    source.map { images[($0 + i) * order + j] } ?? Double(random.uniform()) - 0.5
            }
            append()
        }
        makeImages(from: first, apply)
    }

    /// Adds A v - l v of the first vectors, which were rotated to be Ritz vectors.
    mutating func extendWithResiduals(
        _ values: [Double],
        apply: (UnsafePointer<Double>, UnsafeMutablePointer<Double>, Int) -> Void
    ) {
        let first = count
        for i in 0..<first where count < capacity {
            let row = count * order
            for j in 0..<order {
                vectors[row + j] = images[i * order + j] - values[i] * vectors[i * order + j]
            }
            append()
        }
        makeImages(from: first, apply)
    }

    /// Multiplies the vectors from row `first` on.
    private mutating func makeImages(
        from first: Int, _ apply: (UnsafePointer<Double>, UnsafeMutablePointer<Double>, Int) -> Void
    ) {
        guard first < count else { return }
        vectors.withUnsafeBufferPointer { q in
            images.withUnsafeMutableBufferPointer { w in
                guard let q = q.baseAddress, let w = w.baseAddress else { return }
                apply(q + first * order, w + first * order, count - first)
            }
        }
    }

    /// Makes row `count` orthonormal to the rows above, or a random direction if nothing is left.
    private mutating func append() {
        let (count, order) = (count, order)
        vectors.withUnsafeMutableBufferPointer { q in
            guard let q = q.baseAddress else { return }
            let row = q + count * order
            for _ in 0..<20 {
                if orthonormalise(row, against: q, count, order) { break }
                for j in 0..<order { row[j] = Double(random.uniform()) - 0.5 }
            }
        }
        self.count += 1
    }

    /// Rayleigh-Ritz: turns the basis into Ritz vectors, largest value first, and keeps some.
    mutating func rotate(keeping kept: Int) -> [Double] {
        let m = count
        var small = [Double](repeating: 0, count: m * m)
        for i in 0..<m {
            for j in 0...i {
                small[i * m + j] = product(vectors, i, images, j)
                small[j * m + i] = small[i * m + j]
            }
        }
        let (values, turns) = Eigen.symmetric(small, order: m)
        let keep = min(kept, m)
        vectors = combined(vectors, turns, keep)
        images = combined(images, turns, keep)
        count = keep
        return (0..<keep).map { values[m - 1 - $0] }
    }

    /// The largest |A v - l v| among the first `wanted` vectors.
    func residual(_ values: [Double], _ wanted: Int) -> Double {
        var worst = 0.0
        for i in 0..<wanted {
            var sum = 0.0
            for j in i * order..<(i + 1) * order {
                let r = images[j] - values[i] * vectors[j]
                sum += r * r
            }
            worst = max(worst, sum.squareRoot())
        }
        return worst
    }

    private func product(_ x: [Double], _ i: Int, _ y: [Double], _ j: Int) -> Double {
        x.withUnsafeBufferPointer { x in
            y.withUnsafeBufferPointer { y in
                guard let x = x.baseAddress, let y = y.baseAddress else { return 0 }
                return dotProduct(x + i * order, y + j * order, order)
            }
        }
    }

    private func combined(_ rows: [Double], _ turns: [Double], _ keep: Int) -> [Double] {
        let m = count
        var result = [Double](repeating: 0, count: rows.count)
        rows.withUnsafeBufferPointer { rows in
            result.withUnsafeMutableBufferPointer { result in
                guard let rows = rows.baseAddress, let result = result.baseAddress else { return }
                for i in 0..<keep {
                    for j in 0..<m {
                        addScaled(
                            turns[(m - 1 - i) * m + j], rows + j * order, to: result + i * order,
                            order)
                    }
                }
            }
        }
        return result
    }
}

/// Gram-Schmidt, twice; false if what is left is rounding.
private func orthonormalise(
    _ row: UnsafeMutablePointer<Double>, against basis: UnsafePointer<Double>, _ count: Int,
    _ order: Int
) -> Bool {
    let before = dotProduct(row, row, order).squareRoot()
    guard before > 0, before.isFinite else { return false }
    for j in 0..<order { row[j] /= before }
    for _ in 0..<2 {
        for i in 0..<count {
            let q = basis + i * order
            addScaled(-dotProduct(row, q, order), q, to: row, order)
        }
        let length = dotProduct(row, row, order).squareRoot()
        guard length > 1e-12 else { return false }
        for j in 0..<order { row[j] /= length }
    }
    return true
}
