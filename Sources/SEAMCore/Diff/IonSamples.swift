/// The counts of one ion in the pixels of cells, by rising count.
struct IonSamples {
    /// The distinct counts, ascending; S values.
    let levels: [Double]
    /// The pixels of level s are `cells[starts[s]..<starts[s + 1]]`; S + 1 values.
    let starts: [Int]
    /// Cell of each pixel, by level.
    let cells: [Int32]

    /// - Parameters:
    ///   - values: counts of P pixels.
    ///   - owners: the cell of each.
    /// - Complexity: O(P + largest count) for whole counts below 65,536, else O(P log P).
    init(values: [Float], owners: [Int32]) {
        let whole = values.allSatisfy { $0 >= 0 && $0 < 65_536 && $0 == $0.rounded(.down) }
        let order =
            whole
            ? Self.orderOfWhole(values)
            : values.indices.sorted {
                values[$0] == values[$1] ? $0 < $1 : values[$0] < values[$1]
            }
        var levels: [Double] = []
        var starts: [Int] = []
        for (place, pixel) in order.enumerated() where levels.last != Double(values[pixel]) {
            levels.append(Double(values[pixel]))
            starts.append(place)
        }
        self.levels = levels
        self.starts = starts + [order.count]
        cells = order.map { owners[$0] }
    }

    /// Counting sort.
    private static func orderOfWhole(_ values: [Float]) -> [Int] {
        var places = [Int](repeating: 0, count: Int(values.max() ?? 0) + 2)
        for value in values { places[Int(value) + 1] += 1 }
        for level in 1..<places.count { places[level] += places[level - 1] }
        var order = [Int](repeating: 0, count: values.count)
        for (pixel, value) in values.enumerated() {
            order[places[Int(value)]] = pixel
            places[Int(value)] += 1
        }
        return order
    }
}
