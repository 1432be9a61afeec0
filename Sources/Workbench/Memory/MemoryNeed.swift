/// The memory that a piece of work takes at its peak, known before it starts: what the process takes
/// beyond what it holds while it is idle.
///
/// A need is a sum of terms, each the size of something that is in memory at the peak (`MemoryTerms`).
/// The terms of each kind are in `MemoryNeed+Pixels` and `MemoryNeed+Cells`, fitted to the measured
/// peaks; `Tests/Service/test_10_memory.py` holds them within 25 %.
public struct MemoryNeed: Sendable, Hashable {
    /// Bytes.
    public let bytes: Int

    /// What a need depends on besides the parameters.
    public struct Size: Sendable, Hashable {
        /// P, pixels of the raster.
        public var pixels: Int
        /// M, channels in use.
        public var channels: Int
        /// C, cells; 0 where there are none yet.
        public var cells: Int

        /// A size.
        public init(pixels: Int, channels: Int, cells: Int = 0) {
            self.pixels = pixels
            self.channels = channels
            self.cells = cells
        }
    }

    /// Rounded up to whole bytes; what no machine has becomes the largest number.
    init(_ terms: MemoryTerms) {
        bytes = terms.total < Double(Int.max) / 2 ? Int(terms.total.rounded(.up)) : .max
    }
}

/// Things in memory at the same time, in bytes; real numbers, so that nothing overflows.
struct MemoryTerms {
    private(set) var total: Double

    /// Code that is used for the first time, stacks of threads, the store's pages: 8 MiB.
    static let base = 8_388_608.0

    /// Nothing but the base.
    init() { total = Self.base }

    /// Adds `count` things of `bytes` each.
    mutating func add(_ count: Int, _ bytes: Double) { total += Double(count) * bytes }

    /// Adds `rows` x `columns` things of `bytes` each.
    mutating func add(_ rows: Int, by columns: Int, _ bytes: Double) {
        total += Double(rows) * Double(columns) * bytes
    }

    /// The larger of two moments.
    static func larger(_ left: MemoryTerms, _ right: MemoryTerms) -> MemoryTerms {
        left.total >= right.total ? left : right
    }
}
