import Kernels

/// Rows of visible values of 0...1, each followed by a one, to which the hidden biases belong.
package final class BoltzmannRows: @unchecked Sendable {
    /// K, values of a row.
    package let visible: Int
    /// Number of rows.
    package let count: Int
    /// Floats from one row to the next.
    let stride: Int
    /// The first row; products may read `Panels.slackRows` rows behind the last.
    let start: UnsafeMutablePointer<Float>

    /// `count` rows of zeros and the one.
    init(visible: Int, count: Int) {
        self.visible = visible
        self.count = count
        stride = Panels.rounded(visible + 1)
        let room = (count + Panels.slackRows) * stride
        start = .allocate(capacity: room)
        start.initialize(repeating: 0, count: room)
        for index in 0..<count { row(index)[visible] = 1 }
    }

    /// Rows given one behind the other.
    ///
    /// - Precondition: whole rows.
    package convenience init(_ values: [Float], visible: Int) {
        precondition(values.count % visible == 0, "rows of \(visible) values")
        self.init(visible: visible, count: values.count / visible)
        values.withUnsafeBufferPointer { values in
            guard let source = values.baseAddress else { return }
            for index in 0..<count {
                row(index).update(from: source + index * visible, count: visible)
            }
        }
    }

    /// Pixels of K images, all values scaled together to 0...1.
    convenience init(planes: [[Float]]) {
        self.init(visible: planes.count, count: planes[0].count)
        var (low, high) = (Float.infinity, -Float.infinity)
        for plane in planes {
            for value in plane {
                low = min(low, value)
                high = max(high, value)
            }
        }
        let scale = high > low ? 1 / (high - low) : 0
        for (k, plane) in planes.enumerated() {
            for p in 0..<count { row(p)[k] = (plane[p] - low) * scale }
        }
    }

    deinit { start.deallocate() }

    /// One row.
    func row(_ index: Int) -> UnsafeMutablePointer<Float> { start + index * stride }

    /// Copies of some rows, in the order given.
    func sample(_ indices: ArraySlice<Int>) -> BoltzmannRows {
        let sample = BoltzmannRows(visible: visible, count: indices.count)
        for (index, source) in indices.enumerated() {
            sample.row(index).update(from: row(source), count: stride)
        }
        return sample
    }
}
