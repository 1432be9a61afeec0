import Imaging
import Store
import Testing

struct DatasetTests {
    let folder = Folder()
    let store: Store

    init() throws { store = try Store.open(directory: folder.path) }

    @Test func `every member of the record comes back`() throws {
        let record = DatasetRecord(
            owner: "ada", name: "na\0me", sample: "s 'quoted'", group: "case", polarity: "negative",
            notes: "", visibility: .private, width: 2, height: 1, layers: 3,
            pixelSizeMicrometres: 0.25, ionCount: 99, mzMin: 1.25, mzMax: 1.25, totalCounts: 1e300,
            bytes: 123_456_789_012, sha256: "abc", source: "surfacelab",
            warnings: ["one", "two\nlines", "", "µ"], optionsKey: "missing=zero",
            createdAt: "2026-01-02T03:04:05.000006Z")
        let values = PixelValues.uint8([1, 2])
        try store.insertDataset(
            record, ions: [.summarise(index: 0, channel: Channel(mz: 1.25), values)],
            images: [values])
        var expected = record
        expected.ionCount = 1
        expected.warnings = ["one", "two lines", "", "µ"]
        #expect(try store.dataset(record.id) == expected)
        #expect(try store.dataset("ds_none") == nil)
    }

    @Test(arguments: [
        PixelValues.uint8([0, 255, 7, 0, 0, 1]), .uint16([0, 65_535, 7, 0, 0, 256]),
        .uint32([0, .max, 7, 0, 0, 1]),
        .float32([0, -1.5, .infinity, 3.25, 0, .leastNonzeroMagnitude]),
        .float64([0, 0.1, -.infinity, 3.25, 1e300, .leastNonzeroMagnitude]),
    ])
    func `an image of every type comes back bit for bit`(values: PixelValues) throws {
        let record = DatasetRecord(owner: "ada", name: "x", width: 3, height: 2)
        let ion = IonRecord.summarise(index: 0, channel: Channel(mz: nil, label: "IdU"), values)
        try store.insertDataset(record, ions: [ion], images: [values])
        #expect(try store.image(dataset: record.id, ion: 0) == values)
        #expect(try store.ions(dataset: record.id) == [ion])
        #expect(try store.stack(dataset: record.id).counts == values.floats)
    }

    @Test func `large images come back, those that compress and those that do not`() throws {
        let side = 1024
        let smooth = PixelValues.uint32((0..<side * side).map { UInt32($0 % side) * 70_000 })
        let rough = PixelValues.uint8(noise(side * side, seed: 3))
        let record = DatasetRecord(owner: "ada", name: "x", width: side, height: side)
        let images = [smooth, rough, smooth]
        let ions = (0..<3).map {
            IonRecord.summarise(index: $0, channel: Channel(mz: 10.5 + Double($0)), images[$0])
        }
        try store.insertDataset(record, ions: ions, images: images)
        #expect(try store.image(dataset: record.id, ion: 0) == smooth)
        #expect(try store.image(dataset: record.id, ion: 1) == rough)
        #expect(try store.counts().usedBytes < 6_000_000)
    }

    @Test func `a stack has the chosen ions in the order asked for`() throws {
        let sample = Sample(ions: 70)
        try store.insert(sample)
        let id = sample.record.id
        let all = try store.stack(dataset: id)
        #expect(all.counts == sample.images.flatMap(\.floats))
        #expect(all.grid.pixelSizeMicrometres == 1.5)
        #expect(all.channels == sample.ions.map(\.channel))
        let some = try store.stack(dataset: id, ions: [69, 0, 33])
        #expect(some.counts == [69, 0, 33].flatMap { sample.images[$0].floats })
        #expect(some.channels.map(\.mz) == [169.5, 100.5, 133.5])
        #expect(try store.stack(dataset: id, ions: []).counts == [])
    }

    @Test func `what is not there is not found`() throws {
        let record = try store.add()
        #expect(
            storeError { _ = try store.image(dataset: record.id, ion: 3) }
                == .notFound("ion 3 of dataset \(record.id)"))
        #expect(
            storeError { _ = try store.image(dataset: "ds_x", ion: 0) }
                == .notFound("dataset ds_x"))
        #expect(
            storeError { _ = try store.stack(dataset: record.id, ions: [0, -1]) }
                == .notFound("ion -1 of dataset \(record.id)"))
        #expect(
            storeError { try store.updateDataset(Sample().record) } != nil)
        #expect(
            storeError { try store.deleteDataset("ds_x") } == .notFound("dataset ds_x"))
        #expect(try store.ions(dataset: "ds_x") == [])
    }

    @Test func `images that do not fit the record are refused and nothing is kept`() throws {
        var sample = Sample()
        sample.record.width = 9
        guard case .invalid(let text)? = storeError({ try store.insert(sample) }) else {
            Issue.record("stored")
            return
        }
        #expect(text == "image 0 has 48 pixels; 54 were expected")
        sample.record.width = Int.max
        #expect(storeError { try store.insert(sample) } != nil)
        sample.record.width = 8
        sample.record.pixelSizeMicrometres = .nan
        #expect(storeError { try store.insert(sample) } != nil)
        sample.record.pixelSizeMicrometres = 1
        sample.record.totalCounts = .nan
        #expect(storeError { try store.insert(sample) } != nil)
        #expect(try store.counts().datasets == 0)
    }

    @Test func `the same upload of the same owner is there once`() throws {
        let first = Sample(sha256: "aa")
        try store.insert(first)
        let found = conflict { try store.insert(Sample(sha256: "aa")) }
        #expect(found?.reason == .duplicate)
        #expect(found?.ids == [first.record.id])
        #expect(
            try store.findDataset(owner: "ada", sha256: "aa", optionsKey: "")?.id
                == first.record.id)
        #expect(try store.findDataset(owner: "bob", sha256: "aa", optionsKey: "") == nil)
        #expect(try store.findDataset(owner: "ada", sha256: "aa", optionsKey: "z") == nil)
        try store.insert(Sample(owner: "bob", sha256: "aa"))
        try store.insert(Sample())
        try store.insert(Sample())  // without a hash nothing is known to be the same
        #expect(try store.counts().datasets == 4)
    }

    @Test func `a change counts the version and an outdated one is refused`() throws {
        var record = try store.add()
        record.name = "kidney"
        record.pixelSizeMicrometres = nil
        record.visibility = .private
        let stored = try store.updateDataset(record, expectedVersion: 1)
        #expect(stored.version == 2)
        #expect(stored.name == "kidney")
        #expect(stored.pixelSizeMicrometres == nil)
        #expect(try store.dataset(record.id) == stored)
        record.name = "lung"
        #expect(
            conflict { try store.updateDataset(record, expectedVersion: 1) }?.reason == .version)
        #expect(
            conflict { try store.deleteDataset(record.id, expectedVersion: 1) }?.reason
                == .version)
        #expect(try store.dataset(record.id)?.name == "kidney")
    }

    @Test func `pages go from the newest to the oldest without a gap while others are added`()
        throws
    {
        let ids = try (0..<7).map { try store.add(name: "n\($0)").id }
        var seen: [String] = []
        var cursor: String?
        repeat {
            let page = try store.listDatasets(visibleTo: nil, after: cursor, limit: 3)
            seen += page.items.map(\.id)
            cursor = page.next
            _ = try store.add(name: "later")
        } while cursor != nil
        #expect(seen == ids.reversed())
        let exact = try store.listDatasets(
            filter: DatasetFilter(name: "n3"), visibleTo: nil, limit: 1)
        #expect(exact.items.map(\.id) == [ids[3]])
        #expect(exact.next == nil)
        for limit in [0, -1, Int.max] {
            #expect(storeError { _ = try store.listDatasets(visibleTo: nil, limit: limit) } != nil)
        }
    }

    @Test(arguments: ["", "c", "x1", "c-1", "c!", "c99999999999999999999", "1", "C5", "c05"])
    func `a made-up cursor is refused`(cursor: String) throws {
        guard
            case .invalid? = storeError({
                _ = try store.listDatasets(visibleTo: nil, after: cursor, limit: 3)
            })
        else {
            Issue.record("accepted")
            return
        }
    }

    @Test func `a private dataset is listed for its owner only, with its jobs`() throws {
        let open = try store.add(owner: "ada")
        let hidden = try store.add(owner: "bob", visibility: .private)
        let job = try store.add(of: hidden.id, owner: "bob")
        let loose = try store.add(kind: "import", of: nil, owner: "bob")
        func datasets(_ reader: String?) throws -> [String] {
            try store.listDatasets(visibleTo: reader, limit: 9).items.map(\.id)
        }
        func jobs(_ reader: String?) throws -> [String] {
            try store.listJobs(visibleTo: reader).items.map(\.id)
        }
        #expect(try datasets("ada") == [open.id])
        #expect(try datasets("bob") == [hidden.id, open.id])
        #expect(try datasets(nil) == [hidden.id, open.id])
        #expect(try jobs("ada") == [])
        #expect(try jobs("bob") == [loose, job])
        #expect(try jobs(nil) == [loose, job])
    }

    @Test func `regions are stored, replaced, listed by name and removed`() throws {
        let id = try store.add().id
        try store.putRegion(dataset: id, name: "b", geoJSON: "{}")
        try store.putRegion(dataset: id, name: "a", geoJSON: "[1]")
        let changed = try store.putRegion(dataset: id, name: "b", geoJSON: "[2]")
        #expect(changed.version == 2)
        #expect(try store.regions(dataset: id).map(\.geoJSON) == ["[1]", "[2]"])
        #expect(try store.region(dataset: id, name: "b") == changed)
        #expect(try store.deleteRegion(dataset: id, name: "b"))
        #expect(try store.deleteRegion(dataset: id, name: "b") == false)
        #expect(try store.region(dataset: id, name: "b") == nil)
        #expect(
            storeError { try store.putRegion(dataset: "ds_x", name: "b", geoJSON: "") }
                == .notFound("dataset ds_x"))
    }

    @Test func `a summary has the sum, mean, largest value and part above zero`() {
        let ion = IonRecord.summarise(
            index: 4, channel: Channel(mz: 26.5), .uint32([0, .max, .max, 1]))
        #expect(ion.totalCounts == 8_589_934_591)
        #expect(ion.mean == 8_589_934_591.0 / 4)
        #expect(ion.max == 4_294_967_295)
        #expect(ion.nonzeroFraction == 0.75)
        let signed = IonRecord.summarise(index: 0, channel: Channel(mz: 1), .float32([-2, -1]))
        #expect(signed.max == -1)
        #expect(signed.nonzeroFraction == 0)
        let none = IonRecord.summarise(index: 0, channel: Channel(mz: 1), .uint8([]))
        #expect(none.mean == 0)
    }
}
