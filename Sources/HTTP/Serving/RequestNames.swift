import Glibc

/// Makes identifiers of requests: unguessable, URL-safe.
struct RequestNames {
    private var random: [UInt8] = []
    private static let digits = Array("0123456789abcdef".utf8)

    /// A new identifier: "req_" and 16 hexadecimal digits.
    mutating func make() -> String {
        if random.count < 8 {
            // The system is asked once for many, since each call costs more than all the rest here.
            random = [UInt8](unsafeUninitializedCapacity: 256) { buffer, count in
                count = getentropy(buffer.baseAddress, 256) == 0 ? 256 : 0
            }
            if random.isEmpty {
                var generator = SystemRandomNumberGenerator()
                random = (0..<8).map { _ in UInt8.random(in: 0...255, using: &generator) }
            }
        }
        return String(unsafeUninitializedCapacity: 20) { text in
            text.initializeElements(of: "req_".utf8)
            for index in 0..<8 {
                let byte = random.removeLast()
                text.initializeElement(at: 4 + 2 * index, to: Self.digits[Int(byte >> 4)])
                text.initializeElement(at: 5 + 2 * index, to: Self.digits[Int(byte & 15)])
            }
            return 20
        }
    }
}

extension UnsafeMutableBufferPointer<UInt8> {
    fileprivate func initializeElements(of bytes: String.UTF8View) {
        for (index, byte) in bytes.enumerated() { initializeElement(at: index, to: byte) }
    }
}
