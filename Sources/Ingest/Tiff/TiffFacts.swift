import Bytes

/// The order of the images in a stack.
struct TiffOrder: Equatable {
    /// Number of channels.
    var channels = 1
    /// Number of layers: slices in depth times points in time.
    var layers = 1
    /// Whether the channel changes from one page to the next, not the layer.
    var isChannelFirst = true
    /// Pages that were given a place one by one, by their index.
    var places: [Int: (channel: Int, layer: Int)] = [:]

    static func == (a: TiffOrder, b: TiffOrder) -> Bool {
        a.channels == b.channels && a.layers == b.layers && a.isChannelFirst == b.isChannelFirst
    }

    /// The channel and layer of a page, both from 0.
    func place(_ index: Int) -> (channel: Int, layer: Int) {
        if let place = places[index] { return place }
        return isChannelFirst
            ? (index % channels, index / channels) : (index / layers, index % layers)
    }
}

/// What the texts in a TIFF file say, as OME-XML or as ImageJ's lines.
struct TiffFacts {
    /// The order of the images; nil where nothing says it.
    var order: TiffOrder?
    /// Names of the channels, as many as there are known.
    var names: [String?] = []
    /// Side of a pixel in micrometres.
    var pixelSize: Double?
    /// What the user should know.
    var warnings: [String] = []

    /// Most channels or layers.
    static let most = 65_536

    /// Nothing is said.
    init() {}

    /// What a description at a place in a file says.
    init(
        _ file: ReadableFile, _ place: Range<Int>, _ page: TIFFPage, name: String
    ) throws(ImportError) {
        var place = place
        let head: [UInt8]
        do throws(FileError) {
            // A field of text ends with at least one zero.
            while let last = place.last, try file.read(1, at: last) == [0] {
                place = place.lowerBound..<last
            }
            head = try file.read(min(1_024, place.count), at: place.lowerBound)
        } catch { throw ImportError(file: error, name: name) }
        let text = String(decoding: head, as: UTF8.self)
        if text.hasPrefix("ImageJ=") {
            takeImageJ(page)
        } else if text.hasPrefix("<"), text.contains("<OME") || text.contains(":OME") {
            try takeOME(file, place, name: name)
        }
    }

    /// ImageJ's `key=value` lines and its labels of slices.
    private mutating func takeImageJ(_ page: TIFFPage) {
        var values: [String: String] = [:]
        for line in (page.description ?? "").split(separator: "\n") {
            let pair = line.split(separator: "=", maxSplits: 1)
            if pair.count == 2 { values[String(pair[0])] = String(pair[1]) }
        }
        func number(_ key: String) -> Int {
            values[key].flatMap(Int.init).map { min(max($0, 1), Self.most) } ?? 1
        }
        let labels = ImageJLabels.read(page)
        let layers = number("slices") * number("frames")
        if number("channels") > 1 {
            // ImageJ's order: channel first, then slice, then frame.
            order = TiffOrder(channels: number("channels"), layers: layers)
            names = labels.prefix(number("channels")).map { $0 }
        } else {
            names = labels
        }
        if let resolution = page.resolution,
            abs(resolution.x - resolution.y) <= 0.01 * resolution.x,
            let unit = Self.micrometres(values["unit"] ?? "")
        {
            take(size: unit / resolution.x)
        }
    }

    private mutating func takeOME(
        _ file: ReadableFile, _ place: Range<Int>, name: String
    ) throws(ImportError) {
        var reader = OMEReader(file, place)
        do throws(XMLError) {
            try reader.read()
        } catch {
            let what = "its OME-XML is not well-formed: \(error.description)"
            throw ImportError(
                .malformed, "The TIFF file \(name): \(what).",
                places: [.init(file: name, line: nil, detail: what)])
        }
        guard let image = reader.image else { return }
        order = image.order
        names = image.names
        warnings += reader.warnings
        if let x = image.size.x, abs(x - (image.size.y ?? x)) <= 0.01 * x { take(size: x) }
    }

    /// Pixels a centimetre; an inch is what printers count in.
    mutating func takeResolution(_ page: TIFFPage) {
        guard let resolution = page.resolution, resolution.unit == 3,
            abs(resolution.x - resolution.y) <= 0.01 * resolution.x
        else { return }
        take(size: 1e4 / resolution.x)
    }

    private mutating func take(size: Double) {
        if size.isFinite, size >= 0.000_1, size <= 1_000 { pixelSize = size }
    }

    /// How many micrometres a unit of length has.
    static func micrometres(_ unit: String) -> Double? {
        switch unit.lowercased() {
        case "um", "µm", "μm", "\\u00b5m", "micron", "microns", "micrometer", "micrometre": 1
        case "nm", "nanometer", "nanometre": 0.001
        case "mm", "millimeter", "millimetre": 1_000
        case "cm": 10_000
        default: nil
        }
    }
}

/// The labels that ImageJ keeps in tags of its own (50838 and 50839).
enum ImageJLabels {
    /// One text a slice; empty where there are none.
    static func read(_ page: TIFFPage) -> [String?] {
        guard let bytes = try? page.field(50_839), let counts = try? page.numbers(50_838),
            let first = counts.first, first >= 12, first <= bytes.count
        else { return [] }
        let isBig = page.isBigEndian
        func number(_ at: Int) -> Int {
            let four = bytes[at..<at + 4]
            return (isBig ? Array(four) : four.reversed()).reduce(0) { $0 << 8 | Int($1) }
        }
        // "IJIJ", then pairs of a type and how many texts of it follow.
        guard number(0) == 0x494A_494A else { return [] }
        var kinds: [Bool] = []
        for at in stride(from: 4, to: first - 7, by: 8) {
            let count = number(at + 4)
            guard count <= counts.count else { return [] }
            kinds += [Bool](repeating: number(at) == 0x6C61_626C, count: count)
        }
        var labels: [String?] = []
        var position = first
        for (isLabel, size) in zip(kinds, counts.dropFirst()) {
            guard size >= 0, size <= bytes.count - position else { return labels }
            if isLabel {
                var units: [UInt16] = []
                for at in stride(from: position, to: position + size - 1, by: 2) {
                    let (a, b) = (UInt16(bytes[at]), UInt16(bytes[at + 1]))
                    units.append(isBig ? a << 8 | b : b << 8 | a)
                }
                let text = String(decoding: units, as: UTF16.self)
                labels.append(text.isEmpty ? nil : text)
            }
            position += size
        }
        return labels
    }
}
