import Glibc
import Synchronization

/// Dates of HTTP (RFC 9110 5.6.7), in whole seconds since 1970.
public enum HTTPDate {
    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The current time in seconds since 1970.
    public static var now: Int { time(nil) }

    /// "Sun, 06 Nov 1994 08:49:37 GMT"; years 0 to 9999, others are clamped.
    public static func format(_ seconds: Int) -> String {
        let seconds = min(max(seconds, -62_167_219_200), 253_402_300_799)
        let day = Int((Double(seconds) / 86400).rounded(.down))
        let second = seconds - day * 86400
        let (year, month, date) = civil(day)
        let weekday = weekdays[((day + 4) % 7 + 7) % 7]
        return "\(weekday), \(two(date)) \(months[month - 1]) \(two(year / 100))\(two(year % 100)) "
            + "\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60)) GMT"
    }

    /// The current time as a date, made once a second.
    static var current: String {
        let now = now
        return latest.withLock { latest in
            if latest.second != now { latest = (now, format(now)) }
            return latest.text
        }
    }

    private static let latest = Mutex((second: Int.min, text: ""))

    /// Seconds since 1970 of a date in one of the three forms of RFC 9110 5.6.7, or nil.
    public static func parse(_ text: String) -> Int? {
        let words = text.split { $0 == " " || $0 == "," || $0 == "-" }.map(String.init)
        let isAsctime = words.count == 5 && !text.contains(",")
        if isAsctime {
            return date(
                weekday: words[0], day: words[2], month: words[1], year: words[4], time: words[3])
        }
        guard words.count == 6, words[5] == "GMT", text.contains(",") else { return nil }
        let seconds = date(
            weekday: words[0], day: words[1], month: words[2], year: words[3], time: words[4])
        let isOld = words[3].utf8.count == 2 && text.utf8.count { $0 == UInt8(ascii: "-") } == 2
        // The form that is sent today has one spelling.
        return isOld || seconds.map(format) == text ? seconds : nil
    }

    private static func date(
        weekday: String, day: String, month: String, year: String, time: String
    ) -> Int? {
        let clock = time.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard clock.count == 3, let hour = number(clock[0], 2), let minute = number(clock[1], 2),
            let second = number(clock[2], 2), hour < 24, minute < 60, second <= 60,
            weekdays.contains(String(weekday.prefix(3))), let day = Int(day),
            (1...31).contains(day),
            let month = months.firstIndex(of: month), let year = fullYear(year)
        else { return nil }
        let days = daysSince1970(year: year, month: month + 1, day: day)
        guard civil(days) == (year, month + 1, day) else { return nil }
        return days * 86400 + hour * 3600 + minute * 60 + second
    }

    /// Four digits, or two: then the year that is at most 50 years ahead.
    private static func fullYear(_ text: String) -> Int? {
        if let year = number(text, 4) { return year }
        guard let short = number(text, 2) else { return nil }
        let thisYear = civil(now / 86400).year
        let year = thisYear / 100 * 100 + short
        return year > thisYear + 50 ? year - 100 : year
    }

    private static func number(_ text: String, _ digits: Int) -> Int? {
        guard text.utf8.count == digits, text.utf8.allSatisfy(Characters.isDigit) else {
            return nil
        }
        return Int(text)
    }

    private static func two(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }

    /// The day's date in the Gregorian calendar; Howard Hinnant, "chrono-compatible low-level date
    /// algorithms", civil_from_days.
    private static func civil(_ day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let ofEra = shifted - era * 146_097
        let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let part = (5 * ofYear + 2) / 153
        let month = part < 10 ? part + 3 : part - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, ofYear - (153 * part + 2) / 5 + 1)
    }

    /// Days since 1970-01-01; days_from_civil of the same source.
    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let ofEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + ofYear
        return era * 146_097 + ofEra - 719_468
    }
}
