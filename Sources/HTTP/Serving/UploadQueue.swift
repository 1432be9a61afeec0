/// Large bodies that are received, each with a thread, and those that wait for one.
struct UploadQueue {
    /// A large body whose handler has not started.
    struct Upload {
        var connection: Connection
        var start: @Sendable () -> Void
    }

    private let limit: Int
    private var running = 0
    private var perAddress: Tally
    private var waiting: [Upload] = []

    /// Room for so many at a time, a quarter of them from one address.
    init(limit: Int) {
        self.limit = max(limit, 1)
        perAddress = Tally(limit: max(limit / 4, 1))
    }

    mutating func add(_ upload: Upload) { waiting.append(upload) }

    /// The next ones that may start now, the longest waiting first.
    mutating func startable() -> [Upload] {
        var started: [Upload] = []
        var kept: [Upload] = []
        for upload in waiting {
            if running < limit, perAddress.add(upload.connection.peer.group) {
                running += 1
                started.append(upload)
            } else {
                kept.append(upload)
            }
        }
        waiting = kept
        return started
    }

    /// One has ended.
    mutating func finish(_ connection: Connection) {
        running -= 1
        perAddress.remove(connection.peer.group)
    }

    /// One that waited has gone.
    mutating func remove(_ connection: Connection) {
        waiting.removeAll { $0.connection === connection }
    }
}
