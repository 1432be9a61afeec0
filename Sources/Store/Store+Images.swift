public import Imaging

extension Store {
    /// The ions of a dataset in order; empty if there is no such dataset.
    public func ions(dataset: String) throws(StoreError) -> [IonRecord] {
        try pool.read { db throws(StoreError) in
            guard let row = try Self.row(db, dataset) else { return [] }
            return try IonRows.all(db, dataset: row)
        }
    }

    /// The image of one ion.
    ///
    /// - Throws: `.notFound` if there is none; `.corrupt` if it is not what was stored.
    public func image(dataset: String, ion: Int) throws(StoreError) -> PixelValues {
        let (image, pixels) = try pool.read { db throws(StoreError) in
            let record = try DatasetRows.require(db, id: dataset)
            let row = try DatasetRows.row(db, id: dataset)
            let images = try Self.images(db, dataset, row: row, ions: [ion])
            return (images[0], record.width * record.height)
        }
        return try image.values(pixels: pixels)
    }

    /// NumPy's names of the types of all images of a dataset, in order: `|u1 <u2 <u4 <f4 <f8`.
    ///
    /// - Throws: `.notFound` if there is no such dataset.
    public func imageTypes(dataset: String) throws(StoreError) -> [String] {
        try pool.read { db throws(StoreError) in
            let row = try DatasetRows.row(db, id: dataset)
            return try db.all(
                "SELECT type FROM images WHERE dataset = ? ORDER BY ion", [Value(row)]
            ) { $0.text(0) }
        }
    }

    /// The images of all or of chosen ions in memory, in the order given.
    ///
    /// The counts of the result are `Float`; its channels are those of the ions.
    ///
    /// - Throws: `.notFound` if the dataset or one of the ions is missing; `.corrupt` if an image is
    ///   not what was stored; `.invalid` if the images are too many to be held.
    /// - Complexity: O(ions x pixels), on all cores.
    public func stack(dataset: String, ions: [Int]? = nil) throws(StoreError) -> IonStack {
        let (record, row, all) = try pool.read { db throws(StoreError) in
            let record = try DatasetRows.require(db, id: dataset)
            let row = try DatasetRows.row(db, id: dataset)
            return (record, row, try IonRows.all(db, dataset: row))
        }
        let chosen = ions ?? Array(all.indices)
        for ion in chosen where !all.indices.contains(ion) {
            throw .notFound("ion \(ion) of dataset \(dataset)")
        }
        let pixels = record.width * record.height
        let (total, overflow) = pixels.multipliedReportingOverflow(by: chosen.count)
        guard !overflow, total <= 1 << 33 else { throw .invalid("too many images at once") }
        var failure: StoreError?
        let counts = [Float](unsafeUninitializedCapacity: total) { buffer, filled in
            do throws(StoreError) {
                try fill(buffer, dataset: dataset, row: row, ions: chosen, pixels: pixels)
                filled = total
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        let grid = PixelGrid(
            width: record.width, height: record.height,
            pixelSizeMicrometres: record.pixelSizeMicrometres)
        return IonStack(grid: grid, channels: chosen.map { all[$0].channel }, counts: counts)
    }

    /// Writes the images of `ions` one after the other into `buffer`: unpacked side by side, each into
    /// its place.
    private func fill(
        _ buffer: UnsafeMutableBufferPointer<Float>, dataset: String, row: Int, ions: [Int],
        pixels: Int
    ) throws(StoreError) {
        nonisolated(unsafe) let places = buffer
        for start in stride(from: 0, to: ions.count, by: Self.batch) {
            let part = Array(ions[start..<min(start + Self.batch, ions.count)])
            let images = try pool.read { db throws(StoreError) in
                try Self.images(db, dataset, row: row, ions: part)
            }
            let done = parallelMap(images.count) { index in
                Result { () throws(StoreError) in
                    let place = (start + index) * pixels
                    try images[index].values(pixels: pixels).copyFloats(
                        to: UnsafeMutableBufferPointer(rebasing: places[place..<place + pixels]))
                }
            }
            for result in done { try result.get() }
        }
    }

    /// Images read at once and then unpacked side by side: bounds the memory of packed ones.
    private static let batch = 32

    private static func row(_ db: Connection, _ dataset: String) throws(StoreError) -> Int? {
        try db.first("SELECT row FROM datasets WHERE id = ?", [Value(dataset)]) { $0.int(0) }
    }

    private static func images(
        _ db: Connection, _ dataset: String, row: Int, ions: [Int]
    ) throws(StoreError) -> [StoredImage] {
        var images: [StoredImage] = []
        for ion in ions {
            let image = try db.first(
                "SELECT type, size, coding, checksum, data FROM images"
                    + " WHERE dataset = ? AND ion = ?", [Value(row), Value(ion)]
            ) { row throws(StoreError) in
                StoredImage(
                    name: "ion \(ion) of dataset \(dataset)", type: row.text(0),
                    bytes: try CodedBytes(row, from: 1))
            }
            guard let image else { throw .notFound("ion \(ion) of dataset \(dataset)") }
            images.append(image)
        }
        return images
    }
}

/// An image as its row holds it.
struct StoredImage: Sendable {
    /// What it is called in an error.
    let name: String
    let type: String
    let bytes: CodedBytes

    /// The image itself.
    func values(pixels: Int) throws(StoreError) -> PixelValues {
        let content = try bytes.decoded(name)
        guard let values = ImageCoding.values(content, type: type, count: pixels) else {
            throw .damaged("\(name): not \(pixels) values of type \(type)")
        }
        return values
    }
}
