import Imaging

/// The order of channels and what holds for all of them, whatever the format.
enum ChannelOrder {
    /// The indices of channels ascending by m/z, then those without one in the order of their labels.
    static func order(_ channels: [Channel]) -> [Int] {
        channels.indices.sorted { left, right in
            switch (channels[left].mz, channels[right].mz) {
            case (let a?, let b?): a < b
            case (_?, nil): true
            case (nil, _?): false
            case (nil, nil):
                (channels[left].label ?? "").unicodeScalars.lexicographicallyPrecedes(
                    (channels[right].label ?? "").unicodeScalars)
            }
        }
    }

    /// - Throws: `ImportError` where two channels have one m/z, or one label and no m/z.
    static func requireDistinct(_ channels: [Channel]) throws(ImportError) {
        let order = order(channels)
        for (first, second) in zip(order, order.dropFirst()) {
            let (a, b) = (channels[first], channels[second])
            guard a.mz == b.mz, a.mz != nil || a.label == b.label else { continue }
            let name = a.mz.map { "m/z \($0)" } ?? a.title
            throw ImportError(
                .malformed, "The ion \(name) is there twice: images \(first) and \(second).")
        }
    }

    /// Digits after the point to show an m/z with: 2 to 6, as many as it has, 4 where it has more.
    static func digits(of mz: Double, precision: Double) -> Int {
        var scale = 100.0
        for digits in 2...6 {
            let rounded = (mz * scale).rounded() / scale
            if abs(rounded - mz) <= precision * mz { return digits }
            scale *= 10
        }
        return 4
    }

    /// The channels with at least the minimum of total counts.
    ///
    /// - Throws: `ImportError` where none is left.
    static func kept(
        _ channels: [Channel], _ planes: [PixelValues], _ options: ImportOptions,
        _ warnings: inout [String]
    ) throws(ImportError) -> (channels: [Channel], planes: [PixelValues]) {
        let kept = try kept(channels, ImportedImages(planes), options, &warnings)
        return (kept.channels, kept.images.inMemory ?? [])
    }

    /// As above, for images that may lie in a scratch file.
    static func kept(
        _ channels: [Channel], _ images: ImportedImages, _ options: ImportOptions,
        _ warnings: inout [String]
    ) throws(ImportError) -> (channels: [Channel], images: ImportedImages) {
        guard let least = options.minimumTotalCounts else { return (channels, images) }
        var isKept: [Bool] = []
        for index in 0..<images.count {
            isKept.append(try images.image(index).doubles.reduce(0, +) >= least)
        }
        let dropped = zip(channels, isKept).filter { !$0.1 }.map(\.0.name)
        guard dropped.count < channels.count else {
            throw ImportError(.malformed, "No channel has the minimum of total counts.")
        }
        if !dropped.isEmpty {
            warnings.append(
                "Channels with fewer than \(least) counts are left out: "
                    + "\(AsciiSetReader.list(dropped)).")
        }
        let left = channels.indices.filter { isKept[$0] }
        return (left.map { channels[$0] }, images.selecting(left))
    }
}
