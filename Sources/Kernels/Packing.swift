/// Memory for floats on a 64-byte boundary, freed with the object.
final class AlignedFloats: @unchecked Sendable {
    let start: UnsafeMutablePointer<Float>

    init(count: Int) {
        start = UnsafeMutableRawPointer.allocate(
            byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64
        ).bindMemory(to: Float.self, capacity: max(count, 1))
    }

    deinit { UnsafeMutableRawPointer(start).deallocate() }
}

/// Copies `lines` lines of `depth` values into panels of `width` lines, value by value across a panel,
/// the last panel padded with zeros.
///
/// Value p of line i is at `source[i * lineStride + p * valueStride]`.
func pack(
    _ source: UnsafePointer<Float>, lines: Int, depth: Int, lineStride: Int, valueStride: Int,
    width: Int, to panels: UnsafeMutablePointer<Float>
) {
    var target = panels
    var first = 0
    while first < lines {
        let filled = min(width, lines - first)
        let corner = source + first * lineStride
        if filled < width { target.update(repeating: 0, count: width * depth) }
        if lineStride == 1 {
            for p in 0..<depth {
                let from = corner + p * valueStride
                let to = target + p * width
                for i in 0..<filled { to[i] = from[i] }
            }
        } else {
            for i in 0..<filled {
                let from = corner + i * lineStride
                for p in 0..<depth { target[p * width + i] = from[p * valueStride] }
            }
        }
        target += width * depth
        first += width
    }
}
