/// A body that arrived whole before its handler started.
final class BufferedBody: BodySource {
    private let bytes: [UInt8]
    private var position = 0
    private let connection: Connection
    private let core: ServerCore

    init(_ bytes: [UInt8], connection: Connection, core: ServerCore) {
        (self.bytes, self.connection, self.core) = (bytes, connection, core)
    }

    func read(atMost: Int) -> [UInt8] {
        let count = min(atMost, bytes.count - position)
        defer { position += count }
        if count == bytes.count { return bytes }
        return Array(bytes[position..<position + count])
    }

    var clientHasGone: Bool { connection.socket.isBroken }
    var serverIsStopping: Bool { core.isStopping }
}
