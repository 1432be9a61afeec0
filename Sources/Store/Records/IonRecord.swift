public import Imaging

/// One ion of a dataset and the figures that lists show of it.
public struct IonRecord: Sendable, Hashable {
    /// Its place in the dataset, from 0.
    public let index: Int
    /// Its mass, its label, or both.
    public let channel: Channel
    /// Sum over all pixels.
    public let totalCounts: Double
    /// Mean over all pixels.
    public let mean: Double
    /// Largest value.
    public let max: Double
    /// Part of the pixels with a value above 0, 0...1.
    public let nonzeroFraction: Double

    /// A record.
    public init(
        index: Int, channel: Channel, totalCounts: Double, mean: Double, max: Double,
        nonzeroFraction: Double
    ) {
        self.index = index
        self.channel = channel
        self.totalCounts = totalCounts
        self.mean = mean
        self.max = max
        self.nonzeroFraction = nonzeroFraction
    }

    /// The record of an image: sums in row-major order; all figures are 0 without pixels.
    ///
    /// - Complexity: O(pixels).
    public static func summarise(
        index: Int, channel: Channel, _ values: PixelValues
    ) -> IonRecord {
        let figures =
            switch values {
            case .uint8(let v): wholeFigures(v, UInt32.self)
            case .uint16(let v): wholeFigures(v, UInt32.self)
            case .uint32(let v): wholeFigures(v, UInt64.self)
            case .float32(let v): realFigures(v) { Double($0) }
            case .float64(let v): realFigures(v) { $0 }
            }
        let count = Double(Swift.max(values.count, 1))
        return IonRecord(
            index: index, channel: channel, totalCounts: figures.total,
            mean: figures.total / count, max: figures.largest,
            nonzeroFraction: Double(figures.positive) / count)
    }

    private struct Figures {
        var total = 0.0
        var largest = 0.0
        var positive = 0
    }

    /// Whole numbers: at most 2^32 values below 2^32, so that the sum is exact in 64 bits.
    ///
    /// `Sum` holds 4,096 of them: sums in a narrow type are what the processor adds many at a time.
    private static func wholeFigures<
        T: FixedWidthInteger & UnsignedInteger, Sum: FixedWidthInteger & UnsignedInteger
    >(_ values: [T], _: Sum.Type) -> Figures {
        var total: UInt64 = 0
        var largest: T = 0
        var positive = 0
        for start in stride(from: 0, to: values.count, by: 4_096) {
            var sum: Sum = 0
            var some: Sum = 0
            for index in start..<Swift.min(start + 4_096, values.count) {
                let value = values[index]
                sum &+= Sum(truncatingIfNeeded: value)
                some &+= value > 0 ? 1 : 0
                largest = value > largest ? value : largest
            }
            total &+= UInt64(truncatingIfNeeded: sum)
            positive += Int(some)
        }
        return Figures(total: Double(total), largest: Double(largest), positive: positive)
    }

    private static func realFigures<T: BinaryFloatingPoint>(
        _ values: [T], _ double: (T) -> Double
    ) -> Figures {
        var figures = Figures()
        for (position, value) in values.enumerated() {
            let number = double(value)
            figures.total += number
            if position == 0 || number > figures.largest { figures.largest = number }
            if number > 0 { figures.positive += 1 }
        }
        return figures
    }
}
