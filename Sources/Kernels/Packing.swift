internal import CPrefetch

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
/// strides is 1. `isFar` says that the source is hardly in a near cache.
func pack(
    _ source: UnsafePointer<Float>, lines: Int, depth: Int, lineStride: Int, valueStride: Int,
    width: Int, isFar: Bool = false, to panels: UnsafeMutablePointer<Float>
) {
    guard lineStride != 1 else {
        return packAcross(source, lines, depth, valueStride, width, isFar, panels)
    }
    var target = panels
    var first = 0
    while first < lines {
        let filled = min(width, lines - first)
        let corner = source + first * lineStride
        if filled < width { target.update(repeating: 0, count: width * depth) }
        if valueStride == 1 {
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

@inline(__always)
private func loadTwo(_ p: UnsafePointer<Float>) -> SIMD2<Float> {
    UnsafeRawPointer(p).loadUnaligned(as: SIMD2<Float>.self)
}

@inline(__always)
private func storeTwo(_ v: SIMD2<Float>, _ p: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(p).storeBytes(of: v, as: SIMD2<Float>.self)
}

/// The lines lie side by side: goes along the source's rows, a few at a time over all panels, since a
/// walk down one panel would wait for memory at every row.
private func packAcross(
    _ source: UnsafePointer<Float>, _ lines: Int, _ depth: Int, _ valueStride: Int, _ width: Int,
    _ isFar: Bool, _ panels: UnsafeMutablePointer<Float>
) {
    let rows = 32
    var p = 0
    while p < depth {
        let height = min(rows, depth - p)
        var from = source + p * valueStride
        var to = panels + p * width
        if isFar { fetch(from, lines, height, valueStride) }
        var first = 0
        while first < lines {
            let filled = min(width, lines - first)
            if filled < width {
                to.update(repeating: 0, count: width * height)
                copyRows(from, valueStride, filled, to, width, height)
            } else if width == 16 {
                copyRows(from, valueStride, 16, to, 16, height)
            } else if width == 8 {
                copyRows(from, valueStride, 8, to, 8, height)
            } else if width == 6 {
                copySix(from, valueStride, to, height)
            } else {
                copyRows(from, valueStride, filled, to, width, height)
            }
            from += width
            to += width * depth
            first += width
        }
        p += rows
    }
}

/// Asks for rows ahead of copying them, since copies would wait for one line after the other.
@inline(__always)
private func fetch(_ source: UnsafePointer<Float>, _ lines: Int, _ height: Int, _ stride: Int) {
    for row in 0..<height {
        for place in Swift.stride(from: 0, to: lines, by: 16) {
            prefetch_to_read(source + (row * stride + place))
        }
    }
}

/// Copies `height` rows of `filled` values.
@inline(__always)
private func copyRows(
    _ source: UnsafePointer<Float>, _ stride: Int, _ filled: Int,
    _ target: UnsafeMutablePointer<Float>, _ width: Int, _ height: Int
) {
    let whole = filled & ~3
    var (from, to) = (source, target)
    for _ in 0..<height {
        var i = 0
        while i < whole {
            store(load(from + i), to + i)
            i += 4
        }
        while i < filled {
            to[i] = from[i]
            i += 1
        }
        from += stride
        to += width
    }
}

/// Copies `height` rows of six values.
@inline(__always)
private func copySix(
    _ source: UnsafePointer<Float>, _ stride: Int, _ target: UnsafeMutablePointer<Float>,
    _ height: Int
) {
    var (from, to) = (source, target)
    for _ in 0..<height {
        store(load(from), to)
        storeTwo(loadTwo(from + 4), to + 4)
        from += stride
        to += 6
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
    var p = 0
    while p + 4 <= depth {
        let (a, b) = (load(source + p), load(next + p))
        let to = target + p * width
        storeTwo(SIMD2(a[0], b[0]), to)
        storeTwo(SIMD2(a[1], b[1]), to + width)
        storeTwo(SIMD2(a[2], b[2]), to + 2 * width)
        storeTwo(SIMD2(a[3], b[3]), to + 3 * width)
        p += 4
    }
    while p < depth {
        storeTwo(SIMD2(source[p], next[p]), target + p * width)
        p += 1
    }
}
