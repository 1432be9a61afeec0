import Bytes
import Imaging

/// The images of a dataset, compressed: the first in memory, what is more in a scratch file.
struct CodedImages {
    /// One image as a row holds it.
    struct Row {
        /// NumPy's name of its numbers' type.
        let type: String
        /// Its bytes.
        let bytes: CodedBytes
    }

    /// What is known of an image whose bytes are in the scratch file.
    private struct Place {
        let type: String
        let empty: CodedBytes
        let offset: Int
        let count: Int
    }

    private enum Entry {
        case memory(Row)
        case scratch(Place)
    }

    private var entries: [Entry] = []
    private var file: ReadableFile?
    /// Bytes of all of them.
    private(set) var size = 0

    /// Most bytes in memory.
    private static let largestInMemory = 128 << 20
    /// Images compressed at a time.
    private static let batch = 32

    /// Compresses `count` images of `pixels` each.
    ///
    /// - Throws: what `image` throws; `.invalid` for an image of another size; where the scratch file
    ///   cannot be written.
    init(
        count: Int, pixels: Int, folder: String,
        _ image: @Sendable (Int) throws(StoreError) -> PixelValues
    ) throws(StoreError) {
        var scratch: ScratchFile?
        for start in stride(from: 0, to: count, by: Self.batch) {
            let results = parallelMap(min(Self.batch, count - start)) { place in
                Result { () throws(StoreError) in
                    try Self.row(start + place, pixels, image)
                }
            }
            for result in results {
                let row = try result.get()
                size += row.bytes.data.count
                guard size > Self.largestInMemory else {
                    entries.append(.memory(row))
                    continue
                }
                do throws(FileError) {
                    if scratch == nil { scratch = try ScratchFile(folder: folder) }
                    guard let file = scratch else { continue }
                    entries.append(.scratch(try Self.put(row, into: file)))
                } catch { throw Self.failure(error) }
            }
        }
        file = scratch?.finish()
    }

    private static func row(
        _ index: Int, _ pixels: Int, _ image: (Int) throws(StoreError) -> PixelValues
    ) throws(StoreError) -> Row {
        let values = try image(index)
        guard values.count == pixels else {
            throw .invalid(
                "image \(index) has \(values.count) pixels; \(pixels) were expected")
        }
        return Row(
            type: values.numpyType,
            bytes: CodedBytes(
                ImageCoding.bytes(of: values), inRuns: values.numpyType == "|u1"))
    }

    private static func put(_ row: Row, into file: ScratchFile) throws(FileError) -> Place {
        let place = Place(
            type: row.type, empty: row.bytes.replacing([]), offset: file.size,
            count: row.bytes.data.count)
        var failure: FileError?
        row.bytes.data.withUnsafeBytes { bytes in
            do throws(FileError) { try file.write(bytes) } catch { failure = error }
        }
        if let failure { throw failure }
        return place
    }

    private static func failure(_ error: FileError) -> StoreError {
        error.errorNumber.map { .system("write a scratch file", $0) }
            ?? .damaged("a scratch file: \(error.description)")
    }

    /// One image.
    func image(_ index: Int) throws(StoreError) -> Row {
        switch entries[index] {
        case .memory(let row): return row
        case .scratch(let place):
            do throws(FileError) {
                let bytes = try file?.read(place.count, at: place.offset) ?? []
                return Row(type: place.type, bytes: place.empty.replacing(bytes))
            } catch { throw Self.failure(error) }
        }
    }
}
