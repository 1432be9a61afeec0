import Glibc
import Synchronization

/// Slows down those who try credentials: failed attempts are counted by the client's address.
///
/// Every failure adds one to an address's count, and time takes it away again; an address whose
/// count is full is not let try until it has fallen. A token that was accepted from an address
/// before goes on being accepted there, so that one user's wrong token does not lock out the others
/// of the same address. Addresses of IPv6 count by their first 64 bits, the least a client is given.
public final class AttemptThrottle: Sendable {
    private struct Entry {
        var level: Double
        var at: Double
        var known: [String]
    }

    private let capacity: Double
    private let secondsEach: Double
    private let maximumAddresses: Int
    private let now: @Sendable () -> Double
    private let entries = Mutex<[String: Entry]>([:])

    /// A throttle.
    ///
    /// - Parameters:
    ///   - failures: Failures that are let pass at once.
    ///   - seconds: Seconds after which one failure is forgotten.
    ///   - addresses: Most addresses remembered; above it the ones longest quiet are forgotten.
    ///   - now: A clock in seconds that never goes back.
    public init(
        failures: Int = 10, forgettingOneIn seconds: Double = 6, addresses: Int = 10_000,
        now: @escaping @Sendable () -> Double = AttemptThrottle.clock
    ) {
        precondition(failures >= 1 && seconds > 0 && addresses >= 1, "a limit above 0")
        (capacity, secondsEach, maximumAddresses) = (Double(failures), seconds, addresses)
        self.now = now
    }

    /// The seconds after which an address may try again, or nil if it may now.
    public func retryAfter(_ address: String) -> Int? {
        let key = Self.key(address)
        let now = now()
        return entries.withLock { entries in
            guard let entry = entries[key] else { return nil }
            let level = level(entry, now)
            guard level > capacity - 1 else { return nil }
            return max(1, Int(((level - (capacity - 1)) * secondsEach).rounded(.up)))
        }
    }

    /// Counts a failure.
    public func fail(_ address: String) {
        let now = now()
        change(address, now) { $0.level = min($0.level + 1, capacity) }
    }

    /// Notes that a token was accepted.
    public func succeed(_ address: String, token: String) {
        let now = now()
        change(address, now) { entry in
            guard !entry.known.contains(token) else { return }
            entry.known = entry.known.suffix(31) + [token]
        }
    }

    /// Whether a token was accepted from an address before.
    public func isKnown(_ address: String, token: String) -> Bool {
        let key = Self.key(address)
        return entries.withLock { $0[key]?.known.contains(token) ?? false }
    }

    private func level(_ entry: Entry, _ now: Double) -> Double {
        max(0, entry.level - (now - entry.at) / secondsEach)
    }

    private func change(_ address: String, _ now: Double, _ body: (inout Entry) -> Void) {
        let key = Self.key(address)
        entries.withLock { entries in
            var entry = entries[key] ?? Entry(level: 0, at: now, known: [])
            entry.level = level(entry, now)
            entry.at = now
            body(&entry)
            entries[key] = entry
            if entries.count > maximumAddresses { forgetQuietest(&entries) }
        }
    }

    /// Forgets the quarter that has been quiet the longest.
    private func forgetQuietest(_ entries: inout [String: Entry]) {
        let times = entries.values.map(\.at).sorted()
        let limit = times[times.count / 4]
        entries = entries.filter { $0.value.at > limit }
    }

    /// What an address is counted by.
    private static func key(_ address: String) -> String {
        var bytes = in6_addr()
        guard inet_pton(AF_INET6, address, &bytes) == 1 else { return address }
        let parts = withUnsafeBytes(of: &bytes) { Array($0) }
        let isMapped = parts[..<10].allSatisfy { $0 == 0 } && parts[10] == 255 && parts[11] == 255
        if isMapped { return parts[12...].map(String.init).joined(separator: ".") }
        return parts[..<8].map { String($0, radix: 16) }.joined(separator: ":") + "/64"
    }

    /// Seconds of the system's monotonic clock.
    public static let clock: @Sendable () -> Double = {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
