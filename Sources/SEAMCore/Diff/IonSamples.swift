/// The counts of one ion in the pixels of cells, by rising count.
struct IonSamples {
    /// The distinct counts, ascending; S values.
    let levels: [Double]
    /// The entries of level s are at `starts[s]..<starts[s + 1]`; S + 1 values.
    let starts: [Int]
    /// Cell of each entry, ascending in a level.
    let cells: [Int32]
    /// How many pixels of that cell have that count, at least 1.
    let pixels: [Int32]

    /// - Parameters:
    ///   - values: counts of P pixels, cell by cell.
    ///   - cellStarts: cell c has the values `cellStarts[c]..<cellStarts[c + 1]`.
    /// - Complexity: O(P + largest count) for whole counts below 65,536, else O(P log P).
    init(values: [Float], cellStarts: [Int]) {
        let entries =
            Self.wholeLevels(values).map { Self.entriesOfWhole($0, cellStarts) }
            ?? Self.entriesOfAny(values, cellStarts)
        levels = entries.levels
        starts = entries.starts
        cells = entries.cells
        pixels = entries.pixels
    }

    private typealias Entries = (
        levels: [Double], starts: [Int], cells: [Int32], pixels: [Int32]
    )

    /// The values as they are, if all are whole numbers in 0...65,535.
    private static func wholeLevels(_ values: [Float]) -> [UInt16]? {
        // Between 2^23 and 2^24 floats are whole numbers, and their last bits are the number. No branches,
        // so that the compiler takes several values at a time.
        let magic: Float = 8_388_608
        var faults: UInt32 = 0
        let levels = [UInt16](unsafeUninitializedCapacity: values.count) { levels, count in
            values.withUnsafeBufferPointer { values in
                for place in 0..<values.count {
                    let shifted = values[place] + magic
                    let changed = (shifted - magic).bitPattern ^ values[place].bitPattern
                    // -0 is a zero too.
                    faults |= changed & 0x7FFF_FFFF
                    faults |= (shifted.bitPattern ^ magic.bitPattern) & 0xFFFF_0000
                    levels[place] = UInt16(truncatingIfNeeded: shifted.bitPattern)
                }
            }
            count = values.count
        }
        return faults == 0 ? levels : nil
    }

    /// Counts within cells, then deals the (cell, count) pairs out by count.
    private static func entriesOfWhole(_ values: [UInt16], _ cellStarts: [Int]) -> Entries {
        let largest = Int(values.max() ?? 0)
        var sizes = [Int](repeating: 0, count: largest + 2)
        let found = pairs(values, cellStarts, largest: largest, sizes: &sizes)
        let present = (0...largest).filter { sizes[$0 + 1] > 0 }
        for level in 0...largest { sizes[level + 1] += sizes[level] }
        let starts = present.map { sizes[$0] } + [found.count]
        var cells = [Int32](repeating: 0, count: found.count)
        var pixels = cells
        for entry in found {
            let place = sizes[Int(entry.level)]
            cells[place] = entry.cell
            pixels[place] = entry.pixels
            sizes[Int(entry.level)] = place + 1
        }
        return (present.map { Double($0) }, starts, cells, pixels)
    }

    /// Of every cell the counts it has, with the number of its pixels that have them;
    /// `sizes[level + 1]` becomes the number of cells with that count.
    private static func pairs(
        _ values: [UInt16], _ cellStarts: [Int], largest: Int, sizes: inout [Int]
    ) -> [(level: UInt16, cell: Int32, pixels: Int32)] {
        var seen = [Int32](repeating: 0, count: largest + 1)
        var found: [(level: UInt16, cell: Int32, pixels: Int32)] = []
        found.reserveCapacity(8 * cellStarts.count)
        // The levels of a cell, each once; one place more than it can have, for a level written in vain.
        let widest = zip(cellStarts, cellStarts.dropFirst()).reduce(0) { max($0, $1.1 - $1.0) }
        var distinct = [UInt16](repeating: 0, count: widest + 1)
        values.withUnsafeBufferPointer { values in
            seen.withUnsafeMutableBufferPointer { seen in
                distinct.withUnsafeMutableBufferPointer { distinct in
                    for cell in 0..<cellStarts.count - 1 {
                        var count = 0
                        for row in cellStarts[cell]..<cellStarts[cell + 1] {
                            let level = values[row]
                            distinct[count] = level
                            count += seen[Int(level)] == 0 ? 1 : 0
                            seen[Int(level)] += 1
                        }
                        for place in 0..<count {
                            let level = Int(distinct[place])
                            found.append((distinct[place], Int32(cell), seen[level]))
                            seen[level] = 0
                            sizes[level + 1] += 1
                        }
                    }
                }
            }
        }
        return found
    }

    /// Sorts the pixels by value.
    private static func entriesOfAny(_ values: [Float], _ cellStarts: [Int]) -> Entries {
        var owners: [Int32] = []
        owners.reserveCapacity(values.count)
        for cell in 0..<cellStarts.count - 1 {
            for _ in cellStarts[cell]..<cellStarts[cell + 1] { owners.append(Int32(cell)) }
        }
        let order = values.indices.sorted {
            values[$0] == values[$1] ? $0 < $1 : values[$0] < values[$1]
        }
        var entries: Entries = ([], [], [], [])
        for pixel in order {
            let value = Double(values[pixel])
            if entries.levels.last != value {
                entries.levels.append(value)
                entries.starts.append(entries.cells.count)
            } else if entries.cells.last == owners[pixel] {
                entries.pixels[entries.pixels.count - 1] += 1
                continue
            }
            entries.cells.append(owners[pixel])
            entries.pixels.append(1)
        }
        entries.starts.append(entries.cells.count)
        return entries
    }
}
