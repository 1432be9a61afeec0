import Glibc

/// Instants as text: RFC 3339 in UTC with six decimals, such as `2026-11-21T08:43:38.123456Z`.
///
/// Texts of this form sort by time.
public enum Timestamp {
    /// The present instant.
    public static func now() -> String { text(microseconds: microsecondsNow()) }

    /// The instant some seconds from now; undefined durations count as 0, long ones as a century.
    public static func now(adding seconds: Double) -> String {
        let century = 3.2e9
        let shift = seconds.isNaN ? 0 : min(max(seconds, -century), century)
        return text(microseconds: microsecondsNow() + Int64(shift * 1e6))
    }

    /// Microseconds since 1970 by the system's clock.
    public static func microsecondsNow() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }

    /// The text of an instant between the years 0 and 9999; others are moved to the nearest.
    public static func text(microseconds: Int64) -> String {
        let clamped = min(max(microseconds, -62_135_596_800_000_000), 253_402_300_799_999_999)
        let day = Int64(86_400_000_000)
        let days = clamped >= 0 ? clamped / day : -((-clamped + day - 1) / day)
        let rest = clamped - days * day
        let (year, month, date) = civil(days)
        let seconds = rest / 1_000_000
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(date, 2))"
            + "T\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2))"
            + ":\(padded(seconds % 60, 2)).\(padded(rest % 1_000_000, 6))Z"
    }

    /// Year, month and day of a day counted from 1970-01-01 in the Gregorian calendar.
    ///
    /// Counts in eras of 400 years whose years begin on 1 March, so that a leap day comes last.
    private static func civil(_ days: Int64) -> (Int64, Int64, Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func padded(_ number: Int64, _ digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
