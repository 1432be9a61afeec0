private typealias Lane = SIMD4<Double>

/// Sum of x[i] y[i] in four interleaved sums, always in the same order.
func dotProduct(_ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, _ count: Int) -> Double {
    var sums = Lane()
    var i = 0
    while i + 4 <= count {
        sums +=
            UnsafeRawPointer(x + i).loadUnaligned(as: Lane.self)
            * UnsafeRawPointer(y + i).loadUnaligned(as: Lane.self)
        i += 4
    }
    var sum = sums.sum()
    while i < count {
        sum += x[i] * y[i]
        i += 1
    }
    return sum
}

/// y += a x.
func addScaled(
    _ a: Double, _ x: UnsafePointer<Double>, to y: UnsafeMutablePointer<Double>, _ count: Int
) {
    for i in 0..<count { y[i] += a * x[i] }
}

/// Sum of (x[i] - y[i])^2.
func squaredDistance(
    _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, _ count: Int
) -> Double {
    var sums = Lane()
    var i = 0
    while i + 4 <= count {
        let d =
            UnsafeRawPointer(x + i).loadUnaligned(as: Lane.self)
            - UnsafeRawPointer(y + i).loadUnaligned(as: Lane.self)
        sums += d * d
        i += 4
    }
    var sum = sums.sum()
    while i < count {
        let d = x[i] - y[i]
        sum += d * d
        i += 1
    }
    return sum
}
