package import Imaging
import Kernels

/// True nuclei as a poor segmentation might give them.
package enum DamagedMask {
    /// A tenth of the nuclei eroded by one pixel (4-connected), a tenth dilated onto free pixels, a
    /// tenth merged with the nearest other nucleus; a merged cell keeps the number of the one
    /// chosen. Numbers of cells that are gone are left out.
    package static func damaged(_ truth: LabelImage, seed: UInt64) -> LabelImage {
        var random = Philox(seed: seed, stage: RandomPart.damage)
        let pixels = truth.pixelsByCell()
        var order = pixels.indices.filter { !pixels[$0].isEmpty }
        random.shuffle(&order)
        let share = order.count / 10
        var values = truth.values
        for cell in order.prefix(share) { erode(pixels[cell], &values, truth.grid) }
        for cell in order.dropFirst(share).prefix(share) {
            dilate(pixels[cell], to: Int32(cell + 1), &values, truth.grid)
        }
        let centres = pixels.map { centre($0, truth.grid.width) }
        var gone = Set<Int>()
        for cell in order.dropFirst(2 * share).prefix(share) where !gone.contains(cell) {
            let others = order.filter { $0 != cell && !gone.contains($0) }
            guard
                let nearest = others.min(by: {
                    (distance(centres[$0], centres[cell]), $0)
                        < (distance(centres[$1], centres[cell]), $1)
                })
            else { continue }
            gone.insert(nearest)
            for pixel in values.indices where values[pixel] == Int32(nearest + 1) {
                values[pixel] = Int32(cell + 1)
            }
        }
        return LabelImage(grid: truth.grid, values: values)
    }

    private static func steps(_ pixel: Int, _ grid: PixelGrid) -> [Int] {
        let x = pixel % grid.width
        var steps: [Int] = []
        if pixel >= grid.width { steps.append(pixel - grid.width) }
        if x > 0 { steps.append(pixel - 1) }
        if x + 1 < grid.width { steps.append(pixel + 1) }
        if pixel + grid.width < grid.count { steps.append(pixel + grid.width) }
        return steps
    }

    /// Takes the outermost pixels away, unless none would be left.
    private static func erode(_ pixels: [Int], _ values: inout [Int32], _ grid: PixelGrid) {
        let label = values[pixels[0]]
        let outer = pixels.filter { pixel in
            let near = steps(pixel, grid)
            return near.count < 4 || near.contains { values[$0] != label }
        }
        guard outer.count < pixels.count else { return }
        for pixel in outer { values[pixel] = 0 }
    }

    private static func dilate(
        _ pixels: [Int], to label: Int32, _ values: inout [Int32], _ grid: PixelGrid
    ) {
        for pixel in pixels {
            for next in steps(pixel, grid) where values[next] == 0 { values[next] = label }
        }
    }

    private static func centre(_ pixels: [Int], _ width: Int) -> SIMD2<Double> {
        var sum = SIMD2<Double>()
        for pixel in pixels { sum += SIMD2(Double(pixel % width), Double(pixel / width)) }
        return pixels.isEmpty ? sum : sum / Double(pixels.count)
    }

    private static func distance(_ a: SIMD2<Double>, _ b: SIMD2<Double>) -> Double {
        ((a - b) * (a - b)).sum()
    }
}
