/// A factor: its lines run across the product's result, its values along the inner length.
struct ProductFactor: @unchecked Sendable {
    let start: UnsafePointer<Float>
    let line: Int
    let value: Int
    /// Whether it is larger than the nearer caches.
    let isFar: Bool

    /// Whether a block of a left factor is better read as it lies: packing costs more than it gains
    /// where there are few columns, if the block lies close enough for the caches.
    func isNear(_ rows: Int, _ depth: Int, _ columns: Int) -> Bool {
        columns <= 256 && line * rows + value * depth <= 1 << 15
    }

    /// Copies a block into panels.
    func pack(
        _ lines: Range<Int>, _ steps: Range<Int>, width: Int, to panels: UnsafeMutablePointer<Float>
    ) {
        Kernels.pack(
            start + lines.lowerBound * line + steps.lowerBound * value, lines: lines.count,
            depth: steps.count, lineStride: line, valueStride: value, width: width, isFar: isFar,
            to: panels)
    }
}

/// The result and the factor put before the product.
struct ProductTarget: @unchecked Sendable {
    let start: UnsafeMutablePointer<Float>
    let stride: Int
    let alpha: Float
    /// Whether the first inner steps are added to what is there.
    let adding: Bool
}

/// How the blocks of a product are cut into pieces. The result does not depend on it.
struct ProductTiling: Sendable {
    let kernels = InstructionSet.active
    let threads: Int
    /// Rows of a block of A: as even as can be, in whole tiles, and at most 192, so that it stays in the second
    /// cache; half as many where threads share them.
    let rows: Int
    /// Columns of a piece: whole tiles, at least four.
    let columns: Int
    let rowBlocks: Int
    let stripes: Int
    let isReadInPlace: Bool

    init(_ m: Int, _ n: Int, _ depth: Int, threads: Int, isReadInPlace: Bool) {
        self.threads = threads
        self.isReadInPlace = isReadInPlace
        let most = threads > 1 ? 96 : 192
        let blocks = (m + most - 1) / most
        rows = ((m + blocks - 1) / blocks + 5) / 6 * 6
        rowBlocks = (m + rows - 1) / rows
        // Some pieces for each thread, so that they end at about the same time.
        let wanted = threads > 1 ? (6 * threads + rowBlocks - 1) / rowBlocks : 1
        let tiles = (n + kernels.tileColumns - 1) / kernels.tileColumns
        columns = max(4, (tiles + wanted - 1) / wanted) * kernels.tileColumns
        stripes = (n + columns - 1) / columns
    }

    /// Whether several pieces read the same packed rows, so that they are packed beforehand.
    var sharesLeft: Bool { !isReadInPlace && stripes > 1 }
    /// Whether several pieces read the same packed columns.
    var sharesRight: Bool { rowBlocks > 1 }
}

/// Memory for the packed factors of a block.
struct ProductPanels: Sendable {
    let left: AlignedFloats
    let right: AlignedFloats

    init(_ tiling: ProductTiling, _ m: Int, _ n: Int, _ depth: Int) {
        left = AlignedFloats(count: tiling.sharesLeft ? tiling.rowBlocks * tiling.rows * depth : 0)
        right = AlignedFloats(count: tiling.stripes * tiling.columns * depth)
    }
}

/// The share of a product that comes of some columns and inner steps.
struct ProductBlock: Sendable {
    let left: ProductFactor
    let right: ProductFactor
    let target: ProductTarget
    let rows: Int
    let columns: Range<Int>
    let steps: Range<Int>
    let tiling: ProductTiling
    let panels: ProductPanels

    /// Packs what pieces share, then does the pieces.
    func run() {
        let stripes = (columns.count + tiling.columns - 1) / tiling.columns
        let packedColumns = tiling.sharesRight ? stripes : 0
        let packedRows = tiling.sharesLeft ? tiling.rowBlocks : 0
        each(packedColumns + packedRows) { index in
            if index < packedColumns {
                packRight(index)
            } else {
                let block = index - packedColumns
                left.pack(
                    rowRange(block), steps, width: tiling.kernels.tileRows,
                    to: panels.left.start + block * tiling.rows * steps.count)
            }
        }
        each(tiling.rowBlocks * stripes) { index in
            if !tiling.sharesRight { packRight(index % stripes) }
            multiply(index / stripes, index % stripes)
        }
    }

    private func each(_ count: Int, _ body: @Sendable (Int) -> Void) {
        if tiling.threads > 1 {
            Parallel.forEach(count, body)
        } else {
            for index in 0..<count { body(index) }
        }
    }

    private func rowRange(_ block: Int) -> Range<Int> {
        block * tiling.rows..<min(rows, (block + 1) * tiling.rows)
    }

    private func columnRange(_ stripe: Int) -> Range<Int> {
        let first = columns.lowerBound + stripe * tiling.columns
        return first..<min(columns.upperBound, first + tiling.columns)
    }

    private func packRight(_ stripe: Int) {
        right.pack(
            columnRange(stripe), steps, width: tiling.kernels.tileColumns,
            to: panels.right.start + stripe * tiling.columns * steps.count)
    }

    /// One block of rows by one stripe of columns.
    private func multiply(_ block: Int, _ stripe: Int) {
        let range = rowRange(block)
        let width = tiling.kernels.tileRows
        let depth = steps.count
        if tiling.isReadInPlace {
            let corner = left.start + range.lowerBound * left.line + steps.lowerBound * left.value
            multiply(range, stripe, corner, width * left.line, left.line, left.value)
        } else if tiling.sharesLeft {
            multiply(
                range, stripe, panels.left.start + block * tiling.rows * depth, width * depth, 1,
                width)
        } else {
            withUnsafeTemporaryAllocation(of: Float.self, capacity: tiling.rows * depth) { place in
                guard let place = place.baseAddress else { return }
                left.pack(range, steps, width: width, to: place)
                multiply(range, stripe, place, width * depth, 1, width)
            }
        }
    }

    /// Rows whose panels lie `panel` apart, lines of a panel `line` and values `step`.
    private func multiply(
        _ rows: Range<Int>, _ stripe: Int, _ a: UnsafePointer<Float>, _ panel: Int, _ line: Int,
        _ step: Int
    ) {
        let range = columnRange(stripe)
        tiling.kernels.productInPlace(
            rows.count, range.count, steps.count, target.alpha, a, panel, line, step,
            panels.right.start + stripe * tiling.columns * steps.count,
            target.start + rows.lowerBound * target.stride + range.lowerBound, target.stride,
            target.adding || steps.lowerBound > 0)
    }
}
