import Imaging
import Kernels

/// The pixels inside cells, cell by cell: the row order of every per-pixel matrix.
struct CellPixels: Sendable {
    /// Numbers of the C cells that have a pixel, ascending.
    let cellIDs: [Int32]
    /// Cell c has the pixels `pixels[starts[c]..<starts[c + 1]]`; C + 1 values.
    let starts: [Int]
    /// Row-major pixel indices, ascending within a cell.
    let pixels: [Int]

    /// The cells of a mask. Its largest number may be far above its number of cells.
    ///
    /// - Complexity: O(P log P) for P pixels inside cells.
    init(_ labels: LabelImage) {
        var keys: [UInt64] = []
        for (pixel, label) in labels.values.enumerated() where label > 0 {
            keys.append(UInt64(label) << 32 | UInt64(pixel))
        }
        keys.sort()
        var ids: [Int32] = []
        var starts: [Int] = []
        for (row, key) in keys.enumerated() where ids.last != Int32(key >> 32) {
            ids.append(Int32(key >> 32))
            starts.append(row)
        }
        cellIDs = ids
        self.starts = starts + [keys.count]
        pixels = keys.map { Int($0 & 0xFFFF_FFFF) }
    }

    /// Cells with their pixels.
    init(cellIDs: [Int32], starts: [Int], pixels: [Int]) {
        self.cellIDs = cellIDs
        self.starts = starts
        self.pixels = pixels
    }

    /// C.
    var cellCount: Int { cellIDs.count }

    /// P, the number of pixels inside cells.
    var count: Int { pixels.count }

    /// The position of every pixel's cell in `cellIDs`; P values.
    var cellOfPixel: [Int32] {
        var cells = [Int32](repeating: 0, count: count)
        for cell in 0..<cellCount {
            for row in starts[cell]..<starts[cell + 1] { cells[row] = Int32(cell) }
        }
        return cells
    }

    /// The cells of a mask that fits a stack and has at least `needed` of them.
    static func checked(
        _ labels: LabelImage, for stack: IonStack, needed: Int
    ) throws(AnalysisError) -> CellPixels {
        let (image, mask) = (stack.grid, labels.grid)
        guard image.width == mask.width, image.height == mask.height else {
            throw .unsuitableData(
                "the mask has \(mask.width) x \(mask.height) pixels, "
                    + "the image \(image.width) x \(image.height)")
        }
        guard !stack.channels.isEmpty else {
            throw .unsuitableData("there is no channel to describe the cells with")
        }
        let cells = CellPixels(labels)
        guard cells.cellCount >= needed else {
            throw .tooFewCells(found: cells.cellCount, needed: needed)
        }
        return cells
    }

    /// The counts of pixels inside cells, P x M.
    ///
    /// - Complexity: O(P M), in parallel over blocks of pixels.
    func counts(of stack: IonStack) -> [Float] {
        let channels = stack.channels.count
        let plane = stack.grid.count
        var out = [Float](repeating: 0, count: count * channels)
        out.withUnsafeMutableBufferPointer { target in
            stack.counts.withUnsafeBufferPointer { source in
                nonisolated(unsafe) let target = target
                nonisolated(unsafe) let source = source
                Parallel.forEachRange(count, grain: 512) { rows in
                    for channel in 0..<channels {
                        let base = channel * plane
                        for row in rows {
                            target[row * channels + channel] = source[base + pixels[row]]
                        }
                    }
                }
            }
        }
        return out
    }
}
