#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Cells of the m/z axis, all of one width or of a width that grows with m/z.
enum MassCells: Sendable {
    /// Cells of this many m/z.
    case even(Double)
    /// Cells whose ends differ by a factor; the number is its logarithm. All below m/z 1 is one cell.
    case relative(Double)

    /// Most cells: the sums of their counts stay below 128 MiB.
    static let most = 1 << 23

    /// The cells a user asked for, or those of 0.01 m/z.
    init(_ tolerance: MassTolerance?) {
        switch tolerance {
        case .mz(let width): self = .even(width)
        case .ppm(let parts): self = .relative(log1p(parts * 1e-6))
        case nil: self = .even(0.01)
        }
    }

    /// The cell of an m/z from 0.
    @inline(__always)
    func cell(_ mz: Double) -> Int {
        switch self {
        case .even(let width): Int(mz / width)
        case .relative(let step): Int(log(max(mz, 1)) / step)
        }
    }

    /// The m/z where a cell begins.
    func start(_ cell: Int) -> Double {
        switch self {
        case .even(let width): Double(cell) * width
        case .relative(let step): exp(Double(cell) * step)
        }
    }

    /// The width for a message.
    var text: String {
        switch self {
        case .even(let width): "\(width) m/z"
        case .relative(let step): "\((expm1(step) * 1e8).rounded() / 100) ppm"
        }
    }
}
