import Bytes
public import Imaging

/// The ion images of an import, in memory or, where they are many, in a scratch file without a name
/// that goes with its last reference.
public struct ImportedImages: Sendable {
    private enum Storage {
        case memory([PixelValues])
        /// Images of 64-bit floating point, one after another; which of them are wanted.
        case scratch(ReadableFile, area: Int, places: [Int])
    }

    private let storage: Storage

    /// Images in memory.
    init(_ images: [PixelValues]) { storage = .memory(images) }

    /// Images of `area` numbers of 64-bit floating point one after another in a scratch file.
    init(_ file: ReadableFile, area: Int) {
        storage = .scratch(
            file, area: area, places: Array(0..<file.size / (area * MemoryLayout<Double>.size)))
    }

    private init(storage: Storage) { self.storage = storage }

    /// Number of images.
    public var count: Int {
        switch storage {
        case .memory(let images): images.count
        case .scratch(_, _, let places): places.count
        }
    }

    /// The images if they are in memory, else nil.
    var inMemory: [PixelValues]? {
        if case .memory(let images) = storage { images } else { nil }
    }

    /// One image in its smallest exact type; may be called by several threads at once.
    ///
    /// - Precondition: `index` is in 0..<`count`.
    /// - Throws: `ImportError` (`.unreadable`) where the scratch file cannot be read.
    public func image(_ index: Int) throws(ImportError) -> PixelValues {
        switch storage {
        case .memory(let images): return images[index]
        case .scratch(let file, let area, let places):
            var failure: FileError?
            let values = [Double](unsafeUninitializedCapacity: area) { buffer, filled in
                let bytes = UnsafeMutableRawBufferPointer(buffer)
                do throws(FileError) {
                    let read = try file.read(into: bytes, at: places[index] * bytes.count)
                    filled = read / MemoryLayout<Double>.size
                } catch { failure = error }
            }
            if let failure { throw ImportError(file: failure, name: "") }
            guard values.count == area else {
                throw ImportError(.unreadable, "The service could not read its scratch file.")
            }
            return PixelValues(smallest: values)
        }
    }

    /// Some of the images, in the order of `indices`.
    func selecting(_ indices: [Int]) -> ImportedImages {
        switch storage {
        case .memory(let images): ImportedImages(indices.map { images[$0] })
        case .scratch(let file, let area, let places):
            ImportedImages(
                storage: .scratch(file, area: area, places: indices.map { places[$0] }))
        }
    }
}
