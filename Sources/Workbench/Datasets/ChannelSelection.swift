import Bytes
import Imaging

/// The channels a job uses: `features`, `exclude` and `marker` resolved against a dataset.
struct ChannelSelection {
    let lookup: IonLookup
    let channels: [Channel]

    init(channels: [Channel], totals: [Double]) {
        self.channels = channels
        lookup = IonLookup(channels: channels, totals: totals)
    }

    /// Indices of the channels used, ascending: `features` (default all with a mass, or all if none
    /// has one) without `exclude`.
    func features(_ values: ParameterValues) throws(WorkbenchError) -> [Int] {
        let massed = channels.indices.filter { channels[$0].mz != nil }
        var chosen = massed.isEmpty ? Array(channels.indices) : massed
        if let list = values["features"].array {
            chosen = try indices(list, pointer: "/parameters/features")
        }
        if let list = values["exclude"].array {
            let left = Set(try indices(list, pointer: "/parameters/exclude"))
            chosen.removeAll { left.contains($0) }
        }
        guard !chosen.isEmpty else {
            throw .invalid([.init("/parameters/exclude", "leaves no channel to work with")])
        }
        return Array(Set(chosen)).sorted()
    }

    /// Index of the marker channel.
    func marker(_ values: ParameterValues) throws(WorkbenchError) -> Int {
        if values["marker"] == .null {
            if let index = lookup.defaultMarker() { return index }
            let names = channels.prefix(12).map(\.name).joined(separator: ", ")
            throw .invalid([
                .init(
                    "/parameters/marker",
                    "no ion within 0.5 of m/z 134.05 (adenine); choose the nuclear marker by m/z or "
                        + "label, such as one of \(names)\(channels.count > 12 ? ", …" : "")")
            ])
        }
        return try index(values["marker"], pointer: "/parameters/marker")
    }

    private func indices(_ list: [JSON], pointer: String) throws(WorkbenchError) -> [Int] {
        var result: [Int] = []
        for (position, item) in list.enumerated() {
            result.append(try index(item, pointer: "\(pointer)/\(position)"))
        }
        return result
    }

    private func index(_ item: JSON, pointer: String) throws(WorkbenchError) -> Int {
        let text = item.string ?? item.text
        do {
            return try lookup.index(of: text)
        } catch {
            guard case .notFound(let detail) = error else { throw error }
            throw .invalid([.init(pointer, detail)])
        }
    }
}
