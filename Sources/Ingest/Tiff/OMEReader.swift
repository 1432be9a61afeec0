import Bytes

/// Reads the first image of an OME-XML text (OME 2016-06): sizes, order, channels, size of a pixel.
struct OMEReader {
    /// What it says of an image.
    struct Image {
        var order = TiffOrder()
        var names: [String?] = []
        var size: (x: Double?, y: Double?) = (nil, nil)
    }

    private var reader: XMLReader
    private var dimensions = "XYCZT"
    private var counts: [Character: Int] = ["C": 1, "Z": 1, "T": 1]
    private var planes: [(ifd: Int, channel: Int, z: Int, time: Int, count: Int?)] = []
    private var isInPixels = false
    /// The image, after `read`; nil where there is none.
    private(set) var image: Image?
    /// What the user should know.
    private(set) var warnings: [String] = []

    /// A reader of a part of a file.
    init(_ file: ReadableFile, _ range: Range<Int>) {
        reader = XMLReader(file, in: range)
    }

    /// Reads the text.
    mutating func read() throws(XMLError) {
        var depth: Int?
        var images = 0
        while let event = try reader.next() {
            switch event {
            case .start(let tag):
                switch Self.local(tag.name) {
                case "Image": images += 1
                case "Pixels" where image == nil:
                    begin(tag)
                    depth = reader.depth
                    isInPixels = true
                case "Channel" where isInPixels: image?.names.append(tag["Name"] ?? tag["ID"])
                case "TiffData" where isInPixels: take(data: tag)
                default: break
                }
            case .end:
                if let known = depth, reader.depth < known { isInPixels = false }
            }
        }
        finish()
        if images > 1 { warnings.append("Of \(images) images in the OME-TIFF the first is read.") }
    }

    private static func local(_ name: String) -> String {
        String(name.split(separator: ":").last ?? "")
    }

    private mutating func begin(_ tag: XMLTag) {
        var found = Image()
        for axis in ["C", "Z", "T"] as [Character] {
            counts[axis] = tag["Size\(axis)"].flatMap(Int.init).map {
                min(max($0, 1), TiffFacts.most)
            }
        }
        dimensions = tag["DimensionOrder"] ?? dimensions
        func length(_ axis: String) -> Double? {
            guard let value = tag["PhysicalSize\(axis)"].flatMap(Double.init) else { return nil }
            let unit = tag["PhysicalSize\(axis)Unit"] ?? "µm"
            return TiffFacts.micrometres(unit).map { $0 * value }
        }
        found.size = (length("X"), length("Y"))
        image = found
    }

    private mutating func take(data tag: XMLTag) {
        func number(_ name: String) -> Int? {
            tag[name].flatMap(Int.init).map { min(max($0, 0), TiffFacts.most) }
        }
        guard planes.count < TiffFacts.most else { return }
        planes.append(
            (
                number("IFD") ?? 0, number("FirstC") ?? 0, number("FirstZ") ?? 0,
                number("FirstT") ?? 0,
                number("PlaneCount") ?? (tag["IFD"] == nil ? nil : 1)
            ))
    }

    /// Turns sizes and places into an order of pages.
    private mutating func finish() {
        guard var found = image else { return }
        let channels = counts["C"] ?? 1
        let (depth, times) = (counts["Z"] ?? 1, counts["T"] ?? 1)
        guard depth * times <= TiffFacts.most else {
            image = nil
            return
        }
        let axes = dimensions.filter { "CZT".contains($0) }
        let inner = axes.first ?? "C"
        var order = TiffOrder(
            channels: channels, layers: depth * times,
            isChannelFirst: inner == "C" || (inner == "Z" && depth == 1)
                || (inner == "T" && times == 1) || depth * times == 1)
        // Where pages are placed one by one, or the channel runs between two others.
        for plane in planes where plane.count.map({ $0 <= TiffFacts.most }) ?? false {
            guard planes.count > 1, plane.count == 1 else { continue }
            order.places[plane.ifd] = (
                min(plane.channel, channels - 1), plane.z + plane.time * depth
            )
        }
        if order.places.isEmpty, depth > 1, times > 1, axes.dropFirst().first == "C" {
            let middle = axes.first == "Z" ? depth : times
            for index in 0..<min(channels * depth * times, TiffFacts.most) {
                order.places[index] = (
                    index / middle % channels, index % middle + index / (middle * channels) * middle
                )
            }
        }
        found.order = order
        found.names = Array(found.names.prefix(channels))
        image = found
    }
}
