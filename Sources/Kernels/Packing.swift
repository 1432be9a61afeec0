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
/// Value p of line i is at `source[i * lineStride + p * valueStride]`. Fast where one of the two
/// strides is 1.
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
            packAcross(corner, filled, depth, valueStride, width, target)
        } else if valueStride == 1 {
            packAlong(corner, filled, depth, lineStride, width, target)
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

private typealias Four = SIMD4<Float>

@inline(__always)
private func load(_ p: UnsafePointer<Float>) -> Four {
    UnsafeRawPointer(p).loadUnaligned(as: Four.self)
}

@inline(__always)
private func store(_ v: Four, _ p: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(p).storeBytes(of: v, as: Four.self)
}

/// The lines lie side by side: copies `filled` values a step.
private func packAcross(
    _ source: UnsafePointer<Float>, _ filled: Int, _ depth: Int, _ valueStride: Int, _ width: Int,
    _ target: UnsafeMutablePointer<Float>
) {
    let whole = filled & ~3
    for p in 0..<depth {
        let (from, to) = (source + p * valueStride, target + p * width)
        var i = 0
        while i < whole {
            store(load(from + i), to + i)
            i += 4
        }
        while i < filled {
            to[i] = from[i]
            i += 1
        }
    }
}

/// The values of a line lie side by side: turns blocks of 4 x 4.
private func packAlong(
    _ source: UnsafePointer<Float>, _ filled: Int, _ depth: Int, _ lineStride: Int, _ width: Int,
    _ target: UnsafeMutablePointer<Float>
) {
    var i = 0
    while i + 4 <= filled {
        turnFour(source + i * lineStride, depth, lineStride, width, target + i)
        i += 4
    }
    if i + 2 <= filled {
        turnTwo(source + i * lineStride, depth, lineStride, width, target + i)
        i += 2
    }
    if i < filled {
        let from = source + i * lineStride
        for p in 0..<depth { target[p * width + i] = from[p] }
    }
}

private func turnFour(
    _ source: UnsafePointer<Float>, _ depth: Int, _ lineStride: Int, _ width: Int,
    _ target: UnsafeMutablePointer<Float>
) {
    let (l1, l2, l3) = (
        source + lineStride, source + 2 * lineStride, source + 3 * lineStride
    )
    var p = 0
    while p + 4 <= depth {
        let (a, b, c, d) = (load(source + p), load(l1 + p), load(l2 + p), load(l3 + p))
        let to = target + p * width
        store(Four(a[0], b[0], c[0], d[0]), to)
        store(Four(a[1], b[1], c[1], d[1]), to + width)
        store(Four(a[2], b[2], c[2], d[2]), to + 2 * width)
        store(Four(a[3], b[3], c[3], d[3]), to + 3 * width)
        p += 4
    }
    while p < depth {
        store(Four(source[p], l1[p], l2[p], l3[p]), target + p * width)
        p += 1
    }
}

private func turnTwo(
    _ source: UnsafePointer<Float>, _ depth: Int, _ lineStride: Int, _ width: Int,
    _ target: UnsafeMutablePointer<Float>
) {
    let next = source + lineStride
    for p in 0..<depth {
        UnsafeMutableRawPointer(target + p * width)
            .storeBytes(of: SIMD2(source[p], next[p]), as: SIMD2<Float>.self)
    }
}
