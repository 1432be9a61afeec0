/// A matrix of doubles as it lies in memory: element (i, j) is `start[i * row + j * column]`.
public struct MatrixView: @unchecked Sendable {
    /// Element (0, 0).
    public let start: UnsafePointer<Double>
    /// Distance between rows.
    public let row: Int
    /// Distance between columns.
    public let column: Int

    /// Rows `row` elements apart, and columns `column` elements.
    public init(_ start: UnsafePointer<Double>, row: Int, column: Int = 1) {
        self.start = start
        self.row = row
        self.column = column
    }

    /// The same memory with rows and columns exchanged.
    public var transposed: MatrixView { MatrixView(start, row: column, column: row) }

    /// The part from an element on.
    func from(_ i: Int, _ j: Int) -> MatrixView {
        MatrixView(start + (i * row + j * column), row: row, column: column)
    }
}

extension Matrix {
    /// C += alpha A B in double precision, with C of m x n (rows `ldc` apart) and an inner length of k.
    ///
    /// The order of summation does not depend on the number of threads; it does depend on the
    /// instruction set.
    public static func add(
        m: Int, n: Int, k: Int, alpha: Double = 1, _ a: MatrixView, _ b: MatrixView,
        to c: UnsafeMutablePointer<Double>, ldc: Int
    ) {
        guard m > 0, n > 0, k > 0 else { return }
        let kernels = InstructionSet.active
        let width = kernels.doubleTileColumns
        let threaded = Double(m) * Double(n) * Double(k) > 4e6
        let panels = DoublePanels(columns: min(n, 1_024), depth: min(k, 256), width: width)
        for column in stride(from: 0, to: n, by: 1_024) {
            for step in stride(from: 0, to: k, by: 256) {
                let (columns, depth) = (min(1_024, n - column), min(256, k - step))
                panels.pack(b.from(step, column).transposed, lines: columns, depth, width)
                nonisolated(unsafe) let c = c
                let blocks = (m + 47) / 48
                let body: @Sendable (Int) -> Void = { block in
                    let (first, rows) = (block * 48, min(48, m - block * 48))
                    let left = DoublePanels(columns: 48, depth: depth, width: 6)
                    left.pack(a.from(first, step), lines: rows, depth, 6)
                    kernels.doubleProduct(
                        rows, columns, depth, alpha, left.start, panels.start,
                        c + first * ldc + column, ldc)
                }
                if threaded {
                    Parallel.forEach(blocks, body)
                } else {
                    for block in 0..<blocks { body(block) }
                }
            }
        }
    }
}

/// Memory for packed lines.
private final class DoublePanels: @unchecked Sendable {
    let start: UnsafeMutablePointer<Double>

    init(columns: Int, depth: Int, width: Int) {
        let count = (columns + width - 1) / width * width * depth
        start = UnsafeMutableRawPointer.allocate(byteCount: count * 8, alignment: 64)
            .bindMemory(to: Double.self, capacity: count)
    }

    deinit { UnsafeMutableRawPointer(start).deallocate() }

    /// Copies lines into panels of `width` lines, value by value across a panel, the last padded with
    /// zeros.
    func pack(_ source: MatrixView, lines: Int, _ depth: Int, _ width: Int) {
        var target = start
        for first in stride(from: 0, to: lines, by: width) {
            let filled = min(width, lines - first)
            let corner = source.start + first * source.row
            if filled < width { target.update(repeating: 0, count: width * depth) }
            if source.row == 1 {
                for p in 0..<depth {
                    let (from, to) = (corner + p * source.column, target + p * width)
                    for i in 0..<filled { to[i] = from[i] }
                }
            } else {
                for i in 0..<filled {
                    let (from, to) = (corner + i * source.row, target + i)
                    for p in 0..<depth { to[p * width] = from[p * source.column] }
                }
            }
            target += width * depth
        }
    }
}
