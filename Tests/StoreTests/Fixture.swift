import Glibc
import Imaging
import Store

/// A folder of its own for one test, removed at the end.
final class Folder: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/seam-store-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { fatalError("no temporary folder") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(path) }

    var database: String { path + "/seam.sqlite" }

    private static func remove(_ path: String) {
        if let folder = opendir(path) {
            while let entry = readdir(folder) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != "." && name != ".." { remove(path + "/" + name) }
            }
            closedir(folder)
            rmdir(path)
        } else {
            unlink(path)
        }
    }
}

/// Bytes of a file.
func contents(_ path: String) -> [UInt8] {
    guard let file = fopen(path, "rb") else { return [] }
    defer { fclose(file) }
    fseek(file, 0, SEEK_END)
    var bytes = [UInt8](repeating: 0, count: ftell(file))
    rewind(file)
    return bytes.isEmpty || fread(&bytes, 1, bytes.count, file) == bytes.count ? bytes : []
}

/// Overwrites bytes of a file in place, or makes the file.
func write(_ bytes: [UInt8], to path: String, at offset: Int = 0) {
    let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
    guard descriptor >= 0 else { fatalError("cannot write \(path)") }
    defer { close(descriptor) }
    guard pwrite(descriptor, bytes, bytes.count, offset) == bytes.count else {
        fatalError("cannot write \(path)")
    }
}

/// Numbers that look random and do not compress, the same for the same seed.
func noise(_ count: Int, seed: UInt64) -> [UInt8] {
    var state = seed &* 2_862_933_555_777_941_757 &+ 3_037_000_493
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 40)
    }
}

/// A dataset of `ions` noise images of `width` x `height`.
struct Sample {
    var record: DatasetRecord
    let ions: [IonRecord]
    let images: [PixelValues]

    init(
        owner: String = "ada", name: String = "liver", ions: Int = 3, width: Int = 8,
        height: Int = 6, seed: UInt64 = 1, sha256: String = ""
    ) {
        record = DatasetRecord(
            owner: owner, name: name, width: width, height: height, pixelSizeMicrometres: 1.5,
            sha256: sha256)
        images = (0..<ions).map {
            .uint8(noise(width * height, seed: seed &+ UInt64($0)))
        }
        let images = images
        self.ions = (0..<ions).map {
            .summarise(index: $0, channel: Channel(mz: 100.5 + Double($0)), images[$0])
        }
    }
}

extension Store {
    func insert(_ sample: Sample) throws {
        try insertDataset(sample.record, ions: sample.ions, images: sample.images)
    }

    /// A stored dataset of noise.
    func add(
        owner: String = "ada", name: String = "liver", visibility: Visibility = .lab
    ) throws -> DatasetRecord {
        var sample = Sample(owner: owner, name: name)
        sample.record.visibility = visibility
        try insert(sample)
        return sample.record
    }

    /// A stored queued job.
    func add(
        kind: String = "segmentation", of dataset: String?, owner: String = "ada",
        key: String = "", inputs: [(role: String, job: String)] = []
    ) throws -> String {
        let job = JobRecord(dataset: dataset, owner: owner, kind: kind, key: key)
        try insertJob(job, inputs: inputs)
        return job.id
    }
}

/// The store's error that some work throws, or nil if it throws none.
func storeError(_ body: () throws -> Void) -> StoreError? {
    do {
        try body()
        return nil
    } catch {
        return error as? StoreError
    }
}

/// The conflict that some work throws, or nil.
func conflict(_ body: () throws -> Void) -> StoreConflict? {
    guard case .conflict(let conflict)? = storeError(body) else { return nil }
    return conflict
}
