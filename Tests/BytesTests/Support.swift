import Foundation

/// A folder for one test, removed with its last reference.
final class TemporaryFolder {
    let path: String

    init() {
        path = NSTemporaryDirectory() + "bytes-tests-" + UUID().uuidString
        try! FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and returns its path.
    func file(_ bytes: [UInt8], name: String = "file") -> String {
        let path = self.path + "/" + name
        // Unlinked, not truncated: some file systems sync a file that is truncated and rewritten.
        unlink(path)
        let file = fopen(path, "w")!
        precondition(fwrite(bytes, 1, bytes.count, file) == bytes.count && fclose(file) == 0)
        return path
    }

    var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }
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

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
    }

    /// Bytes with a few of them changed, removed, repeated or cut off.
    mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var result = bytes
        for _ in 0..<Int.random(in: 1...4, using: &self) where !result.isEmpty {
            let place = Int.random(in: 0..<result.count, using: &self)
            switch Int.random(in: 0..<6, using: &self) {
            case 0: result[place] = UInt8.random(in: 0...255, using: &self)
            case 1: result[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
            case 2: result[place] = [0, 0xFF, 0x7F, 0x80, 0x20, 0x0A].randomElement(using: &self)!
            case 3: result.remove(at: place)
            case 4: result.insert(result[place], at: place)
            default: result.removeLast(min(result.count, place % 8))
            }
        }
        return result
    }
}
