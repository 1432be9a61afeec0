import Bytes
import Imaging

/// Puts the images of one measurement together: one grid, ordered channels, one name.
struct AsciiAssembly {
    let parts: [AsciiSetReader.Part]
    let box: PixelBox
    let options: ImportOptions
    let fallbackName: String?

    /// Files and lists of pixels larger than this must list a good part of them.
    private static let freeSize = 1 << 24

    /// The dataset.
    ///
    /// - Throws: `ImportError` where an ion is there twice, a file lists fewer pixels than another,
    ///   or no channel is left.
    func dataset(_ earlier: [String]) throws(ImportError) -> ImportedDataset {
        var warnings = earlier
        let ordered = parts.sorted { Self.precedes($0.name.ion, $1.name.ion) }
        try requireDistinct(ordered)
        if options.missingAsZero {
            try requireDense()
            warnings += missingWarning()
        } else {
            try requireSameBox()
        }
        var channels: [Channel] = []
        var planes: [PixelValues] = []
        var dropped: [String] = []
        for part in ordered {
            let plane = part.image.padded(to: box)
            if let least = options.minimumTotalCounts, total(plane) < least {
                dropped.append(Self.channel(part.name.ion).name)
                continue
            }
            channels.append(Self.channel(part.name.ion))
            planes.append(plane)
        }
        if !dropped.isEmpty {
            warnings.append(
                "Channels with fewer than \(options.minimumTotalCounts ?? 0) counts are left out: "
                    + "\(AsciiSetReader.list(dropped)).")
        }
        guard !channels.isEmpty else {
            throw ImportError(.malformed, "No channel has the minimum of total counts.")
        }
        let facts = AsciiFacts(parts.map(\.image.facts), box: box)
        warnings += facts.warnings
        return ImportedDataset(
            grid: PixelGrid(
                width: box.width, height: box.height,
                pixelSizeMicrometres: options.pixelSizeMicrometres ?? facts.pixelSize),
            channels: channels, planes: planes, layers: try layers(&warnings),
            polarity: facts.polarity,
            name: measurementName(&warnings), format: "surfacelab-ascii", warnings: warnings)
    }

    /// Ascending by m/z, then the labels in the order of their Unicode scalars.
    private static func precedes(_ a: IonFileName.Ion, _ b: IonFileName.Ion) -> Bool {
        switch (a, b) {
        case (.mass(let left, _), .mass(let right, _)): left < right
        case (.mass, _): true
        case (.label(let left), .label(let right)):
            left.unicodeScalars.lexicographicallyPrecedes(right.unicodeScalars)
        default: false
        }
    }

    /// The channel of an ion.
    static func channel(_ ion: IonFileName.Ion) -> Channel {
        switch ion {
        case .mass(let mz, let digits): Channel(mz: mz, mzDigits: digits)
        case .label(let label): Channel(mz: nil, label: printable(label, limit: 80))
        case .total: Channel(mz: nil, label: "total")
        }
    }

    private func total(_ plane: PixelValues) -> Double { plane.doubles.reduce(0, +) }

    private func requireDistinct(_ ordered: [AsciiSetReader.Part]) throws(ImportError) {
        for (first, second) in zip(ordered, ordered.dropFirst()) {
            let isSame =
                switch (first.name.ion, second.name.ion) {
                case (.mass(let left, _), .mass(let right, _)): left == right
                default: first.name.ion == second.name.ion
                }
            guard isSame else { continue }
            let name = Self.channel(first.name.ion).title
            throw ImportError(
                .malformed,
                "The ion \(name) is there twice: \(first.file.shownName) and"
                    + " \(second.file.shownName). Send one measurement at a time.",
                places: [first, second].map {
                    .init(file: $0.file.shownName, line: nil, detail: "holds \(name)")
                })
        }
    }

    /// Every file must span the whole grid.
    private func requireSameBox() throws(ImportError) {
        var places: [ImportError.Place] = []
        var count = 0
        for part in parts where part.image.box != box {
            count += 1
            if places.count < 20 { places.append(missingPlace(part)) }
        }
        guard let first = places.first else { return }
        throw ImportError(
            .malformed,
            "\(first.file): \(first.detail). The grid over all files spans X \(box.minX) to"
                + " \(box.maxX) and Y \(box.minY) to \(box.maxY); \(count) of \(parts.count) files"
                + " do not list all of it.",
            places: places)
    }

    private func missingPlace(_ part: AsciiSetReader.Part) -> ImportError.Place {
        let own = part.image.box
        let missing = box.area - own.area
        // The first missing pixel in raster order, and the listed line nearest to it.
        let isAbove = own.minY > box.minY || own.minX > box.minX
        let isBeside = own.maxX < box.maxX
        let x = isAbove ? box.minX : isBeside ? own.maxX + 1 : box.minX
        let y = isAbove || isBeside ? box.minY : own.maxY + 1
        let line = isAbove || isBeside ? part.image.lines.lowerBound : part.image.lines.upperBound
        return .init(
            file: part.file.shownName, line: line,
            detail: "expected every pixel once, found \(missing) missing"
                + " pixel\(missing == 1 ? "" : "s"), first (X \(x), Y \(y))")
    }

    /// The number of layers that were summed, the same in every file.
    private func layers(_ warnings: inout [String]) throws(ImportError) -> Int {
        let layers = parts.map(\.image.layers)
        guard let first = layers.first, let other = layers.firstIndex(where: { $0 != first }) else {
            if let first = layers.first, first > 1 {
                warnings.append("\(first) layers in depth are summed.")
            }
            return layers.first ?? 1
        }
        throw ImportError(
            .malformed,
            "The files have different numbers of layers: \(parts[0].file.shownName) \(first),"
                + " \(parts[other].file.shownName) \(layers[other]).",
            places: [0, other].map {
                .init(
                    file: parts[$0].file.shownName, line: nil,
                    detail: "\(layers[$0]) layer\(layers[$0] == 1 ? "" : "s")")
            })
    }

    private func missingWarning() -> [String] {
        let listed = parts.reduce(0) { $0 + $1.image.box.area - $1.image.missing }
        let missing = box.area * parts.count - listed
        guard missing > 0 else { return [] }
        let files = parts.count { $0.image.missing > 0 || $0.image.box != box }
        let pixels = missing == 1 ? "1 missing pixel" : "\(missing) missing pixels"
        return ["\(pixels) in \(files) file\(files == 1 ? "" : "s") taken as zero."]
    }

    /// A few lines must not become gigabytes of zeros.
    private func requireDense() throws(ImportError) {
        let listed = parts.reduce(0) { $0 + $1.image.listed }
        let all = box.area * parts.count
        guard all <= Self.freeSize || all / AsciiLines.mostMissingPerListed <= listed else {
            throw ImportError(
                .tooLarge,
                "Only \(listed) of \(all) values are listed: too few to take the others as zero.")
        }
    }

    /// The most frequent measurement name; an archive's name where no file says one.
    private func measurementName(_ warnings: inout [String]) -> String? {
        var counts: [String: Int] = [:]
        for part in parts { part.name.measurement.map { counts[$0, default: 0] += 1 } }
        let names = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        if names.count > 1 {
            warnings.append(
                "The files' names tell several measurements: \(AsciiSetReader.list(names)).")
        }
        return (names.first ?? fallbackName).map { printable($0, limit: 120) }
    }
}
