import Bytes
import Imaging

/// The channels that the arrays `mz` and `labels` (or `channels`) name.
struct ArrayAxis {
    /// Number of ions in the cube.
    let count: Int
    /// Arrays that have the right name and are of no use, for a warning.
    private(set) var ignored: [String] = []

    /// An axis of some length.
    init(count: Int) { self.count = count }

    /// One channel an image, in the order of the cube.
    ///
    /// - Throws: `ImportError` where an array has another length or type, a value is none, or a
    ///   channel is there twice.
    mutating func channels(_ arrays: [ArrayFile]) throws(ImportError) -> [Channel] {
        let masses = try arrays.first { $0.name == "mz" }.map { array throws(ImportError) in
            try self.masses(array)
        }
        let labels = try labels(arrays, isNeeded: masses == nil)
        guard masses != nil || labels != nil else {
            throw ImportError(
                .malformed,
                "There is no array named mz: expected \(count) numbers above 0, one an image"
                    + " (or labels, \(count) texts).")
        }
        var channels: [Channel] = []
        for index in 0..<count {
            let label = labels?[index] ?? ""
            let mass = masses?.values[index]
            let mz = mass.flatMap { $0 > 0 ? $0 : nil }
            guard mz != nil || !label.isEmpty else {
                throw ImportError(
                    .malformed,
                    "Image \(index) of the array cube has no m/z above 0 (found"
                        + " \(mass.map { "\($0)" } ?? "none")) and no label.")
            }
            channels.append(
                Channel(
                    mz: mz, label: label.isEmpty ? nil : printable(label, limit: 80),
                    mzDigits: mz.map { ChannelOrder.digits(of: $0, precision: masses!.precision) }
                        ?? 2))
        }
        try ChannelOrder.requireDistinct(channels)
        return channels
    }

    private func masses(
        _ array: ArrayFile
    ) throws(ImportError) -> (values: [Double], precision: Double) {
        guard array.layout.shape == [count], let values = try array.whole().doubles,
            array.layout.type != "|b1"
        else {
            throw array.refusal("expected \(count) numbers, one an image, found \(array.text)")
        }
        if let index = values.firstIndex(where: { $0.isInfinite || $0 < 0 || $0 > 1e9 }) {
            throw array.refusal("expected an m/z above 0, found \(values[index]) at [\(index)]")
        }
        return (values, array.layout.type == "<f4" ? 1e-7 : 1e-12)
    }

    private mutating func labels(
        _ arrays: [ArrayFile], isNeeded: Bool
    ) throws(ImportError) -> [String]? {
        var found: [String]?
        for array in arrays where array.name == "labels" || array.name == "channels" {
            if array.layout.shape == [count], found == nil,
                let texts = try array.whole().strings
            {
                found = texts
            } else if isNeeded, found == nil {
                throw array.refusal("expected \(count) texts, one an image, found \(array.text)")
            } else {
                ignored.append(array.name)
            }
        }
        return found
    }
}
