/// Exact Euclidean distances to the outside of a mask (Meijster, Roerdink and Hesselink, 2000).
public enum DistanceTransform {
    /// At each pixel the distance, in pixels, to the nearest pixel that is false; 0 where the mask is
    /// false, `.infinity` everywhere if the whole mask is true.
    ///
    /// - Precondition: `mask.count == width * height`, sides below 2^20.
    /// - Complexity: O(pixels).
    public static func euclidean(_ mask: [Bool], width: Int, height: Int) -> [Float] {
        precondition(mask.count == width * height && max(width, height) < 1 << 20)
        let vertical = alongColumns(mask, width: width, height: height)
        var result = [Float](repeating: .infinity, count: mask.count)
        var sites = [Int](repeating: 0, count: width)
        var starts = [Int](repeating: 0, count: width)
        for y in 0..<height {
            let row = y * width
            let found = envelope(
                vertical, row: row, width: width, sites: &sites, starts: &starts)
            guard found > 0 else { continue }
            var current = found - 1
            for x in stride(from: width - 1, through: 0, by: -1) {
                while current > 0, x < starts[current] { current -= 1 }
                let dx = x - sites[current]
                let dy = Int(vertical[row + sites[current]])
                result[row + x] = Float((Double(dx * dx + dy * dy)).squareRoot())
            }
        }
        return result
    }

    /// The distance to the nearest false pixel of the same column, or -1 where there is none.
    private static func alongColumns(_ mask: [Bool], width: Int, height: Int) -> [Int32] {
        var distance = [Int32](repeating: -1, count: mask.count)
        for y in 0..<height {
            for x in 0..<width {
                let p = y * width + x
                if !mask[p] {
                    distance[p] = 0
                } else if y > 0, distance[p - width] >= 0 {
                    distance[p] = distance[p - width] + 1
                }
            }
        }
        for y in stride(from: height - 2, through: 0, by: -1) {
            for x in 0..<width {
                let p = y * width + x
                let below = distance[p + width]
                if below >= 0, distance[p] < 0 || distance[p] > below + 1 {
                    distance[p] = below + 1
                }
            }
        }
        return distance
    }

    /// The lower envelope of the parabolas of one row: fills the columns they stand at and the first
    /// x each one is lowest at, and gives their number.
    private static func envelope(
        _ vertical: [Int32], row: Int, width: Int, sites: inout [Int], starts: inout [Int]
    ) -> Int {
        var count = 0
        for u in 0..<width where vertical[row + u] >= 0 {
            let height = Int(vertical[row + u])
            func value(_ site: Int, at x: Int) -> Int {
                let dy = Int(vertical[row + site])
                return (x - site) * (x - site) + dy * dy
            }
            while count > 0,
                value(sites[count - 1], at: starts[count - 1])
                    > (starts[count - 1] - u) * (starts[count - 1] - u) + height * height
            {
                count -= 1
            }
            if count == 0 {
                sites[0] = u
                starts[0] = 0
                count = 1
                continue
            }
            let i = sites[count - 1]
            let below = Int(vertical[row + i])
            let numerator = u * u - i * i + height * height - below * below
            let crossing = floorDivide(numerator, 2 * (u - i)) + 1
            if crossing < width {
                sites[count] = u
                starts[count] = max(crossing, 0)
                count += 1
            }
        }
        return count
    }

    private static func floorDivide(_ a: Int, _ b: Int) -> Int {
        let quotient = a / b
        return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient
    }
}
