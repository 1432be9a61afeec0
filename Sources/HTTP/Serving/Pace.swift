/// Watches a transfer: it may neither stall nor be slower in the mean than a least rate.
///
/// A slow but honest peer lives; one that drips a byte now and then, so that it never stalls, does
/// not. A value without a clock of its own: seconds come from outside.
package struct Pace: Sendable {
    private let stall: Double
    private let rate: Double
    private let began: Double
    private var last: Double
    private var moved = 0

    /// A transfer that begins now; `stall` seconds without a byte end it, and so does a mean rate
    /// below `rate` bytes a second after the first `stall` seconds.
    package init(stall: Double, rate: Double, now: Double) {
        (self.stall, self.rate, began, last) = (stall, rate, now, now)
    }

    /// Says that `total` bytes have moved since the beginning.
    package mutating func reach(_ total: Int, now: Double) {
        guard total > moved else { return }
        (moved, last) = (total, now)
    }

    /// When the transfer has failed unless more moves.
    package var deadline: Double {
        min(last + stall, began + stall + Double(moved) / max(rate, 1e-9))
    }
}
