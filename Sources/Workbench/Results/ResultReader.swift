import Bytes
import Imaging
import SEAMCore
import Store

/// Reads the stored result of a job back into values.
struct ResultReader {
    let store: Store
    let job: JobRecord

    /// The bytes of a named part of the result.
    func bytes(_ name: String) throws(WorkbenchError) -> [UInt8] {
        let found = try WorkbenchError.storing { () throws(StoreError) in
            try store.artifact(job: job.id, name: name)
        }
        guard let found else { throw .failed("\(job.id) has no part \(name)") }
        return found
    }

    /// An array.
    func array(_ name: String) throws(WorkbenchError) -> NPYArray {
        let data = try bytes(name + ".npy")
        do {
            return try NPY.decode(data)
        } catch {
            throw .failed("\(job.id): the part \(name) is damaged: \(error)")
        }
    }

    /// The numbers of an array.
    func doubles(_ name: String) throws(WorkbenchError) -> [Double] {
        guard let values = try array(name).doubles else {
            throw .failed("\(job.id): the part \(name) is not an array of numbers")
        }
        return values
    }

    /// The numbers of an array in single precision.
    func floats(_ name: String) throws(WorkbenchError) -> [Float] {
        guard let values = try array(name).floats else {
            throw .failed("\(job.id): the part \(name) is not an array of numbers")
        }
        return values
    }

    /// Its summary.
    func summary() throws(WorkbenchError) -> JSON {
        let data = try bytes("summary.json")
        do {
            return try JSON.parse(data)
        } catch {
            throw .failed("\(job.id): the summary is damaged: \(error.detail)")
        }
    }

    /// The label image of a segmentation.
    func labels(_ dataset: DatasetRecord) throws(WorkbenchError) -> LabelImage {
        let values = try doubles("labels").map { Int32($0) }
        guard values.count == dataset.grid.count else {
            throw .failed("\(job.id): the label image has another size than its dataset")
        }
        return LabelImage(grid: dataset.grid, values: values)
    }

    /// The cells of a segmentation.
    func cells() throws(WorkbenchError) -> [Cell] { CellTable.decode(try doubles("cells")) }

    /// The result of a representation, with the dataset's indices of its channels.
    struct Representation {
        var cellIDs: [Int32]
        var method: String
        /// The inner products of the cells, where they were asked for and the method has them.
        var gram: [Double]?
        /// The vectors of the method `joint`.
        var components: [Float]?
        var means: [Float]
        var logMeans: [Float]
        var channels: [Int]
        var dimension: Int
        var losses: [Double]
        var network: SIMSID.Network?
    }

    /// The result of a representation; its C x C inner products only `withGram`.
    func representation(withGram: Bool = false) throws(WorkbenchError) -> Representation {
        let summary = try summary()
        let widths = summary["widths"]?.array?.compactMap(\.int)
        var network: SIMSID.Network?
        if let widths {
            var layers: [[Float]] = []
            for index in 0..<max(0, widths.count - 1) {
                layers.append(try floats("layer\(index)"))
            }
            network = SIMSID.Network(
                layers: layers, widths: widths,
                inputScale: Float(summary["input_scale"]?.double ?? 1))
        }
        let components =
            summary["method"]?.string == "joint"
            ? try floats("components") : nil
        let hasGram = widths != nil || components != nil
        return Representation(
            cellIDs: try doubles("cell_ids").map { Int32($0) },
            method: summary["method"]?.string ?? (widths == nil ? "mean" : "distilled"),
            gram: hasGram && withGram ? try doubles("gram") : nil, components: components,
            means: try floats("means"),
            logMeans: try floats("log_means"),
            channels: summary["channels"]?.array?.compactMap(\.int) ?? [],
            dimension: summary["dimension"]?.int ?? 0,
            losses: summary["losses"]?.array?.compactMap(\.double) ?? [], network: network)
    }

    /// The training losses of a representation.
    func losses() throws(WorkbenchError) -> [Double] {
        try summary()["losses"]?.array?.compactMap(\.double) ?? []
    }

    /// The result of a clustering.
    func clustering() throws(WorkbenchError) -> (cellIDs: [Int32], clusters: [Int32]) {
        (try doubles("cell_ids").map { Int32($0) }, try doubles("clusters").map { Int32($0) })
    }

    /// How stable each cell of a clustering is; none of one made before that was measured.
    func stabilities() throws(WorkbenchError) -> [Double] {
        try summary()["clusters"] == nil ? [] : try doubles("stabilities")
    }

    /// The rows of a marker table; `channel` is the index of the ion in the dataset.
    func markers() throws(WorkbenchError) -> [SIMSDiff.Marker] {
        MarkerTable.decode(try doubles("markers"))
    }
}

extension Artifact {
    /// A part of a result that is an array.
    static func array(_ name: String, _ array: NPYArray) -> Artifact {
        Artifact(name: name + ".npy", bytes: array.encoded())
    }

    /// A part of a result that is a JSON value.
    static func json(_ name: String, _ value: JSON) -> Artifact {
        Artifact(
            name: name + ".json", mediaType: "application/json", bytes: value.encoded)
    }
}
