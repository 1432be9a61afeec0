/// Bytes received but not yet used.
struct InputBuffer {
    private var storage = [UInt8](repeating: 0, count: 1 << 14)
    private var start = 0
    private var end = 0

    var count: Int { end - start }
    var isEmpty: Bool { start == end }

    /// Receives more when it is empty; the number of bytes, 0 at the end of the stream.
    mutating func fill(
        from channel: Channel, until deadline: Double, signal: Int32? = nil
    ) throws(ChannelError) -> Int {
        precondition(isEmpty, "filled only when used up")
        (start, end) = (0, 0)
        let result = storage.withUnsafeMutableBytes { raw -> Result<Int, ChannelError> in
            do throws(ChannelError) {
                return .success(try channel.read(into: raw, until: deadline, signal: signal))
            } catch {
                return .failure(error)
            }
        }
        end = try result.get()
        return end
    }

    /// Lets `body` see the bytes that are there.
    func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        storage.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[start..<end])) }
    }

    /// Drops bytes from the front.
    mutating func drop(_ count: Int) {
        precondition(count <= self.count, "no more than is there")
        start += count
    }

    /// Takes up to `count` bytes from the front.
    mutating func take(_ count: Int) -> [UInt8] {
        let taken = min(count, self.count)
        defer { start += taken }
        return Array(storage[start..<start + taken])
    }
}
