import Bytes
import Export
import Imaging
import SEAMCore
import Testing

@Suite struct `AnnData on Zarr` {
    private let grid = PixelGrid(width: 4, height: 2, pixelSizeMicrometres: 0.5)
    private let channels = [
        Channel(mz: 26.003, mzDigits: 2), Channel(mz: 26.004, label: "CN-", mzDigits: 2),
        Channel(mz: nil, label: "IdU"),
    ]
    private let labels: [Int32] = [1, 1, 0, 2, 3, 0, 0, 2]

    private var cells: [Cell] {
        [
            Cell(id: 1, x: 0.5, y: 0, area: 2, confidence: 0.25),
            Cell(id: 2, x: 3, y: 0.5, area: 2, confidence: 0.5),
            Cell(id: 3, x: 0, y: 1, area: 1, confidence: 1),
        ]
    }

    private func writer(cells: [Cell]? = nil, grid: PixelGrid? = nil) -> AnnDataWriter {
        let cells = cells ?? self.cells
        return AnnDataWriter(
            grid: grid ?? self.grid, cells: cells, channels: channels,
            averageSpectrum: [0.5, 1.5, 2.5],
            counts: (0..<cells.count * 3).map { Float($0) / 4 }, libraryID: "liver 1")
    }

    private func zarr(_ data: AnnData) throws -> [UInt8] {
        var zip = ZipWriter()
        try data.write(to: &zip)
        return try zip.finish()
    }

    private var whole: AnnDataWriter {
        var writer = writer()
        // In another order than the cells, and without cell 2.
        writer.features = ([3, 1], [7, 8, 9, 1, 2, 3])
        writer.embedding = ([1, 2, 3], [1, -1, 2, -2, 3, -3])
        writer.clusters = ([1, 2, 3], [2, 1, 0])
        writer.clusterColors = ["#e69f00", "#56b4e9"]
        let marker = SIMSDiff.Marker(
            cluster: 2, rank: 1, channel: 1, direction: .up, score: 3.5, betweenWithin: nil,
            withinBetweenSums: nil, log2FoldChange: 1.25, auc: nil, pValue: nil, pAdjusted: nil)
        writer.markers = [(marker, channels[1])]
        writer.provenance = [("software", .text("seam")), ("seed", .integer(1 << 40))]
        return writer
    }

    @Test func `every part is where anndata looks for it`() throws {
        let file = try ZarrFile(zarr(whole.annData))
        #expect(try file.json(".zgroup") == ["zarr_format": 2])
        #expect(
            try file.json(".zattrs") == ["encoding-type": "anndata", "encoding-version": "0.1.0"])
        #expect(try file.encoding("X") == "array")
        for name in ["layers", "obsm", "varm", "obsp", "varp", "uns", "uns/seam"] {
            #expect(try file.encoding(name) == "dict")
        }
        #expect(try file.texts("obs/_index") == ["1", "2", "3"])
        #expect(try file.numbers("obs/cell_id") == [1, 2, 3])
        #expect(try file.numbers("obs/x_px") == [0.5, 3, 0])
        #expect(try file.numbers("obs/y_um") == [0, 0.25, 0.5])
        #expect(try file.numbers("obs/area_px") == [2, 2, 1])
        #expect(try file.numbers("obs/cell_size") == [2, 2, 1])
        #expect(try file.numbers("obs/area_um2") == [0.5, 0.5, 0.25])
        #expect(try file.numbers("obs/confidence") == [0.25, 0.5, 1])
        #expect(try file.texts("obs/library_id/categories") == ["liver 1"])
        #expect(try file.texts("obs/region/categories") == ["nuclei"])
        #expect(try file.texts("var/label") == ["", "CN-", "IdU"])
        #expect(try file.numbers("var/mz").prefix(2) == [26.003, 26.004])
        #expect(try file.numbers("var/mz")[2].isNaN)
        let quarters = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2]
        #expect(try file.numbers("layers/counts", chunk: "0.0") == quarters)
        #expect(try file.numbers("obsm/spatial", chunk: "0.0") == [0.25, 0, 1.5, 0.25, 0, 0.5])
        #expect(try file.numbers("obsm/X_umap", chunk: "0.0") == [1, -1, 2, -2, 3, -3])
        #expect(try file.numbers("uns/average_spectrum") == [0.5, 1.5, 2.5])
        #expect(try file.shape("uns/seam/seed") == [])
        #expect(try file.numbers("uns/seam/seed") == [1_099_511_627_776])
        #expect(try file.texts("uns/seam/software") == ["seam"])
    }

    @Test func `names of variables differ`() throws {
        #expect(ChannelNames.unique(channels) == ["26.00", "26.00-1", "IdU"])
        let label = Channel(mz: nil, label: "26.00-1")
        #expect(
            ChannelNames.unique([channels[0], channels[1], label])
                == ["26.00", "26.00-2", "26.00-1"])
    }

    @Test func `rows follow the cells, unknown ones are NaN`() throws {
        let values = try ZarrFile(zarr(whole.annData)).numbers("X", chunk: "0.0")
        #expect(values.prefix(3) == [1, 2, 3])
        #expect(values[3..<6].filter(\.isNaN).count == 3)
        #expect(values.suffix(3) == [7, 8, 9])
    }

    @Test(arguments: ["cluster", "SIMLR"]) func `clusters are categories`(_ key: String) throws {
        let file = try ZarrFile(zarr(whole.annData))
        #expect(try file.encoding("obs/" + key) == "categorical")
        #expect(try file.json("obs/\(key)/.zattrs")["ordered"] == false)
        #expect(try file.numbers("obs/\(key)/codes") == [1, 0, -1])
        #expect(try file.texts("obs/\(key)/categories") == ["1", "2"])
        #expect(try file.texts("uns/\(key)_colors") == ["#e69f00", "#56b4e9"])
    }

    @Test func `clusters of one name are one type of cell`() throws {
        var writer = whole
        writer.clusterNames = ["Stellate", "Hepatocyte"]
        let file = try ZarrFile(zarr(writer.annData))
        #expect(try file.texts("obs/cell_type/categories") == ["Stellate", "Hepatocyte"])
        #expect(try file.numbers("obs/cell_type/codes") == [1, 0, -1])
        writer.clusterNames = ["Hepatocyte", "Hepatocyte"]
        let merged = try ZarrFile(zarr(writer.annData))
        #expect(try merged.texts("obs/cell_type/categories") == ["Hepatocyte"])
        #expect(try merged.numbers("obs/cell_type/codes") == [0, 0, -1])
        #expect(try ZarrFile(zarr(whole.annData)).files["obs/cell_type/.zgroup"] == nil)
    }

    @Test func `vectors of the representation follow the cells`() throws {
        var writer = whole
        writer.vectors = ([2, 1, 3], [3, 4, 1, 2, 5, 6], 2)
        let file = try ZarrFile(zarr(writer.annData))
        #expect(try file.numbers("obsm/ID", chunk: "0.0") == [1, 2, 3, 4, 5, 6])
    }

    @Test func `a store in a folder of an archive has all its members there`() throws {
        var zip = ZipWriter()
        try whole.annData.write(to: &zip, folder: "a/cells.adata.zarr/")
        let file = try ZarrFile(zip.finish())
        let alone = try ZarrFile(zarr(whole.annData))
        #expect(file.files.keys.allSatisfy { $0.hasPrefix("a/cells.adata.zarr/") })
        for (name, bytes) in alone.files {
            #expect(file.files["a/cells.adata.zarr/" + name] == bytes)
        }
        #expect(file.files.count == alone.files.count)
    }

    @Test func `markers are a table`() throws {
        let file = try ZarrFile(zarr(whole.annData))
        #expect(try file.encoding("uns/markers") == "dataframe")
        #expect(try file.texts("uns/markers/name") == ["26.00-1"])
        #expect(try file.texts("uns/markers/direction") == ["up"])
        #expect(try file.numbers("uns/markers/cluster") == [2])
        #expect(try file.numbers("uns/markers/score") == [3.5])
        #expect(try file.numbers("uns/markers/auc")[0].isNaN)
    }

    @Test func `the consolidated metadata are those of the parts`() throws {
        let file = try ZarrFile(zarr(whole.annData))
        let all = try file.json(".zmetadata")
        let members = try #require(all["metadata"]?.members)
        let suffixes = [".zgroup", ".zattrs", ".zarray"]
        let paths = file.files.keys.filter { path in suffixes.contains { path.hasSuffix($0) } }
        #expect(members.map(\.name).sorted() == paths.sorted())
        for member in members { #expect(try file.json(member.name) == member.value) }
        #expect(all["zarr_consolidated_format"] == 1)
    }

    @Test func `the columns of a table are the ones it lists`() throws {
        let file = try ZarrFile(zarr(whole.annData))
        for table in ["obs", "var", "uns/markers"] {
            let attributes = try file.json(table + "/.zattrs")
            #expect(attributes["_index"] == "_index")
            let columns = (attributes["column-order"]?.array ?? []).compactMap(\.string)
            #expect(!columns.isEmpty)
            for column in columns { #expect(try file.encoding("\(table)/\(column)") != nil) }
        }
    }

    @Test func `what was skipped is left out`() throws {
        let grid = PixelGrid(width: 4, height: 2)
        let file = try ZarrFile(zarr(writer(cells: [], grid: grid).annData))
        #expect(file.files["X/.zarray"] == nil && file.files["obs/cluster/.zgroup"] == nil)
        #expect(file.files["obs/area_um2/.zarray"] == nil)
        #expect(try file.shape("layers/counts") == [0, 3])
        #expect(try file.json("layers/counts/.zarray")["chunks"] == [1, 3])
        #expect(file.files["layers/counts/0.0"] == nil)
        #expect(try file.texts("obs/_index") == [])
        #expect(try file.texts("var/_index") == ["26.00", "26.00-1", "IdU"])
    }

    @Test func `the pixel is the unit where its size is not known`() throws {
        let grid = PixelGrid(width: 4, height: 2)
        let file = try ZarrFile(zarr(writer(grid: grid).annData))
        #expect(try file.numbers("obsm/spatial", chunk: "0.0") == [0.5, 0, 3, 0.5, 0, 1])
    }

    @Test func `many rows come in chunks, the last one filled up`() throws {
        let rows = 700_000
        var data = AnnData(
            observations: .init(index: (0..<rows).map { String($0) }, columns: []),
            variables: .init(index: ["a", "b"], columns: []))
        data.matrix = .init((0..<2 * rows).map { Float($0 % 4096) }, columns: 2)
        let file = try ZarrFile(zarr(data))
        // Four megabytes a chunk.
        #expect(try file.json("X/.zarray")["chunks"] == [524_288, 2])
        let first = try file.numbers("X", chunk: "0.0")
        let second = try file.numbers("X", chunk: "1.0")
        #expect(first.count == 1 << 20 && second.count == 1 << 20)
        #expect(first[(1 << 20) - 1] == Double(((1 << 20) - 1) % 4096))
        #expect(second[0] == Double((1 << 20) % 4096))
        let left = 2 * rows - (1 << 20)
        #expect(second[left - 1] == Double((2 * rows - 1) % 4096))
        #expect(second[left...].allSatisfy { $0 == 0 })
    }

    @Test func `the same analysis gives the same bytes`() throws {
        #expect(try zarr(whole.annData) == zarr(whole.annData))
    }

    @Test func `mean counts are by cell`() {
        let image = LabelImage(grid: grid, values: labels)
        var means = CellMeanCounts(labels: image, cellIDs: [3, 1, 2], images: 2)
        means.add(plane: [1, 2, 50, 4, 5, 50, 50, 8])
        means.add(plane: [1, 0, 50, 0, 0, 50, 50, 7])
        #expect(means.values == [5, 0, 1.5, 0.5, 6, 3.5])
    }

    @Test(arguments: [(nil, "unit", 1.0), (0.5, "micrometer", 0.5), (2.0, "micrometer", 2.0)])
    func `an image without cells has a place, and a unit that SpatialData asks for`(
        _ size: Double?, unit: String, scale: Double
    ) throws {
        let grid = PixelGrid(width: 4, height: 2, pixelSizeMicrometres: size)
        let labels = LabelImage(grid: grid, values: [Int32](repeating: 0, count: 8))
        var archive = try SpatialDataWriter(
            labels: labels, channels: ["a"], software: "seam 1", into: ZipWriter())
        try archive.add(plane: [0, 0, 0, 0, 0, 0, 0, 0])
        var zip = try archive.finish(table: writer(cells: [], grid: grid).annData)
        let file = try ZarrFile(zip.finish())
        for (element, axes) in [("images/ions", ["c", "y", "x"]), ("labels/nuclei", ["y", "x"])] {
            let attributes = try file.json(element + "/.zattrs")
            let whole = attributes["multiscales"]?.array?.first
            let placed = whole?["coordinateTransformations"]?.array?.first
            #expect(placed?["scale"]?.array?.suffix(2).map { $0.double } == [scale, scale])
            for side in ["input", "output"] {
                let found = placed?[side]?["axes"]?.array ?? []
                #expect(found.map { $0["name"]?.string } == axes)
                #expect(found.suffix(2).allSatisfy { $0["unit"]?.string == unit })
            }
        }
        #expect(try file.shape("tables/table/layers/counts") == [0, 3])
        // SpatialData refuses a table without rows that names a region.
        #expect(try file.json("tables/table/.zattrs")["region"] == nil)
        #expect(file.files["tables/table/uns/spatialdata_attrs/.zgroup"] == nil)
    }

    @Test func `a SpatialData object holds images, nuclei and their table`() throws {
        let names = ChannelNames.unique(channels)
        var archive = try SpatialDataWriter(
            labels: LabelImage(grid: grid, values: labels), channels: names, software: "seam 1",
            into: ZipWriter())
        for channel in 0..<3 {
            try archive.add(plane: ArraySlice((0..<8).map { Float(10 * channel + $0) }))
        }
        var zip = try archive.finish(table: whole.annData)
        let file = try ZarrFile(zip.finish())
        #expect(try file.shape("images/ions/s0") == [3, 2, 4])
        #expect(
            try file.numbers("images/ions/s0", chunk: "2/0/0") == [20, 21, 22, 23, 24, 25, 26, 27])
        #expect(try file.numbers("labels/nuclei/s0", chunk: "0/0") == labels.map { Double($0) })
        let scale = try file.json("images/ions/.zattrs")["multiscales"]?.array?.first?[
            "coordinateTransformations"]?.array?.first
        #expect(scale?["scale"] == [1, 0.5, 0.5])
        let attributes = try file.json("images/ions/.zattrs")["omero"]?["channels"]?.array
        #expect((attributes ?? []).map { $0["label"]?.string } == names)
        let table = try file.json("tables/table/.zattrs")
        #expect(table["region"] == "nuclei" && table["instance_key"] == "cell_id")
        #expect(try file.texts("tables/table/uns/spatialdata_attrs/region_key") == ["region"])
        #expect(try file.numbers("tables/table/obs/cell_id") == [1, 2, 3])
        #expect(try file.json("labels/.zattrs")["labels"] == ["nuclei"])
    }
}
