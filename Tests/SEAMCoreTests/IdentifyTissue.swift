import Imaging
import Kernels
import SEAMCore

/// A made-up section: square cells on a grid, of types that differ in the shares of their ions.
struct IdentifyTissue {
    let stack: IonStack
    let labels: LabelImage
    /// Type of each cell, by cell number.
    let types: [Int]

    /// - Parameters:
    ///   - cells: cells, four by four pixels each, eight in a row.
    ///   - types: cell c is of type c modulo this.
    ///   - brightness: mean counts of an ion.
    init(cells: Int, types: Int, channels: Int = 12, brightness: Float = 6, seed: UInt64 = 1) {
        let (width, height) = (8 * 5, (cells + 7) / 8 * 5)
        let grid = PixelGrid(width: width, height: height)
        var labels = [Int32](repeating: 0, count: grid.count)
        for y in 0..<height {
            for x in 0..<width where x % 5 < 4 && y % 5 < 4 {
                let cell = y / 5 * 8 + x / 5
                if cell < cells { labels[grid.index(x: x, y: y)] = Int32(cell + 1) }
            }
        }
        var random = Philox(seed: seed)
        var counts = [Float](repeating: 0, count: channels * grid.count)
        for channel in 0..<channels {
            for pixel in 0..<grid.count {
                let type = labels[pixel] > 0 ? (Int(labels[pixel]) - 1) % types : -1
                let mean = channel % types == type ? 3 * brightness : brightness
                let value = mean + mean.squareRoot() * random.gaussian()
                counts[channel * grid.count + pixel] = max(0, value.rounded())
            }
        }
        stack = IonStack(
            grid: grid, channels: (0..<channels).map { Channel(mz: 50 + Double($0)) },
            counts: counts)
        self.labels = LabelImage(grid: grid, values: labels)
        self.types = (0..<cells).map { $0 % types }
    }

    /// A stack of cells of `area` pixels in one row, with the counts given as ion x cell x pixel.
    static func row(_ ions: [[[Float]]], area: Int) -> (IonStack, LabelImage) {
        let cells = ions[0].count
        let grid = PixelGrid(width: cells * area, height: 1)
        let stack = IonStack(
            grid: grid, channels: ions.indices.map { Channel(mz: 60 + Double($0)) },
            counts: ions.flatMap { $0.flatMap { $0 } })
        let labels = (0..<cells * area).map { Int32($0 / area + 1) }
        return (stack, LabelImage(grid: grid, values: labels))
    }
}

/// Rand index adjusted for chance (Hubert and Arabie 1985).
func adjustedRand(_ a: [Int], _ b: [Int]) -> Double {
    func pairs(_ keys: [[Int]]) -> Double {
        var sizes: [[Int]: Double] = [:]
        for key in keys { sizes[key, default: 0] += 1 }
        return sizes.values.map { $0 * ($0 - 1) / 2 }.sorted().reduce(0, +)
    }
    let both = pairs(zip(a, b).map { [$0, $1] })
    let (one, two) = (pairs(a.map { [$0] }), pairs(b.map { [$0] }))
    let expected = one * two / (Double(a.count) * Double(a.count - 1) / 2)
    return (both - expected) / ((one + two) / 2 - expected)
}
