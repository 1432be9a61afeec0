extension Eigen {
    /// Householder reduction to tridiagonal form: v holds its diagonal, and in row i the reflector of
    /// step i in its first i places; d holds half of the reflectors' squared lengths (0 for none), and
    /// e[1...] what is beside the diagonal. False if `proceed` stopped it.
    static func tridiagonalise(
        _ n: Int, _ v: UnsafeMutablePointer<Double>, _ d: UnsafeMutablePointer<Double>,
        _ e: UnsafeMutablePointer<Double>, proceed: (Double) -> Bool
    ) -> Bool {
        for j in 0..<n { d[j] = v[j * n + n - 1] }
        for i in stride(from: n - 1, to: 0, by: -1) {
            guard proceed(done(n - i, of: n)) else { return false }
            var scale = 0.0
            for k in 0..<i { scale += abs(d[k]) }
            if scale == 0 {
                e[i] = d[i - 1]
                for j in 0..<i {
                    d[j] = v[j * n + i - 1]
                    v[j * n + i] = 0
                    v[i * n + j] = 0
                }
                d[i] = 0
            } else {
                d[i] = reflect(n, i, scale, v, d, e)
            }
        }
        return true
    }

    /// Share of the work when the matrix left has shrunk by `steps` of `n`.
    private static func done(_ steps: Int, of n: Int) -> Double {
        let left = 1 - Double(steps) / Double(n)
        return 1 - left * left * left
    }

    /// One Householder step on the leading i x i block.
    private static func reflect(
        _ n: Int, _ i: Int, _ scale: Double, _ v: UnsafeMutablePointer<Double>,
        _ d: UnsafeMutablePointer<Double>, _ e: UnsafeMutablePointer<Double>
    ) -> Double {
        var h = 0.0
        for k in 0..<i {
            d[k] /= scale
            h += d[k] * d[k]
        }
        let first = d[i - 1]
        let root = first > 0 ? -h.squareRoot() : h.squareRoot()
        e[i] = scale * root
        h -= first * root
        d[i - 1] = first - root
        for j in 0..<i { e[j] = 0 }
        let kernels = InstructionSet.active
        for j in 0..<i {
            let f = d[j]
            let column = v + j * n
            v[i * n + j] = f
            e[j] +=
                column[j] * f
                + kernels.symmetricColumn(column + j + 1, d + j + 1, e + j + 1, f, i - j - 1)
        }
        var f = 0.0
        for j in 0..<i {
            e[j] /= h
            f += e[j] * d[j]
        }
        let half = f / (h + h)
        for j in 0..<i { e[j] -= half * d[j] }
        for j in 0..<i {
            let f = d[j]
            let g = e[j]
            let column = v + j * n
            kernels.subtractTwo(column + j, e + j, d + j, f, g, i - j)
            d[j] = column[i - 1]
            column[i] = 0
        }
        return h
    }

    /// Implicit QL iteration on a tridiagonal matrix with d on its diagonal and e[1...] beside it,
    /// turning the rows of v along.
    static func implicitQL(
        _ n: Int, _ v: UnsafeMutablePointer<Double>, _ d: UnsafeMutablePointer<Double>,
        _ e: UnsafeMutablePointer<Double>
    ) {
        for i in 1..<max(n, 1) { e[i - 1] = e[i] }
        e[n - 1] = 0
        var shift = 0.0
        var largest = 0.0
        for l in 0..<n {
            largest = max(largest, abs(d[l]) + abs(e[l]))
            var m = l
            while m < n - 1, abs(e[m]) > 0x1p-52 * largest { m += 1 }
            var rounds = 0
            while m > l, rounds < 100 {
                rounds += 1
                shift += shiftBlock(n, l, d, e)
                sweep(n, l, m, v, d, e)
                if abs(e[l]) <= 0x1p-52 * largest { break }
            }
            d[l] += shift
            e[l] = 0
        }
    }

    private static func shiftBlock(
        _ n: Int, _ l: Int, _ d: UnsafeMutablePointer<Double>, _ e: UnsafeMutablePointer<Double>
    ) -> Double {
        let g = d[l]
        let p = (d[l + 1] - g) / (2 * e[l])
        let length = (p * p + 1).squareRoot()
        let r = p < 0 ? -length : length
        d[l] = e[l] / (p + r)
        d[l + 1] = e[l] * (p + r)
        let h = g - d[l]
        for i in l + 2..<max(n, l + 2) { d[i] -= h }
        return h
    }

    private static func sweep(
        _ n: Int, _ l: Int, _ m: Int, _ v: UnsafeMutablePointer<Double>,
        _ d: UnsafeMutablePointer<Double>, _ e: UnsafeMutablePointer<Double>
    ) {
        let next = d[l + 1]
        let nextBeside = e[l + 1]
        var p = d[m]
        var (c, c2, c3) = (1.0, 1.0, 1.0)
        var (s, s2) = (0.0, 0.0)
        for i in stride(from: m - 1, through: l, by: -1) {
            c3 = c2
            c2 = c
            s2 = s
            let g = c * e[i]
            let h = c * p
            let r = (p * p + e[i] * e[i]).squareRoot()
            e[i + 1] = s * r
            s = r == 0 ? 0 : e[i] / r
            c = r == 0 ? 1 : p / r
            p = c * d[i] - s * g
            d[i + 1] = h + s * (c * g + s * d[i])
            rotate(v + i * n, v + (i + 1) * n, n, c, s)
        }
        p = -s * s2 * c3 * nextBeside * e[l] / next
        e[l] = s * p
        d[l] = c * p
    }

    private static func rotate(
        _ low: UnsafeMutablePointer<Double>, _ high: UnsafeMutablePointer<Double>, _ n: Int,
        _ c: Double, _ s: Double
    ) {
        for k in 0..<n {
            let h = high[k]
            high[k] = s * low[k] + c * h
            low[k] = c * low[k] - s * h
        }
    }
}
