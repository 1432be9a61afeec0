// The two inner loops of Householder's tridiagonalisation. Compiled twice like MicroKernels.swift, and
// under the same rule: only pointers, SIMD values and inlined helpers.

private typealias Lanes = SIMD8<Double>

@inline(__always)
private func load(_ p: UnsafePointer<Double>) -> Lanes {
    UnsafeRawPointer(p).loadUnaligned(as: Lanes.self)
}

@inline(__always)
private func store(_ v: Lanes, _ p: UnsafeMutablePointer<Double>) {
    UnsafeMutableRawPointer(p).storeBytes(of: v, as: Lanes.self)
}

/// c + a b, fused where the processor can.
@inline(__always)
private func madd(_ c: Lanes, _ a: Lanes, _ b: Lanes) -> Lanes {
    #if FMA || arch(arm64)
        c.addingProduct(a, b)
    #else
        c + a * b
    #endif
}

extension MicroKernels {
    /// Adds `factor` x column to y, and gives the sum of column x: one column of a symmetric matrix
    /// times a vector.
    @inline(never)
    public static func symmetricColumn(
        _ column: UnsafePointer<Double>, _ x: UnsafePointer<Double>,
        _ y: UnsafeMutablePointer<Double>, factor: Double, count: Int
    ) -> Double {
        let scale = Lanes(repeating: factor)
        var (even, odd) = (Lanes(), Lanes())
        var i = 0
        while i &+ 16 <= count {
            let (a, b) = (load(column + i), load(column + (i &+ 8)))
            even = madd(even, a, load(x + i))
            odd = madd(odd, b, load(x + (i &+ 8)))
            store(madd(load(y + i), scale, a), y + i)
            store(madd(load(y + (i &+ 8)), scale, b), y + (i &+ 8))
            i &+= 16
        }
        let sums = even + odd
        var sum =
            ((sums[0] + sums[1]) + (sums[2] + sums[3]))
            + ((sums[4] + sums[5]) + (sums[6] + sums[7]))
        while i < count {
            sum += column[i] * x[i]
            y[i] += factor * column[i]
            i &+= 1
        }
        return sum
    }

    /// Takes f x + g y off a column.
    @inline(never)
    public static func subtractTwo(
        _ column: UnsafeMutablePointer<Double>, _ x: UnsafePointer<Double>,
        _ y: UnsafePointer<Double>, f: Double, g: Double, count: Int
    ) {
        let (minusF, minusG) = (Lanes(repeating: -f), Lanes(repeating: -g))
        var i = 0
        while i &+ 8 <= count {
            store(
                madd(madd(load(column + i), minusF, load(x + i)), minusG, load(y + i)), column + i)
            i &+= 8
        }
        while i < count {
            column[i] -= f * x[i] + g * y[i]
            i &+= 1
        }
    }
}
