import Bytes
import Imaging
import SEAMCore

/// The cells that later stages start from: the truth where it is known, else what the stages before
/// them find.
struct CellPreparation {
    let workspace: Workspace

    /// Leaves `labels`: the true mask, or that of the default segmentation.
    func labels() throws(BenchmarkError) {
        let labels =
            if workspace.has("truth") { try workspace.labels("truth") } else { try segmented() }
        guard labels.cellCount >= 3 else {
            throw BenchmarkError("expected at least 3 nuclei, found \(labels.cellCount)")
        }
        try workspace.write(
            NPYArray(
                int32: labels.values, shape: [workspace.grid.height, workspace.grid.width]),
            as: "labels")
    }

    private func segmented() throws(BenchmarkError) -> LabelImage {
        let stack = try workspace.stack()
        let marker = try workspace.requiredMarker()
        return try BenchmarkError.stage { () throws(AnalysisError) in
            try SIMSCut.run(stack, marker: marker, parameters: .init(), monitor: .silent).labels
        }
    }

    /// Leaves the default representation, and its C x P matrix if wanted.
    func representation(matrix: Bool) throws(BenchmarkError) {
        let stack = try workspace.stack()
        let labels = try workspace.labels()
        let result = try BenchmarkError.stage { () throws(AnalysisError) in
            try SIMSID.run(stack, labels: labels, parameters: .init(), monitor: .silent)
        }
        let (cells, channels) = (result.cellIDs.count, workspace.channelCount)
        try workspace.write(NPYArray(int32: result.cellIDs, shape: [cells]), as: "cell_ids")
        try workspace.write(NPYArray(float32: result.means, shape: [cells, channels]), as: "means")
        try workspace.write(
            NPYArray(float32: result.logMeans, shape: [cells, channels]), as: "log_means")
        if let gram = result.gram {
            try workspace.write(NPYArray(float64: gram, shape: [cells, cells]), as: "gram")
        }
        guard matrix, let network = result.network else { return }
        let values = try BenchmarkError.stage { () throws(AnalysisError) in
            try SIMSID.matrix(
                stack, labels: labels, network: network,
                temperature: SIMSID.Parameters().temperature, monitor: .silent)
        }
        try workspace.write(
            NPYArray(float32: values, shape: [cells, values.count / cells]), as: "matrix")
    }

    /// Leaves `cell_clusters`: the true types numbered from 1, or k-means of the cells' means.
    func clusters() throws(BenchmarkError) {
        if workspace.has("types"), workspace.has("truth") {
            let types = try workspace.integers("types")
            return try workspace.write(
                NPYArray(int32: types.map { $0 &+ 1 }, shape: [types.count]), as: "cell_clusters")
        }
        let means = try workspace.array("log_means")
        let ids = try workspace.integers("cell_ids")
        var parameters = SIMSCluster.Parameters()
        parameters.method = .kmeans
        parameters.clusters = min(workspace.clusters, ids.count)
        let (features, columns) = (means.floats ?? [], workspace.channelCount)
        let result = try BenchmarkError.stage { [parameters] () throws(AnalysisError) in
            try SIMSCluster.run(
                cellIDs: ids, gram: nil, features: features, columns: columns, means: [],
                channels: columns, parameters: parameters, monitor: .silent)
        }
        try workspace.write(
            NPYArray(int32: result.clusters, shape: [ids.count]), as: "cell_clusters")
    }
}

extension Workspace {
    /// Index of the marker.
    ///
    /// - Throws: `BenchmarkError` without one.
    func requiredMarker() throws(BenchmarkError) -> Int {
        guard let marker else {
            throw BenchmarkError(
                "no ion within 0.5 of m/z 134.05 (adenine): name the nuclear channel by --marker")
        }
        return marker
    }
}

extension BenchmarkError {
    /// Runs a stage and says its error in words.
    static func stage<Value>(
        _ body: () throws(AnalysisError) -> Value
    ) throws(BenchmarkError) -> Value {
        do {
            return try body()
        } catch {
            throw BenchmarkError("\(error)")
        }
    }
}
