import Bytes
import Imaging
import Kernels
import Synchronization

/// Sums the spectra into ion images.
///
/// Every spectrum is read once. A tile of the image is filled for all channels at a time; where one
/// tile is not the whole image, the tiles go to a scratch file.
struct SpectrumImages {
    let source: SpectrumSource
    let plan: ChannelPlan
    let places: SpectrumPlaces

    /// Most bytes of all images together that are summed in memory.
    private static let largestImage = 128 << 20
    /// Most bytes of a tile where they are more: its columns stay in the processor's cache.
    private static let largestTile = 24 << 20
    /// Pieces of a tile that may be filled at the same time.
    private static let pieces = 32

    /// One image a channel.
    ///
    /// Memory: one tile, and the images where they are no more than that.
    func images(scratch folder: String) throws(ImportError) -> ImportedImages {
        let area = places.width * places.height
        let channels = plan.masses.count
        let order = places.pixels.indices.sorted {
            (places.pixels[$0], $0) < (places.pixels[$1], $1)
        }
        let rowSize = channels * MemoryLayout<Double>.size
        let step =
            area * rowSize <= Self.largestImage
            ? area : min(area, max(64, Self.largestTile / rowSize))
        var tile = [Double](repeating: 0, count: step * channels)
        var next = 0
        guard step < area else {
            try fill(&tile, 0..<area, order, &next)
            var planes: [PixelValues] = []
            for channel in 0..<channels { planes.append(try plane(tile, channel, of: channels)) }
            return ImportedImages(planes)
        }
        let scratch = try scratchFile(folder)
        for start in stride(from: 0, to: area, by: step) {
            if start > 0 { for index in tile.indices { tile[index] = 0 } }
            let pixels = start..<min(start + step, area)
            try fill(&tile, pixels, order, &next)
            try write(tile, pixels, area, to: scratch)
        }
        return ImportedImages(scratch.finish(), area: area)
    }

    /// A column of a tile of rows.
    private func plane(
        _ tile: [Double], _ channel: Int, of channels: Int
    ) throws(ImportError) -> PixelValues {
        let values = stride(from: channel, to: tile.count, by: channels).map { tile[$0] }
        try requireFinite(values)
        return PixelValues(smallest: values)
    }

    private func requireFinite(_ values: [Double]) throws(ImportError) {
        guard values.allSatisfy(\.isFinite) else {
            throw source.ibd.refusal("intensities whose sum is beyond all numbers")
        }
    }

    /// Fills rows of channels, one a pixel; `next` is the first spectrum in order not taken yet.
    private func fill(
        _ tile: inout [Double], _ pixels: Range<Int>, _ order: [Int], _ next: inout Int
    ) throws(ImportError) {
        let first = next
        while next < order.count, places.pixels[order[next]] < pixels.upperBound { next += 1 }
        let spectra = order[first..<next]
        let channels = plan.masses.count
        let failure = Mutex<(piece: Int, error: ImportError)?>(nil)
        tile.withUnsafeMutableBufferPointer { buffer in
            nonisolated(unsafe) let rows = buffer
            Parallel.forEach(Self.pieces) { piece in
                let range = Self.range(spectra, piece, places.pixels)
                do throws(ImportError) {
                    try source.forEach(
                        range.count, weight: 0.5, { order[range.lowerBound + $0] }
                    ) { index throws(ImportError) in
                        let row = (places.pixels[index] - pixels.lowerBound) * channels
                        try add(
                            index,
                            to: UnsafeMutableBufferPointer(rebasing: rows[row..<row + channels]))
                    }
                } catch {
                    failure.withLock { known in
                        if known.map({ piece < $0.piece }) ?? true { known = (piece, error) }
                    }
                }
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure.error }
    }

    /// A part of some spectra in the order of their pixels; no pixel is in two parts.
    private static func range(_ spectra: ArraySlice<Int>, _ piece: Int, _ pixels: [Int]) -> Range<
        Int
    > {
        func bound(_ piece: Int) -> Int {
            var place = spectra.startIndex + spectra.count * piece / pieces
            while place > spectra.startIndex, place < spectra.endIndex,
                pixels[spectra[place]] == pixels[spectra[place - 1]]
            {
                place += 1
            }
            return place
        }
        return bound(piece)..<bound(piece + 1)
    }

    /// Adds a spectrum to the row of its pixel.
    private func add(_ index: Int, to row: UnsafeMutableBufferPointer<Double>) throws(ImportError) {
        let values = try source.intensities(index)
        switch plan.lookup {
        case .axis(let channels):
            for place in values.indices where channels[place] >= 0 {
                row[Int(channels[place])] += values[place]
            }
        case .exact:
            let masses = try source.masses(index)
            for place in values.indices {
                row[Self.place(of: masses[place], in: plan.masses)] += values[place]
            }
        case .cells(let channels, let cells):
            let masses = try source.masses(index)
            for place in values.indices {
                let channel = Int(channels[cells.cell(masses[place])])
                if channel >= 0 { row[channel] += values[place] }
            }
        }
    }

    /// Where a number stands in an ascending list that holds it.
    private static func place(of value: Double, in list: [Double]) -> Int {
        var (low, high) = (0, list.count)
        while low < high {
            let middle = (low + high) / 2
            if list[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func scratchFile(_ folder: String) throws(ImportError) -> ScratchFile {
        do throws(FileError) {
            return try ScratchFile(folder: folder)
        } catch { throw ImportError(file: error, name: source.ibd.name) }
    }

    /// Writes a tile's columns to the places of their images.
    private func write(
        _ tile: [Double], _ pixels: Range<Int>, _ area: Int, to scratch: ScratchFile
    ) throws(ImportError) {
        let channels = plan.masses.count
        // A few columns at a time: they share the cache lines of the rows.
        let width = 8
        var columns = [Double](repeating: 0, count: width * pixels.count)
        for start in stride(from: 0, to: channels, by: width) {
            let block = min(width, channels - start)
            for pixel in 0..<pixels.count {
                let row = pixel * channels + start
                for column in 0..<block {
                    columns[column * pixels.count + pixel] = tile[row + column]
                }
            }
            try requireFinite(columns)
            for column in 0..<block {
                let part = columns[column * pixels.count..<(column + 1) * pixels.count]
                let place =
                    ((start + column) * area + pixels.lowerBound) * MemoryLayout<Double>.size
                do throws(FileError) {
                    try scratch.write(part, at: place)
                } catch { throw ImportError(file: error, name: source.ibd.name) }
            }
        }
    }
}

extension ScratchFile {
    fileprivate func write(_ values: ArraySlice<Double>, at place: Int) throws(FileError) {
        var failure: FileError?
        values.withUnsafeBytes { bytes in
            do throws(FileError) { try write(bytes, at: place) } catch { failure = error }
        }
        if let failure { throw failure }
    }
}
