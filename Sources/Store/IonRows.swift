import Imaging

/// Rows of the table `ions`.
enum IonRows {
    private static let columns =
        "ion, mz, label, mz_digits, total_counts, mean, max, nonzero_fraction"

    static func insert(_ db: Connection, _ ion: IonRecord, dataset: Int) throws(StoreError) {
        try db.run(
            "INSERT INTO ions (dataset, \(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                Value(dataset), Value(ion.index), Value(ion.channel.mz), Value(ion.channel.label),
                Value(ion.channel.mzDigits), Value(ion.totalCounts), Value(ion.mean),
                Value(ion.max), Value(ion.nonzeroFraction),
            ])
    }

    /// The ions of a dataset in order.
    static func all(_ db: Connection, dataset: Int) throws(StoreError) -> [IonRecord] {
        try db.all("SELECT \(columns) FROM ions WHERE dataset = ? ORDER BY ion", [Value(dataset)]) {
            row throws(StoreError) in try record(row)
        }
    }

    private static func record(_ row: Statement) throws(StoreError) -> IonRecord {
        let mz = row.optionalDouble(1)
        let label = row.optionalText(2)
        guard mz != nil || label != nil, mz.map({ $0.isFinite && $0 > 0 }) ?? true else {
            throw .damaged("ion \(row.int(0)): neither a mass nor a label")
        }
        return IonRecord(
            index: row.int(0),
            channel: Channel(mz: mz, label: label, mzDigits: min(max(row.int(3), 0), 9)),
            totalCounts: row.double(4), mean: row.double(5), max: row.double(6),
            nonzeroFraction: row.double(7))
    }
}
