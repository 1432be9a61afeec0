import Bytes
import Imaging

/// Reads an imzML 1.1 pair into ion images.
///
/// A file whose spectra share one m/z axis of up to 4,000 points becomes one channel a point, with
/// its values as they are; so does one whose spectra repeat up to 4,000 m/z values. Everything else becomes one channel a peak of the mean spectrum
/// (`PeakRegions`), on the shared axis or on a histogram of all m/z values.
struct ImzMLReader {
    let options: ImportOptions
    let progress: ProgressGate

    /// Most channels, and most points of an axis that become channels themselves.
    static let mostChannels = 4_000

    /// The dataset.
    func read(_ contents: UploadContents) throws(ImportError) -> ImportedDataset {
        let pair = try ImzMLPair(contents.files)
        let xml = try pair.description.onDisk(scratch: contents.folder)
        var parser = ImzMLParser(
            xml.file, in: xml.offset..<xml.offset + xml.size, name: pair.description.shownName)
        var document = try parser.parse { _ in !advance(0.000_1) }
        try takeLayers(&document)
        let ibd = IbdFile(
            try pair.binary.onDisk(scratch: contents.folder), name: pair.binary.shownName)
        try ibd.require(document.spectra)
        let places = try SpectrumPlaces(document.spectra)
        var warnings = try IbdChecks(document: document, ibd: ibd).run { advance(0) }
        warnings += notes(document, places, pair)
        let source = SpectrumSource(spectra: document.spectra, ibd: ibd, progress: progress)
        let plan = try ChannelPlan.make(
            source, isProfile: document.isProfile, options)
        warnings += plan.warnings
        let area = places.width * places.height
        guard plan.masses.count <= AsciiSetReader.largestStack / area else {
            throw ImportError(
                .tooLarge,
                "\(area) pixels times \(plan.masses.count) ions are more than"
                    + " \(AsciiSetReader.largestStack) values.")
        }
        let images = try SpectrumImages(source: source, plan: plan, places: places).images(
            scratch: contents.folder)
        let channels = plan.masses.map {
            Channel(mz: $0, mzDigits: ChannelOrder.digits(of: $0, precision: plan.precision))
        }
        let kept = try ChannelOrder.kept(channels, images, options, &warnings)
        return ImportedDataset(
            grid: PixelGrid(
                width: places.width, height: places.height,
                pixelSizeMicrometres: options.pixelSizeMicrometres ?? pixelSize(document)),
            channels: kept.channels, images: kept.images, layers: places.layers,
            polarity: document.polarity,
            name: Candidates.stem(of: pair.description.name).map { printable($0, limit: 120) },
            format: "imzml", warnings: warnings)
    }

    /// Keeps the spectra of the wanted layers.
    private func takeLayers(_ document: inout ImzMLDocument) throws(ImportError) {
        guard let layers = options.layers else { return }
        let kept = document.spectra.filter { layers.contains(Int($0.z)) }
        guard !kept.isEmpty else {
            throw ImportError(
                .malformed,
                "Expected spectra of the layers \(layers.lowerBound) to \(layers.upperBound),"
                    + " found none of them.")
        }
        document.spectra = kept
    }

    /// Adds to the part done; answers whether to stop.
    private func advance(_ step: Double) -> Bool {
        progress.advance(by: step)
        return progress.isStopped
    }

    /// The pixel size where both sides are alike.
    private func pixelSize(_ document: ImzMLDocument) -> Double? {
        guard let x = document.pixelSizeX else { return nil }
        let y = document.pixelSizeY ?? x
        return abs(x - y) <= 1e-6 * x ? x : nil
    }

    private func notes(
        _ document: ImzMLDocument, _ places: SpectrumPlaces, _ pair: ImzMLPair
    ) -> [String] {
        var notes: [String] = []
        if !pair.others.isEmpty {
            notes.append(
                "Files that belong to no imzML pair are left out: \(AsciiSetReader.list(pair.others))."
            )
        }
        if let x = document.pixelSizeX, options.pixelSizeMicrometres == nil,
            pixelSize(document) == nil
        {
            notes.append(
                "The pixels are not square (\(x) x \(document.pixelSizeY ?? x) micrometres): no"
                    + " pixel size is taken.")
        }
        if document.isMixedPolarity {
            notes.append("There are spectra of both polarities; they are taken together.")
        }
        notes += document.oddities
        if let isContinuous = document.isContinuous,
            isContinuous != document.sharesAxis, document.spectra.count > 1
        {
            notes.append(
                isContinuous
                    ? "The file says continuous, but its spectra have m/z arrays of their own."
                    : "The file says processed, but its spectra share one m/z array.")
        }
        let empty = document.spectra.count { $0.masses.count == 0 }
        if empty > 0 { notes.append("\(empty) spectra are empty.") }
        if places.layers > 1 { notes.append("\(places.layers) layers in depth are summed.") }
        if places.missing > 0 {
            notes.append(
                "\(places.missing) of \(places.width * places.height) pixels have no spectrum and"
                    + " are taken as zero.")
        }
        return notes
    }
}
