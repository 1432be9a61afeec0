import Bytes

/// One TIFF file of an upload: its pages and what they are called.
struct TiffStack {
    /// One image: a sample of a page, and the channel and layer it is.
    struct Image {
        let page: Int
        let sample: Int
        let channel: Int
        /// From 1.
        let layer: Int
    }

    /// The file.
    let source: SourceFile
    /// Its pages.
    let file: TIFFFile
    /// What the text in it says of channels, layers and pixels.
    private(set) var facts = TiffFacts()
    /// The images, one a channel and layer.
    private(set) var images: [Image] = []

    /// Bytes of the first page's description that are looked at.
    private static let mostText = 64 << 20

    /// Reads the directories and texts of a file that lies on disk.
    init(_ source: SourceFile, scratch folder: String) throws(ImportError) {
        self.source = source
        let slice = try source.onDisk(scratch: folder)
        do throws(TIFFError) {
            file = try TIFFFile(slice.file, in: slice.offset..<slice.offset + slice.size)
        } catch { throw Self.refusal(source, error) }
        if let first = file.pages.first, let place = first.descriptionPlace,
            place.count <= Self.mostText
        {
            facts = try TiffFacts(slice.file, place, first, name: source.shownName)
        }
        if facts.pixelSize == nil { facts.takeResolution(file.pages[0]) }
        try requireOneSize()
        try arrange()
    }

    /// An error of this file.
    func refusal(_ what: String) -> ImportError { Self.refusal(source, TIFFError(what)) }

    /// An error of a TIFF file.
    static func refusal(_ source: SourceFile, _ error: TIFFError) -> ImportError {
        ImportError(
            error.isUnsupported ? .unsupported : .malformed,
            "The TIFF file \(source.shownName): \(error.description).",
            places: [.init(file: source.shownName, line: nil, detail: error.description)])
    }

    private func requireOneSize() throws(ImportError) {
        let first = file.pages[0]
        for (index, page) in file.pages.enumerated() {
            guard page.width == first.width, page.height == first.height,
                page.samples == first.samples
            else {
                throw refusal(
                    "page \(index + 1): expected \(first.width) x \(first.height) pixels of"
                        + " \(first.samples) samples as on page 1, found \(page.width) x"
                        + " \(page.height) of \(page.samples)")
            }
            guard !page.isColour else {
                throw Self.refusal(
                    source,
                    TIFFError(
                        "the image is in colours, which are no counts; export ion images as grey"
                            + " values (photometric interpretation MinIsBlack) or as ASCII",
                        page: index + 1, isUnsupported: true))
            }
        }
    }

    /// Which channel and layer every image is.
    private mutating func arrange() throws(ImportError) {
        let (pages, samples) = (file.pages.count, file.pages[0].samples)
        guard let order = facts.order else {
            images = (0..<pages * samples).map {
                Image(page: $0 / samples, sample: $0 % samples, channel: $0, layer: 1)
            }
            return
        }
        guard order.channels * order.layers == pages * samples, samples == 1 || pages == 1 else {
            throw refusal(
                "expected \(order.channels) channels of \(order.layers) layers as its description"
                    + " says, found \(pages) pages of \(samples) samples")
        }
        images = (0..<pages * samples).map { index in
            let place = order.place(index)
            return Image(
                page: index / samples, sample: index % samples, channel: place.channel,
                layer: place.layer + 1)
        }
        let places = Set(images.map { $0.layer * order.channels + $0.channel })
        guard places.count == images.count else {
            throw refusal("its description gives two pages the same channel and layer")
        }
    }

    /// Number of channels.
    var channels: Int { facts.order?.channels ?? images.count }

    /// What each channel is called; nil where nothing says it.
    var names: [String?] {
        var names = [String?](repeating: nil, count: channels)
        if file.pages.count > 1, (facts.order?.layers ?? 1) == 1 {
            for image in images where file.pages[image.page].samples == 1 {
                names[image.channel] = file.pages[image.page].ownName
            }
        }
        for (channel, name) in facts.names.prefix(channels).enumerated() {
            names[channel] = name ?? names[channel]
        }
        return names
    }
}

extension TIFFPage {
    /// What the page calls itself: its name, or the name of a channel in a description that is
    /// JSON, as MIBI images have.
    fileprivate var ownName: String? {
        if let name { return name }
        guard let description, description.hasPrefix("{"),
            let json = try? JSON.parse(Array(description.utf8))
        else { return nil }
        return json["channel.target"]?.string
    }
}
