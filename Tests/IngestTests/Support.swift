import Bytes
import Foundation
import Imaging
import Ingest

/// A folder for one test, removed with its last reference.
final class Upload {
    let folder: String
    private(set) var files: [UploadedFile] = []

    init() {
        folder = NSTemporaryDirectory() + "ingest-tests-" + UUID().uuidString
        try! FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
    }

    /// Files by name, sent one by one.
    convenience init(_ files: [(String, String)]) {
        self.init()
        for (name, text) in files { add(name, Array(text.utf8)) }
    }

    /// One archive of files by name.
    convenience init(zip members: [(String, String)], name: String = "upload.zip") {
        self.init()
        var writer = ZipWriter()
        for (name, text) in members { try! writer.add(name, Array(text.utf8)) }
        add(name, try! writer.finish())
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func add(_ name: String, _ bytes: [UInt8]) {
        let path = folder + "/\(files.count)"
        // Unlinked, not truncated: some file systems sync a file that is truncated and rewritten.
        unlink(path)
        let file = fopen(path, "w")!
        precondition(fwrite(bytes, 1, bytes.count, file) == bytes.count && fclose(file) == 0)
        files.append(UploadedFile(path: path, name: name))
    }

    func read(_ change: (inout ImportOptions) -> Void = { _ in }) throws(ImportError)
        -> ImportedDataset
    {
        var options = ImportOptions()
        change(&options)
        return try DatasetReader.read(files: files, options: options) { _ in true }
    }

    /// The error of reading it, or nil.
    func error(_ change: (inout ImportOptions) -> Void = { _ in }) -> ImportError? {
        do throws(ImportError) {
            _ = try read(change)
            return nil
        } catch {
            return error
        }
    }
}

/// The text of an ion image in the usual form, `first` being the smallest coordinate.
func ascii(
    width: Int, height: Int, first: Int = 0, header: [String] = ["# header"],
    value: (Int, Int) -> String
) -> String {
    var lines = header
    for y in 0..<height {
        for x in 0..<width { lines.append("\(x + first) \(y + first) \(value(x, y))") }
    }
    return lines.joined(separator: "\n") + "\n"
}

/// A seeded generator (SplitMix64), so that a failure can be replayed.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
