import Imaging

/// Reads every image, a few at a time, so that a server beside is not held up.
struct ImageCheck {
    let pool: ConnectionPool

    /// Images in memory at once.
    private static let batch = 4

    private struct Found: Sendable {
        let row: Int
        let image: StoredImage
        let pixels: Int
        let totalCounts: Double?
        let max: Double?
    }

    /// Adds what is found to a report.
    func run(_ report: inout StoreReport) {
        report.part("reading images") { report throws(StoreError) in
            var last = Int.min
            while true {
                let (found, end) = try next(after: last, &report)
                guard let end else { return }
                last = end
                report.images += found.count
                report.faults += parallelMap(found.count) { Self.fault(found[$0]) }
                    .compactMap { $0 }
            }
        }
    }

    /// The next images, and the row that they end at; nil after the last one. Where one cannot be
    /// read, each is tried by itself.
    private func next(
        after last: Int, _ report: inout StoreReport
    ) throws(StoreError) -> (found: [Found], end: Int?) {
        let rows = try pool.read { db throws(StoreError) in
            try db.all(
                "SELECT row FROM images WHERE row > ? ORDER BY row LIMIT \(Self.batch)",
                [Value(last)]
            ) { $0.int(0) }
        }
        guard let end = rows.last else { return ([], nil) }
        if let found = try? read("m.row > ?1 AND m.row <= ?2 ORDER BY m.row", [last, end]) {
            return (found, end)
        }
        var found: [Found] = []
        for row in rows {
            do throws(StoreError) {
                found += try read("m.row = ?", [row])
            } catch {
                report.faults.append("\(try name(row)): \(error)")
            }
        }
        return (found, end)
    }

    private func read(_ condition: String, _ rows: [Int]) throws(StoreError) -> [Found] {
        try pool.read { db throws(StoreError) in
            try db.all(
                "SELECT m.row, d.id, m.ion, d.width, d.height, i.total_counts, i.max, m.type,"
                    + " m.size, m.coding, m.checksum, m.data FROM images m"
                    + " JOIN datasets d ON d.row = m.dataset"
                    + " LEFT JOIN ions i ON i.dataset = m.dataset AND i.ion = m.ion"
                    + " WHERE \(condition)", rows.map { Value($0) }
            ) { row throws(StoreError) in
                let (pixels, overflow) = row.int(3).multipliedReportingOverflow(by: row.int(4))
                return Found(
                    row: row.int(0),
                    image: StoredImage(
                        name: "ion \(row.int(2)) of dataset \(row.text(1))", type: row.text(7),
                        bytes: try CodedBytes(row, from: 8)),
                    pixels: overflow ? -1 : pixels, totalCounts: row.optionalDouble(5),
                    max: row.optionalDouble(6))
            }
        }
    }

    private func name(_ row: Int) throws(StoreError) -> String {
        try pool.read { db throws(StoreError) in
            try db.first(
                "SELECT m.ion, d.id FROM images m JOIN datasets d ON d.row = m.dataset"
                    + " WHERE m.row = ?", [Value(row)]
            ) { "ion \($0.int(0)) of dataset \($0.text(1))" } ?? "image \(row)"
        }
    }

    private static func fault(_ found: Found) -> String? {
        do throws(StoreError) {
            let values = try found.image.values(pixels: found.pixels)
            let figures = IonRecord.summarise(index: 0, channel: Channel(mz: 1), values)
            guard let total = found.totalCounts, let max = found.max else { return nil }
            guard figures.max == max, isClose(figures.totalCounts, total) else {
                return "\(found.image.name): its figures are those of another image"
            }
            return nil
        } catch {
            return error.description
        }
    }

    /// Sums of fractions may differ in their last digits from version to version.
    private static func isClose(_ a: Double, _ b: Double) -> Bool {
        a == b || abs(a - b) <= 1e-9 * Swift.max(abs(a), abs(b))
    }
}
