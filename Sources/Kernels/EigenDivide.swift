/// Eigenvalues, ascending, and eigenvectors as rows of a symmetric tridiagonal matrix, by dividing and
/// conquering (Cuppen 1981; deflation as in LAPACK's dlaed2; Gu and Eisenstat 1995).
struct TridiagonalEigenpairs {
    /// n values.
    private(set) var values: [Double]
    /// n x n.
    private(set) var vectors: [Double]

    /// - Parameters:
    ///   - diagonal: n values.
    ///   - beside: n - 1 values beside the diagonal.
    ///   - proceed: Called with the share done.
    /// - Returns: nil if it was stopped.
    init?(diagonal: [Double], beside: [Double], proceed: (Double) -> Bool) {
        var progress = Progress(total: Self.work(diagonal.count))
        self.init(diagonal[...], beside[...], &progress, proceed)
    }

    private struct Progress {
        let total: Double
        var done = 0.0
        init(total: Double) { self.total = total }
    }

    private static let leaf = 24

    /// Work of all merges below a matrix of order n.
    private static func work(_ n: Int) -> Double {
        let own = Double(n) * Double(n) * Double(n)
        return n <= leaf ? own : own + work(n / 2) + work(n - n / 2)
    }

    private init?(
        _ diagonal: ArraySlice<Double>, _ beside: ArraySlice<Double>, _ progress: inout Progress,
        _ proceed: (Double) -> Bool
    ) {
        let n = diagonal.count
        guard proceed(progress.done / progress.total) else { return nil }
        if n <= Self.leaf {
            (values, vectors) = Self.solveSmall(Array(diagonal), Array(beside))
        } else {
            let m = n / 2
            let middle = diagonal.startIndex + m
            let link = beside[beside.startIndex + m - 1]
            var halves = (Array(diagonal[..<middle]), Array(diagonal[middle...]))
            halves.0[m - 1] -= abs(link)
            halves.1[0] -= abs(link)
            let cut = beside.startIndex + m
            guard
                let left = Self(halves.0[...], beside[..<(cut - 1)], &progress, proceed),
                let right = Self(halves.1[...], beside[cut...], &progress, proceed)
            else { return nil }
            var merge = TridiagonalMerge(left, right, link: link)
            (values, vectors) = merge.result()
        }
        progress.done += Double(n) * Double(n) * Double(n)
    }

    /// The implicit QL method, then the order of the eigenvalues.
    private static func solveSmall(
        _ diagonal: [Double], _ beside: [Double]
    ) -> (values: [Double], vectors: [Double]) {
        let n = diagonal.count
        var values = diagonal
        var off = [0] + beside
        var rows = [Double](repeating: 0, count: n * n)
        for i in 0..<n { rows[i * n + i] = 1 }
        values.withUnsafeMutableBufferPointer { d in
            off.withUnsafeMutableBufferPointer { e in
                rows.withUnsafeMutableBufferPointer { v in
                    guard let d = d.baseAddress, let e = e.baseAddress, let v = v.baseAddress
                    else { return }
                    Eigen.implicitQL(n, v, d, e)
                }
            }
        }
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        return (
            order.map { values[$0] }, order.flatMap { rows[$0 * n..<($0 + 1) * n] }
        )
    }
}

/// Two solved halves and the link between them.
private struct TridiagonalMerge {
    private let m: Int
    private let n: Int
    private var values: [Double]
    /// Eigenvectors of both halves as rows of length n.
    private var rows: [Double]
    /// Whether a row has anything in the first m places, and in the others.
    private var inLeft: [Bool]
    private var inRight: [Bool]
    /// The change of rank one in the basis of the rows, of length 1.
    private var change: [Double]
    private let rho: Double
    private var kept: [Int] = []
    private var deflated: [Int] = []

    init(_ left: TridiagonalEigenpairs, _ right: TridiagonalEigenpairs, link: Double) {
        m = left.values.count
        n = m + right.values.count
        let (m, n) = (m, n)
        values = left.values + right.values
        rows = [Double](repeating: 0, count: n * n)
        change = [Double](repeating: 0, count: n)
        let share = 0.5.squareRoot()
        for i in 0..<n {
            let width = i < m ? m : n - m
            let source = i < m ? i * m : (i - m) * (n - m)
            let vectors = i < m ? left.vectors : right.vectors
            let target = i * n + (i < m ? 0 : m)
            for j in 0..<width { rows[target + j] = vectors[source + j] }
            let end = i < m ? rows[i * n + m - 1] : rows[i * n + m]
            change[i] = (i >= m && link < 0 ? -end : end) * share
        }
        inLeft = (0..<n).map { $0 < m }
        inRight = (0..<n).map { $0 >= m }
        rho = 2 * abs(link)
    }

    mutating func result() -> (values: [Double], vectors: [Double]) {
        deflate()
        let solution = secularEigenvectors(
            poles: kept.map { values[$0] }, changes: kept.map { change[$0] }, rho: rho)
        let turned = combine(solution.vectors)
        let all = solution.values + deflated.map { values[$0] }
        let order = all.indices.sorted { (all[$0], $0) < (all[$1], $1) }
        var vectors: [Double] = []
        vectors.reserveCapacity(n * n)
        for place in order {
            if place < kept.count {
                vectors += turned[place * n..<(place + 1) * n]
            } else {
                let row = deflated[place - kept.count]
                vectors += rows[row * n..<(row + 1) * n]
            }
        }
        return (order.map { all[$0] }, vectors)
    }

    /// Sets aside the eigenvectors that the link hardly changes, and one of each pair of nearly equal
    /// eigenvalues, after a turn that frees it from the link.
    private mutating func deflate() {
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        var largest = 0.0
        for i in 0..<n { largest = max(largest, abs(values[i]), abs(change[i])) }
        let tolerance = 8 * 0x1p-53 * largest
        var open = -1
        for j in order {
            if rho * abs(change[j]) <= tolerance {
                deflated.append(j)
                continue
            }
            if open >= 0 {
                let length = (change[open] * change[open] + change[j] * change[j]).squareRoot()
                let (c, s) = (change[j] / length, -change[open] / length)
                if abs((values[j] - values[open]) * c * s) <= tolerance {
                    turn(open, j, c, s)
                    change[j] = length
                    change[open] = 0
                    deflated.append(open)
                } else {
                    kept.append(open)
                }
            }
            open = j
        }
        if open >= 0 { kept.append(open) }
    }

    private mutating func turn(_ i: Int, _ j: Int, _ c: Double, _ s: Double) {
        for place in 0..<n {
            let (x, y) = (rows[i * n + place], rows[j * n + place])
            rows[i * n + place] = c * x + s * y
            rows[j * n + place] = c * y - s * x
        }
        let (x, y) = (values[i], values[j])
        values[i] = x * c * c + y * s * s
        values[j] = x * s * s + y * c * c
        for row in [i, j] {
            inLeft[row] = inLeft[i] || inLeft[j]
            inRight[row] = inRight[i] || inRight[j]
        }
    }

    /// The eigenvectors of the whole: `solution` (k x k) times the kept rows.
    private func combine(_ solution: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: kept.count * n)
        result.withUnsafeMutableBufferPointer { result in
            guard let result = result.baseAddress else { return }
            add(solution, columns: 0..<m, rows: inLeft, to: result)
            add(solution, columns: m..<n, rows: inRight, to: result)
        }
        return result
    }

    /// The part of the product in some columns, of the rows that have anything there.
    private func add(
        _ solution: [Double], columns: Range<Int>, rows present: [Bool],
        to result: UnsafeMutablePointer<Double>
    ) {
        let k = kept.count
        let used = kept.indices.filter { present[kept[$0]] }
        var factors: [Double] = []
        factors.reserveCapacity(k * used.count)
        for j in 0..<k { for i in used { factors.append(solution[j * k + i]) } }
        var part: [Double] = []
        part.reserveCapacity(used.count * columns.count)
        for i in used {
            part += rows[kept[i] * n + columns.lowerBound..<kept[i] * n + columns.upperBound]
        }
        factors.withUnsafeBufferPointer { factors in
            part.withUnsafeBufferPointer { part in
                guard let factors = factors.baseAddress, let part = part.baseAddress else { return }
                Matrix.add(
                    m: k, n: columns.count, k: used.count, MatrixView(factors, row: used.count),
                    MatrixView(part, row: columns.count), to: result + columns.lowerBound, ldc: n)
            }
        }
    }
}
