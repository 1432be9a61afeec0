import Bytes
import Imaging

/// Reads ion images from TIFF: one stack of pages (also OME-TIFF and ImageJ's), or files of one page
/// each, named by their ion.
struct TiffSetReader {
    let options: ImportOptions
    let progress: ProgressGate

    private static let largestSide = 8_192
    /// Most bytes of a page's samples that are unpacked at once.
    private static let largestBlock = 512 << 20

    /// Whether an upload's files are TIFF images, and no text beside them is an image.
    static func accepts(_ files: [SourceFile]) throws(ImportError) -> Bool {
        guard
            files.count == 1
                || !files.contains(where: { $0.ending == "txt" && !Candidates.isProse($0) })
        else { return false }
        for file in files
        where files.count == 1 || ["tif", "tiff", "btf", "tf8"].contains(file.ending) {
            if FileFormat(head: try file.head()) == .tiff { return true }
        }
        return false
    }

    /// The dataset.
    ///
    /// - Throws: `ImportError`, naming file and page.
    func read(_ contents: UploadContents) throws(ImportError) -> ImportedDataset {
        var stacks: [TiffStack] = []
        var others: [String] = []
        for file in contents.files {
            if FileFormat(head: try file.head()) == .tiff {
                stacks.append(try TiffStack(file, scratch: contents.folder))
            } else {
                others.append(file.shownName)
            }
        }
        try requireTogether(stacks)
        var warnings: [String] = []
        if !others.isEmpty {
            warnings.append(
                "Files that are no TIFF images are left out: \(AsciiSetReader.list(others)).")
        }
        let named = channels(stacks, contents, &warnings)
        try ChannelOrder.requireDistinct(named.map(\.channel))
        let planes = try planes(stacks, named.map { ($0.stack, $0.index) }, &warnings)
        let order = ChannelOrder.order(named.map(\.channel))
        let kept = try ChannelOrder.kept(
            order.map { named[$0].channel }, order.map { planes.images[$0] }, options, &warnings)
        let page = stacks[0].file.pages[0]
        return ImportedDataset(
            grid: PixelGrid(
                width: page.width, height: page.height,
                pixelSizeMicrometres: options.pixelSizeMicrometres ?? pixelSize(stacks)),
            channels: kept.channels, planes: kept.planes, layers: planes.layers,
            name: name(stacks, contents), format: "tiff", warnings: warnings)
    }

    private func requireTogether(_ stacks: [TiffStack]) throws(ImportError) {
        let first = stacks[0].file.pages[0]
        guard first.width <= Self.largestSide, first.height <= Self.largestSide else {
            throw ImportError(
                .tooLarge,
                "\(stacks[0].source.shownName): \(first.width) x \(first.height) pixels; at most"
                    + " \(Self.largestSide) a side are read.")
        }
        for stack in stacks.dropFirst() {
            let page = stack.file.pages[0]
            guard page.width == first.width, page.height == first.height else {
                throw stack.refusal(
                    "expected \(first.width) x \(first.height) pixels as in"
                        + " \(stacks[0].source.shownName), found \(page.width) x \(page.height)")
            }
        }
        if stacks.count > 1, let many = stacks.first(where: { $0.channels > 1 }) {
            throw many.refusal(
                "expected one channel a file where several files are sent, found \(many.channels);"
                    + " send one stack at a time")
        }
        let images = stacks.reduce(0) { $0 + $1.channels }
        guard images <= AsciiSetReader.largestStack / (first.width * first.height) else {
            throw ImportError(
                .tooLarge,
                "\(first.width * first.height) pixels times \(images) ions are more than"
                    + " \(AsciiSetReader.largestStack) values.")
        }
    }

    private typealias Named = (stack: Int, index: Int, channel: Channel)

    /// The channels of all files, by their own names or their files'.
    private func channels(
        _ stacks: [TiffStack], _ contents: UploadContents, _ warnings: inout [String]
    ) -> [Named] {
        var result: [Named] = []
        var unnamed: String?
        for (number, stack) in stacks.enumerated() {
            let names = stack.names
            let digits = "\(names.count)".count
            for (index, name) in names.enumerated() {
                let ion: IonFileName.Ion
                if stacks.count > 1 || (names.count == 1 && name == nil) {
                    ion = IonFileName(stack.source.name)?.ion ?? .label("image")
                } else if let name, let known = IonFileName.ion(named: name) {
                    ion = known
                } else {
                    let text = "\(index + 1)"
                    let label =
                        "image " + String(repeating: "0", count: digits - text.count) + text
                    unnamed = unnamed ?? label
                    ion = .label(label)
                }
                result.append((number, index, AsciiAssembly.channel(ion)))
            }
        }
        if let unnamed {
            warnings.append(
                "Images without a name are called by their place in the stack, such as"
                    + " \(unnamed).")
        }
        let totals = result.filter { $0.channel.mz == nil && $0.channel.label == "total" }
        if !totals.isEmpty, totals.count < result.count {
            warnings.append("Total ion images are left out.")
            result.removeAll { $0.channel.mz == nil && $0.channel.label == "total" }
        }
        return result
    }

    /// The images of the wanted channels, layers summed.
    private func planes(
        _ stacks: [TiffStack], _ wanted: [(stack: Int, index: Int)], _ warnings: inout [String]
    ) throws(ImportError) -> (images: [PixelValues], layers: Int) {
        var images = [PixelValues?](repeating: nil, count: wanted.count)
        var most = 1
        for (number, stack) in stacks.enumerated() {
            let layers = stack.facts.order?.layers ?? 1
            let used = options.layers.map { $0.clamped(to: 1...layers) } ?? 1...layers
            guard options.layers.map({ $0.overlaps(1...layers) }) ?? true else {
                throw stack.refusal("expected layers \(used), found \(layers)")
            }
            most = max(most, used.count)
            let mine = wanted.indices.filter { wanted[$0].stack == number }
            try read(stack, used, mine.map { ($0, wanted[$0].index) }, of: wanted.count, &images)
            warnings += stack.facts.warnings
            if stack.file.previews > 0 {
                warnings.append("\(stack.file.previews) smaller previews are left out.")
            }
        }
        if most > 1 { warnings.append("\(most) layers in depth are summed.") }
        return (images.map { $0! }, most)
    }

    private func read(
        _ stack: TiffStack, _ layers: ClosedRange<Int>, _ wanted: [(place: Int, channel: Int)],
        of count: Int, _ images: inout [PixelValues?]
    ) throws(ImportError) {
        guard stack.file.pages[0].samples == 1 else {
            try readSamples(stack, layers, wanted, of: count, &images)
            return
        }
        let pages = Dictionary(
            grouping: stack.images.filter { layers.contains($0.layer) }, by: \.channel)
        for (place, channel) in wanted {
            var sum: [Double] = []
            for image in pages[channel] ?? [] {
                let values = try values(stack, image.page, 0..<1)[0]
                if sum.isEmpty { sum = values } else { Self.add(values, to: &sum) }
            }
            images[place] = PixelValues(smallest: sum)
            progress.advance(by: 1 / Double(count))
            if progress.isStopped { throw ImportError(.cancelled, "The import was stopped.") }
        }
    }

    /// Images that are the samples of pages: every page is unpacked once a block of samples.
    private func readSamples(
        _ stack: TiffStack, _ layers: ClosedRange<Int>, _ wanted: [(place: Int, channel: Int)],
        of count: Int, _ images: inout [PixelValues?]
    ) throws(ImportError) {
        let page = stack.file.pages[0]
        let step = max(1, min(page.samples, Self.largestBlock / (page.width * page.height * 16)))
        let places = Dictionary(uniqueKeysWithValues: wanted.map { ($0.channel, $0.place) })
        var sums: [Int: [Double]] = [:]
        for number in stack.file.pages.indices {
            for start in stride(from: 0, to: page.samples, by: step) {
                let block = start..<min(start + step, page.samples)
                let arrays = try values(stack, number, block)
                for sample in block {
                    let image = stack.images[number * page.samples + sample]
                    guard layers.contains(image.layer), let place = places[image.channel] else {
                        continue
                    }
                    if layers.count == 1 {
                        images[place] = PixelValues(smallest: arrays[sample - start])
                    } else if sums[image.channel] == nil {
                        sums[image.channel] = arrays[sample - start]
                    } else {
                        Self.add(arrays[sample - start], to: &sums[image.channel]!)
                    }
                }
                if progress.isStopped { throw ImportError(.cancelled, "The import was stopped.") }
            }
        }
        for (place, channel) in wanted where images[place] == nil {
            images[place] = PixelValues(smallest: sums[channel] ?? [])
        }
        progress.advance(by: Double(wanted.count) / Double(count))
    }

    private static func add(_ values: [Double], to sum: inout [Double]) {
        for index in values.indices { sum[index] += values[index] }
    }

    /// Some samples of a page as counts.
    private func values(
        _ stack: TiffStack, _ page: Int, _ samples: Range<Int>
    ) throws(ImportError) -> [[Double]] {
        let arrays: [NPYArray]
        do throws(TIFFError) {
            arrays = try stack.file.pages[page].arrays(samples: samples)
        } catch { throw TiffStack.refusal(stack.source, error) }
        var result: [[Double]] = []
        for array in arrays {
            let values = array.doubles ?? []
            if let bad = values.firstIndex(where: { !ArraySetReader.isCount($0, in: array.type) }) {
                let width = stack.file.pages[page].width
                throw stack.refusal(
                    "page \(page + 1): expected finite counts from 0, found \(values[bad]) at x"
                        + " \(bad % width), y \(bad / width)")
            }
            result.append(values)
        }
        return result
    }

    /// The size of a pixel that all files tell.
    private func pixelSize(_ stacks: [TiffStack]) -> Double? {
        let sizes = Set(stacks.compactMap(\.facts.pixelSize))
        return sizes.count == 1 ? sizes.first : nil
    }

    private func name(_ stacks: [TiffStack], _ contents: UploadContents) -> String? {
        let own =
            stacks.count > 1
            ? stacks.lazy.compactMap { IonFileName($0.source.name)?.measurement }.first
            : Candidates.stem(of: stacks[0].source.name)
        return (own ?? Candidates.stem(of: contents.archiveName ?? "")).map {
            printable($0, limit: 120)
        }
    }
}
