public import Imaging

/// Names of channels that differ, as a table's index needs them.
public enum ChannelNames {
    /// Every channel's m/z as text, else its label; of equal ones the later get `-1`, `-2`, … as
    /// scanpy's `var_names_make_unique` gives them.
    public static func unique(_ channels: [Channel]) -> [String] {
        let plain = channels.map { $0.mzText ?? $0.name }
        var taken = Set(plain)
        var seen: Set<String> = []
        return plain.map { name in
            if seen.insert(name).inserted { return name }
            var number = 1
            while !taken.insert("\(name)-\(number)").inserted { number += 1 }
            return "\(name)-\(number)"
        }
    }
}
