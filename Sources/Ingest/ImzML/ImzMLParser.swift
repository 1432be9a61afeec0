import Bytes

/// Reads the XML file of an imzML 1.1 pair, in constant memory but for one record a spectrum.
struct ImzMLParser {
    private var reader: XMLReader
    private var document = ImzMLDocument()
    private var groups: [String: [ImzMLParam]] = [:]
    private var path: [Element] = []
    private var group: String?
    private var paramCount = 0
    private var spectrum = PendingSpectrum()
    private let fileName: String

    /// Most spectra: as many as a picture has pixels, in a few layers.
    private static let mostSpectra = 1 << 26
    /// Most groups, and most parameters in them.
    private static let mostGroups = 10_000
    private static let mostParams = 100_000
    /// Longest value kept, in bytes; those that matter are numbers and check sums.
    private static let longestValue = 1_024

    /// The elements that matter.
    private enum Element {
        case root, fileContent, group, scanSettings, spectrumList, spectrum, scan, array, other
    }

    /// A parser of a file that lies on disk.
    init(_ file: ReadableFile, in range: Range<Int>, name: String) {
        reader = XMLReader(file, in: range)
        fileName = name
    }

    /// The whole document.
    ///
    /// - Parameter report: gets the bytes read so far, answers false to stop.
    /// - Throws: `ImportError` with the line.
    mutating func parse(_ report: (Int) -> Bool) throws(ImportError) -> ImzMLDocument {
        while let event = try next() {
            switch event {
            case .start(let tag): try start(tag)
            case .end: try end(report)
            }
        }
        guard !document.spectra.isEmpty else { throw refusal("there is no spectrum in it") }
        if document.isMixedPolarity { document.polarity = nil }
        return document
    }

    private mutating func next() throws(ImportError) -> XMLReader.Event? {
        do throws(XMLError) {
            return try reader.next()
        } catch {
            throw ImportError(
                .malformed, "The imzML file is not well-formed XML: \(error.description).",
                places: [.init(file: fileName, line: error.line, detail: error.description)])
        }
    }

    private func refusal(_ what: String) -> ImportError {
        ImportError(
            .malformed, "The imzML file: \(what).",
            places: [.init(file: fileName, line: reader.line, detail: what)])
    }

    private mutating func start(_ tag: XMLTag) throws(ImportError) {
        let element: Element
        switch tag.name {
        case "mzML" where path.isEmpty, "indexedmzML" where path.isEmpty: element = .root
        case "fileContent": element = .fileContent
        case "scanSettings": element = .scanSettings
        case "spectrumList":
            document.declaredSpectra = tag["count"].flatMap { Int($0) }
            element = .spectrumList
        case "referenceableParamGroup":
            guard let id = tag["id"] else { throw refusal("a group of parameters without an id") }
            guard groups[id] == nil else { throw refusal("two groups of parameters of one id") }
            guard groups.count < Self.mostGroups else {
                throw refusal("more than \(Self.mostGroups) groups of parameters")
            }
            groups[id] = []
            group = id
            element = .group
        case "spectrum":
            guard document.spectra.count < Self.mostSpectra else {
                throw ImportError(.tooLarge, "The imzML file has too many spectra.")
            }
            spectrum = PendingSpectrum()
            element = .spectrum
        case "scan": element = .scan
        case "binaryDataArray":
            spectrum.beginArray()
            element = .array
        case "cvParam":
            try take(
                ImzMLParam(
                    accession: tag["accession"] ?? "", value: tag["value"] ?? "",
                    unit: tag["unitAccession"] ?? ""))
            element = .other
        case "referenceableParamGroupRef":
            guard let id = tag["ref"], let params = groups[id] else {
                throw refusal("a reference to a group of parameters that is not there")
            }
            for param in params { try take(param) }
            element = .other
        default: element = .other
        }
        guard !path.isEmpty || element == .root else {
            throw refusal("expected mzML, found \(printable(tag.name, limit: 40))")
        }
        path.append(element)
    }

    /// Gives a parameter to what it is in.
    private mutating func take(_ param: ImzMLParam) throws(ImportError) {
        switch path.last {
        case .group:
            paramCount += 1
            guard let group, paramCount <= Self.mostParams else {
                throw refusal("too many parameters in groups")
            }
            guard param.value.utf8.count <= Self.longestValue else { break }
            groups[group]?.append(param)
        case .fileContent, .scanSettings: document.take(param)
        case .spectrum:
            if ["MS:1000128", "MS:1000129", "MS:1000130"].contains(param.accession) {
                document.take(param)
            }
        case .scan:
            if let what = spectrum.takePosition(param) { throw refusal(what) }
        case .array:
            if let what = spectrum.takeArray(param) { throw refusal(what) }
        default: break
        }
    }

    private mutating func end(_ report: (Int) -> Bool) throws(ImportError) {
        switch path.removeLast() {
        case .spectrum:
            switch spectrum.finished() {
            case .spectrum(let spectrum): document.spectra.append(spectrum)
            case .problem(let what):
                throw refusal("spectrum \(document.spectra.count + 1): \(what)")
            }
            if document.spectra.count % 1_024 == 0, !report(reader.position) {
                throw ImportError(.cancelled, "The import was stopped.")
            }
        case .group: group = nil
        case .array:
            if let what = spectrum.endArray() { throw refusal(what) }
        default: break
        }
    }
}
