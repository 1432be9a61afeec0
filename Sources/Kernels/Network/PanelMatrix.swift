/// A matrix in panels of 16 columns, each with room for a depth in whole panels.
final class PanelMatrix: @unchecked Sendable {
    let count: Int
    private let columns: Int
    private let size: Int
    private let memory: AlignedFloats

    init(columns: Int, depth: Int) {
        self.columns = columns
        count = Panels.rounded(columns) / Panels.columns
        size = Panels.rounded(depth) * Panels.columns
        memory = AlignedFloats(count: count * size)
        memory.start.initialize(repeating: 0, count: count * size)
    }

    func panel(_ index: Int) -> UnsafeMutablePointer<Float> { memory.start + index * size }

    /// Takes over `columns` x 16 values, exchanging rows and columns, at a depth.
    func fill(_ values: UnsafePointer<Float>, depth: Int) {
        for index in 0..<count {
            let target = panel(index) + depth * Panels.columns
            let source = values + index * Panels.columns * Panels.columns
            let rows = min(Panels.columns, columns - index * Panels.columns)
            if rows == Panels.columns {
                Panels.transpose(source, to: target, yRow: Panels.columns)
            } else {
                for i in 0..<rows {
                    for j in 0..<Panels.columns {
                        target[j * Panels.columns + i] = source[i * Panels.columns + j]
                    }
                }
            }
        }
    }
}
