extension Store {
    /// Runs a change that removes or ends something. Where there is no room for it, the reserve is
    /// given up and it is tried once more; afterwards the room that it made is taken back from the
    /// database, and the reserve is filled again.
    func removing<T: Sendable>(
        _ body: (Connection) throws(StoreError) -> T
    ) throws(StoreError) -> T {
        let result: T
        do throws(StoreError) {
            result = try pool.write(body)
        } catch {
            guard case .full = error, let reserve, reserve.release() else { throw error }
            result = try pool.write(body)
        }
        if let reserve, !reserve.holds { refill(reserve) }
        return result
    }

    /// Gives free pages back to the file system in small steps, each of which needs little of the
    /// log, until the reserve fits; what is missing is tried again at the next removal.
    private func refill(_ reserve: SpaceReserve) {
        for _ in 0..<Self.refillSteps {
            reserve.hold()
            if reserve.holds { return }
            let before = try? counts().freeBytes
            try? reclaim(maximumPages: Self.refillPages)
            try? pool.maintain { db throws(StoreError) in
                try db.each("PRAGMA wal_checkpoint(PASSIVE)") { _ in }
            }
            guard let before, let after = try? counts().freeBytes, after < before else { break }
        }
        reserve.hold()
    }

    private static let refillPages = 64
    private static let refillSteps = 64
}
