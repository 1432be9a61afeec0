/// A body that has broken off: what came of it, then why there is no more.
final class TornBody: BodySource {
    private var begun = InputBuffer()
    private let error: BodyError
    private let core: ServerCore

    init(_ bytes: [UInt8], _ error: BodyError, core: ServerCore) {
        (self.error, self.core) = (error, core)
        begun.append(bytes)
    }

    func read(atMost: Int) throws(BodyError) -> [UInt8] {
        guard !begun.isEmpty else { throw error }
        return begun.take(atMost)
    }

    var clientHasGone: Bool { true }
    var serverIsStopping: Bool { core.isStopping }
}
