/// Bytes received but not yet used; takes no memory while it is empty for long.
package struct InputBuffer: Sendable {
    private var storage: [UInt8] = []
    private var start = 0

    /// Storage larger than this is given back when it has been used up.
    private static let kept = 4096

    package init() {}

    package var count: Int { storage.count - start }
    package var isEmpty: Bool { start == storage.count }

    /// Adds bytes at the end.
    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        storage.append(contentsOf: bytes)
    }

    /// Adds bytes at the end.
    package mutating func append(_ bytes: [UInt8]) { storage.append(contentsOf: bytes) }

    /// Lets `body` see the bytes that are there.
    package func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        storage.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[start...])) }
    }

    /// Drops bytes from the front.
    package mutating func drop(_ count: Int) {
        precondition(count <= self.count, "no more than is there")
        start += count
        guard start == storage.count else { return }
        storage.removeAll(keepingCapacity: storage.capacity <= Self.kept)
        start = 0
    }

    /// Takes up to `count` bytes from the front.
    package mutating func take(_ count: Int) -> [UInt8] {
        let taken = min(count, self.count)
        let bytes = Array(storage[start..<start + taken])
        drop(taken)
        return bytes
    }
}
