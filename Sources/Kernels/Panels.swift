import KernelsBase

#if arch(x86_64)
    import KernelsAVX2
#endif

/// Small single-precision products that need no packing of the left factor, 16 columns at a time, and
/// the elementwise steps of training a network; the same on any number of threads.
public enum Panels {
    /// Columns of a panel.
    public static let columns = 16
    /// How many rows behind the last one a product may read of its left factor.
    public static let slackRows = 5

    /// `count` rounded up to whole panels.
    public static func rounded(_ count: Int) -> Int { (count + columns - 1) / columns * columns }

    /// A row length of at least `count` in whole panels, an odd number of cache lines, so that
    /// walking down a column does not fall on the same few places of the cache.
    public static func stride(_ count: Int) -> Int { (rounded(count) / columns | 1) * columns }

    /// C = A B, or C += A B if `adding`, for one panel of B and C.
    ///
    /// Value (i, p) of A is at `a[i * aRow + p * aStep]`, row p of B at `b + p * bStep`, row i of C at
    /// `c + i * cRow`. Up to `slackRows` rows of A behind the last one are read (their values do not
    /// matter). Then negative values become 0 if `rectifying`, and so do those where `gate`, laid out
    /// like C, is not above 0.
    /// - Complexity: O(32 `rows` `depth`).
    public static func multiply(
        rows: Int, depth: Int, a: UnsafePointer<Float>, aRow: Int, aStep: Int,
        b: UnsafePointer<Float>, bStep: Int, c: UnsafeMutablePointer<Float>, cRow: Int,
        adding: Bool = false, rectifying: Bool = false, gate: UnsafePointer<Float>? = nil
    ) {
        table.product(rows, depth, a, aRow, aStep, b, bStep, c, cRow, adding, rectifying, gate)
    }

    /// One step of Adam (Kingma and Ba 2015; decay 0.9 and 0.999, epsilon 1e-7 as in Keras) with the
    /// bias corrections already in `rate`.
    ///
    /// - Precondition: `count` is a multiple of 8.
    static func adam(
        _ weights: UnsafeMutablePointer<Float>, _ first: UnsafeMutablePointer<Float>,
        _ second: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, count: Int,
        rate: Float
    ) {
        precondition(count & 7 == 0, "whole vectors")
        table.adam(weights, first, second, gradient, count, rate)
    }

    /// The largest of at least one value.
    static func largest(_ x: UnsafePointer<Float>, _ count: Int) -> Float {
        table.largest(x, count)
    }

    /// Puts e^((x - shift) scale) in the place of x and gives the sum.
    static func expSum(
        _ x: UnsafeMutablePointer<Float>, _ count: Int, shift: Float, scale: Float
    ) -> Float { table.expSum(x, count, shift, scale) }

    /// Puts x scale + shift in the place of x.
    static func affine(
        _ x: UnsafeMutablePointer<Float>, _ count: Int, scale: Float, shift: Float
    ) { table.affine(x, count, scale, shift) }

    /// y[j yRow + i] = x[16 i + j] for i and j below 16.
    public static func transpose(
        _ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, yRow: Int
    ) { table.transpose(x, y, yRow) }

    /// y = 1 with probability x, else 0, by a hash of (`key`, `start` + i).
    ///
    /// - Precondition: `count` is a multiple of 8.
    public static func bernoulli(
        _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int, start: UInt32,
        key: UInt64
    ) {
        precondition(count & 7 == 0, "whole vectors")
        table.bernoulli(x, y, count, start, key)
    }

    /// Puts 1 / (1 + e^-x) in the place of x, which counts as within -80...80.
    ///
    /// - Precondition: `count` is a multiple of 8.
    public static func logistic(_ x: UnsafeMutablePointer<Float>, count: Int) {
        precondition(count & 7 == 0, "whole vectors")
        table.logistic(x, count)
    }

    /// For each of `rows` rows of `count` values, `stride` apart: the sum of the positive values and
    /// the product of all 1 + e^-|x|; their sum of log(1 + e^x) is sum + log(product). The values
    /// are lost.
    ///
    /// - Precondition: `count` is a multiple of 8 and at most 120.
    public static func softplusRows(
        _ x: UnsafeMutablePointer<Float>, rows: Int, stride: Int, count: Int,
        sums: UnsafeMutablePointer<Float>, products: UnsafeMutablePointer<Float>
    ) {
        precondition(count & 7 == 0 && count <= 120, "whole vectors, at most 120 factors")
        table.softplusRows(x, rows, stride, count, sums, products)
    }

    private typealias Values = UnsafePointer<Float>
    private typealias Places = UnsafeMutablePointer<Float>

    /// The functions of one compilation.
    private struct Table: Sendable {
        let product:
            @Sendable (
                Int, Int, Values, Int, Int, Values, Int, Places, Int, Bool, Bool, Values?
            ) -> Void
        let adam: @Sendable (Places, Places, Places, Values, Int, Float) -> Void
        let largest: @Sendable (Values, Int) -> Float
        let expSum: @Sendable (Places, Int, Float, Float) -> Float
        let affine: @Sendable (Places, Int, Float, Float) -> Void
        let transpose: @Sendable (Values, Places, Int) -> Void
        let bernoulli: @Sendable (Values, Places, Int, UInt32, UInt64) -> Void
        let logistic: @Sendable (Places, Int) -> Void
        let softplusRows: @Sendable (Places, Int, Int, Int, Places, Places) -> Void
    }

    private static let table = choose()

    private static func choose() -> Table {
        #if arch(x86_64)
            if InstructionSet.name == "avx2" {
                typealias Wide = KernelsAVX2.MicroKernels
                return Table(
                    product: Wide.panelProduct, adam: Wide.adam, largest: Wide.largest,
                    expSum: Wide.expSum, affine: Wide.affine, transpose: Wide.transpose16,
                    bernoulli: Wide.bernoulli, logistic: Wide.logistic,
                    softplusRows: Wide.softplusRows)
            }
        #endif
        typealias Base = KernelsBase.MicroKernels
        return Table(
            product: Base.panelProduct, adam: Base.adam, largest: Base.largest,
            expSum: Base.expSum, affine: Base.affine, transpose: Base.transpose16,
            bernoulli: Base.bernoulli, logistic: Base.logistic,
            softplusRows: Base.softplusRows)
    }
}
