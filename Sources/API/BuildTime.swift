import Foundation
import HTTP

/// When what is in the executable was last changed: its own time.
enum BuildTime {
    /// `Last-Modified`, where the time is known.
    static let header: [(String, String)] = {
        let attributes = try? FileManager.default.attributesOfItem(
            atPath: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
                ?? "/proc/self/exe")
        guard let date = attributes?[.modificationDate] as? Date else { return [] }
        let seconds = min(Int(date.timeIntervalSince1970), HTTPDate.now)
        return [("Last-Modified", HTTPDate.format(seconds))]
    }()
}
