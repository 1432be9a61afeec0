/// Remembers when to look at which key: a hashed timing wheel (Varghese and Lauck 1987, scheme 6).
///
/// Keys are looked at a little late, never early, and never later than one slot after their time.
/// Nothing is removed: whoever is told looks whether it is still due. A value without a clock.
package struct TimerWheel: Sendable {
    private let slotSeconds: Double
    private var slots: [[UInt64]]
    /// The first slot that has not been emptied, counted from the clock's zero.
    private var position: Int
    private var count = 0

    /// A wheel that turns from `now`; times beyond its span are looked at once in a turn.
    package init(slotSeconds: Double = 0.125, slotCount: Int = 512, now: Double) {
        self.slotSeconds = slotSeconds
        slots = Array(repeating: [], count: slotCount)
        position = Int(now / slotSeconds)
    }

    /// Whether there is nothing to wait for.
    package var isEmpty: Bool { count == 0 }

    /// Adds a key to be looked at `time`; returns when that will be at the latest.
    package mutating func add(_ key: UInt64, at time: Double) -> Double {
        let wanted = Int(min(time / slotSeconds, 1e15).rounded(.up))
        let slot = min(max(wanted, position), position + slots.count - 1)
        slots[slot % slots.count].append(key)
        count += 1
        return Double(slot) * slotSeconds
    }

    /// Takes out the keys whose time has come.
    package mutating func advance(to now: Double) -> [UInt64] {
        let end = Int(now / slotSeconds)
        var due: [UInt64] = []
        while position <= end {
            if count == 0 {
                position = end + 1
                break
            }
            let slot = position % slots.count
            due += slots[slot]
            count -= slots[slot].count
            slots[slot].removeAll(keepingCapacity: slots[slot].count < 64)
            position += 1
        }
        return due
    }
}
