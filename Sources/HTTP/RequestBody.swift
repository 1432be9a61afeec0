/// Where a body's bytes come from: a connection, or memory.
protocol BodySource: AnyObject {
    /// The next bytes, `atMost` of them; none at the end, and then again none.
    func read(atMost: Int) throws(BodyError) -> [UInt8]
    /// Whether nobody is there any more to get an answer.
    var clientHasGone: Bool { get }
    /// Whether the server has been told to stop.
    var serverIsStopping: Bool { get }
}

/// The body of a request, pulled by the handler.
///
/// Nothing is read from the client before the handler asks, so a slow handler slows the client
/// down and a body of any length takes bounded memory. Belongs to the handler's thread.
public final class RequestBody {
    /// The length the client declared, nil for a chunked body, 0 where there is none.
    public let declaredLength: Int?
    /// How many bytes have been read.
    public private(set) var bytesRead = 0
    /// Sees every piece as it is read, in order: for a digest over the whole body.
    public var observer: (([UInt8]) -> Void)?
    private let source: any BodySource
    private var failure: BodyError?

    init(source: any BodySource, declaredLength: Int?) {
        (self.source, self.declaredLength) = (source, declaredLength)
    }

    /// A body held in memory, handed out `pieceBytes` at a time: for calls in process and tests.
    public convenience init(bytes: [UInt8], pieceBytes: Int = .max, declaresLength: Bool = true) {
        precondition(pieceBytes > 0, "a piece has at least one byte")
        self.init(
            source: MemoryBody(bytes: bytes, pieceBytes: pieceBytes),
            declaredLength: declaresLength ? bytes.count : nil)
    }

    /// The next bytes, at least one and at most `atMost`; none at the end of the body.
    ///
    /// The first call sends `100 Continue` where the client waits for it. After an error every
    /// further call throws the same.
    public func read(atMost: Int = 1 << 16) throws(BodyError) -> [UInt8] {
        precondition(atMost > 0, "at least one byte must be asked for")
        if let failure { throw failure }
        do throws(BodyError) {
            let bytes = try source.read(atMost: atMost)
            bytesRead += bytes.count
            observer?(bytes)
            return bytes
        } catch {
            failure = error
            throw error
        }
    }

    /// The whole rest of the body.
    ///
    /// - Throws: `tooLarge` as soon as more than `limit` bytes are declared or have come.
    public func readAll(limit: Int) throws(BodyError) -> [UInt8] {
        if let declaredLength, declaredLength > limit { throw .tooLarge(limit: limit) }
        var bytes: [UInt8] = []
        if let declaredLength { bytes.reserveCapacity(min(declaredLength, 1 << 20)) }
        while true {
            let piece = try read(atMost: 1 << 16)
            guard !piece.isEmpty else { return bytes }
            guard bytes.count + piece.count <= limit else { throw .tooLarge(limit: limit) }
            bytes.append(contentsOf: piece)
        }
    }

    /// Reads and drops the rest, so that the connection can carry the next request.
    ///
    /// - Throws: `tooLarge` when more than `limit` bytes are left.
    public func discard(limit: Int) throws(BodyError) {
        var dropped = 0
        while true {
            let piece = try read(atMost: 1 << 16)
            guard !piece.isEmpty else { return }
            dropped += piece.count
            guard dropped <= limit else { throw .tooLarge(limit: limit) }
        }
    }

    /// Whether the connection is broken or closed in both directions, so that no answer can arrive.
    ///
    /// A client that only closed its sending side still waits for its answer and has not gone.
    public var clientHasGone: Bool { source.clientHasGone }

    /// Whether the server has been told to stop: a handler that waits should answer now.
    public var serverIsStopping: Bool { source.serverIsStopping }
}

/// A body that is there already.
private final class MemoryBody: BodySource {
    private let bytes: [UInt8]
    private let pieceBytes: Int
    private var position = 0

    init(bytes: [UInt8], pieceBytes: Int) {
        (self.bytes, self.pieceBytes) = (bytes, pieceBytes)
    }

    func read(atMost: Int) -> [UInt8] {
        let count = min(atMost, pieceBytes, bytes.count - position)
        defer { position += count }
        return Array(bytes[position..<position + count])
    }

    var clientHasGone: Bool { false }
    var serverIsStopping: Bool { false }
}
