import Kernels

/// The classifier's input: `scale` x v / sum v of each row of P x M counts; a row without counts
/// stays zero. The counts are given away, so that they are not copied.
func normalisedInputs(
    _ counts: consuming [Float], channels: Int, scale: Float
) -> [Float] {
    var inputs = consume counts
    let rows = inputs.count / max(1, channels)
    inputs.withUnsafeMutableBufferPointer { buffer in
        nonisolated(unsafe) let values = buffer
        Parallel.forEachRange(rows, grain: 512) { rows in
            for row in rows {
                let range = row * channels..<(row + 1) * channels
                var total = 0.0
                for i in range { total += Double(values[i]) }
                let factor = total > 0 ? Double(scale) / total : 0
                for i in range { values[i] = Float(Double(values[i]) * factor) }
            }
        }
    }
    return inputs
}
