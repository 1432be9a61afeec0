import Foundation

/// SIMLR's 55 kernel distances on the pattern of nearest neighbours.
struct SIMLRKernels {
    /// Number of kernels.
    let count: Int
    /// Entries of one kernel, n x K.
    let size: Int
    /// Kernel distances, kernel by kernel; `count` x `size`, at least 0.
    let distances: [Double]

    /// - Parameters:
    ///   - cells: nearest neighbours, each itself first.
    ///   - neighbours: k; bandwidths are means over ceil(k / 2)...ceil(3 k / 2) neighbours.
    init(_ cells: NearestCells, neighbours k: Int) {
        let width = cells.neighbours
        let first = min(width, (k + 1) / 2)
        let last = min(width, (3 * k + 1) / 2)
        let ranges = stride(from: first, through: last, by: (k + 9) / 10)
        let floor = Self.floor(cells.distances)
        var all: [Double] = []
        var kernels = 0
        for neighbours in ranges {
            let bandwidths = Self.bandwidths(cells, over: neighbours, floor: floor)
            for sigma in [1, 1.25, 1.5, 1.75, 2] {
                all += Self.kernel(cells, bandwidths: bandwidths, sigma: sigma)
                kernels += 1
            }
        }
        count = kernels
        size = cells.distances.count
        distances = all
    }

    /// A bandwidth above zero for cells that equal all of their neighbours.
    private static func floor(_ distances: [Double]) -> Double {
        var sum = 0.0
        for distance in distances { sum += distance }
        return sum > 0 ? 1e-6 * sum / Double(distances.count) : 1
    }

    private static func bandwidths(
        _ cells: NearestCells, over neighbours: Int, floor: Double
    ) -> [Double] {
        (0..<cells.count).map { i in
            var sum = 0.0
            for j in 0..<neighbours { sum += cells.distances[i * cells.neighbours + j] }
            return max(floor, sum / Double(neighbours))
        }
    }

    /// (g_i + g_j) / 2 - G_ij, less its smallest value, for Gaussian similarities G of one width.
    private static func kernel(
        _ cells: NearestCells, bandwidths: [Double], sigma: Double
    ) -> [Double] {
        let width = cells.neighbours
        var similarity = [Double](repeating: 0, count: cells.distances.count)
        for i in 0..<cells.count {
            for place in i * width..<(i + 1) * width {
                let mean = (bandwidths[i] + bandwidths[cells.indices[place]]) / 2
                let u = cells.distances[place] / mean
                let height = 1 / ((2 * Double.pi).squareRoot() * sigma * mean)
                similarity[place] = height * exp(-u * u / (2 * sigma * sigma))
            }
        }
        var distance = similarity
        var least = Double.infinity
        for i in 0..<cells.count {
            for place in i * width..<(i + 1) * width {
                let own = similarity[i * width]
                let other = similarity[cells.indices[place] * width]
                distance[place] = (own + other) / 2 - similarity[place]
                least = min(least, distance[place])
            }
        }
        return distance.map { $0 - least }
    }

    /// sum of weight x kernel distance.
    func mixed(_ weights: [Double]) -> [Double] {
        var sum = [Double](repeating: 0, count: size)
        for kernel in 0..<count {
            for place in 0..<size {
                sum[place] += weights[kernel] * distances[kernel * size + place]
            }
        }
        return sum
    }

    /// Of every kernel the sum of its distances times `similarity`.
    func costs(_ similarity: [Double]) -> [Double] {
        (0..<count).map { kernel in
            var sum = 0.0
            for place in 0..<size { sum += distances[kernel * size + place] * similarity[place] }
            return sum
        }
    }
}
