/// An answer that may be given again to the same bytes from the same client, as long as its handler
/// says so (`HTTPResponse.mayRepeat`).
final class Replay: Sendable {
    /// The request it answered first.
    let exchange: Exchange
    /// Status line and fields, but for those that differ each time.
    let fields: [UInt8]
    let body: [UInt8]
    let status: Int
    let mayRepeat: @Sendable () -> Bool
    let onRepeat: (@Sendable (String) -> Void)?
    /// The line in the log after the request's identifier.
    let line: String

    /// The request's head, byte for byte.
    var request: [UInt8] { exchange.head }

    /// Bytes it holds in memory.
    var size: Int { request.count + fields.count + body.count + 512 }

    /// Nil where the answer is not to be repeated, or is not one that could be.
    init?(_ response: HTTPResponse, head: ResponseHead, exchange: Exchange) {
        guard let mayRepeat = response.mayRepeat, head.keepsAlive, !exchange.head.isEmpty,
            exchange.method == "GET" || exchange.method == "HEAD"
        else { return nil }
        switch response.body {
        case .bytes(let bytes): body = head.sendsBody ? bytes : []
        case .none: body = []
        case .file, .open, .pieces, .later: return nil
        }
        (self.exchange, self.mayRepeat) = (exchange, mayRepeat)
        onRepeat = response.onRepeat
        fields = Array(head.bytes[..<head.changingFields])
        status = response.status
        line = exchange.tail(
            status: status, sent: head.bytes.count + body.count, milliseconds: 0, isWhole: true)
    }
}

/// Finds answers that may be given again by the bytes of a request; bounded, the oldest go first.
struct ReplayTable {
    /// Longest head that is looked up.
    static let longestHead = 4096

    private var entries: [Int: Replay] = [:]
    private var order: [Int] = []
    private var first = 0
    private var bytes = 0
    private let byteLimit: Int
    private let countLimit: Int

    init(bytes: Int, count: Int) { (byteLimit, countLimit) = (bytes, count) }

    /// The answer that was given to these bytes at the front of `input`.
    func find(_ input: UnsafeBufferPointer<UInt8>, peer: String) -> Replay? {
        guard !entries.isEmpty, let length = Self.headLength(input) else { return nil }
        let head = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(input)[..<length])
        guard let found = entries[Self.key(head)], found.exchange.peer == peer else { return nil }
        let isSame = found.request.withUnsafeBytes {
            $0.count == head.count && $0.elementsEqual(head)
        }
        return isSame ? found : nil
    }

    mutating func keep(_ replay: Replay) {
        guard replay.request.count <= Self.longestHead, replay.size <= byteLimit / 16 else {
            return
        }
        let key = replay.request.withUnsafeBytes { Self.key($0) }
        if let before = entries.updateValue(replay, forKey: key) { bytes -= before.size }
        bytes += replay.size
        order.append(key)
        while bytes > byteLimit || order.count - first > countLimit {
            drop(order[first])
            first += 1
        }
        guard first > 1024 else { return }
        order.removeSubrange(..<first)
        first = 0
    }

    mutating func forget(_ replay: Replay) {
        drop(replay.request.withUnsafeBytes { Self.key($0) })
    }

    private mutating func drop(_ key: Int) {
        if let gone = entries.removeValue(forKey: key) { bytes -= gone.size }
    }

    private static func key(_ head: UnsafeRawBufferPointer) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: head)
        return hasher.finalize()
    }

    /// The bytes up to the first empty line, or nil where there is none near.
    private static func headLength(_ input: UnsafeBufferPointer<UInt8>) -> Int? {
        let (cr, lf) = (Characters.carriageReturn, Characters.lineFeed)
        var index = 3
        let end = min(input.count, longestHead)
        while index < end {
            switch input[index] {
            case lf where input[index - 2] == lf:
                if input[index - 1] == cr, input[index - 3] == cr { return index + 1 }
                index += 1
            case lf, cr: index += 1
            // What holds this byte is no empty line, and one after it ends four bytes on.
            default: index += 4
            }
        }
        return nil
    }
}
