public import Imaging
public import SEAMCore

/// Puts the parts of an analysis together as an annotated matrix of cells x ions.
///
/// Parts that were skipped are left out: without a representation there is no `X`, without clusters no
/// column `cluster`. Cells that a part does not know get NaN or no category.
public struct AnnDataWriter: Sendable {
    /// The raster; positions are in micrometres where its pixel size is known, else in pixels.
    public var grid: PixelGrid
    /// The cells, a row each.
    public var cells: [Cell]
    /// The channels, a column each.
    public var channels: [Channel]
    /// Mean of every channel over all pixels.
    public var averageSpectrum: [Double]
    /// Mean counts a pixel, cells x channels.
    public var counts: [Float]
    /// The sample, or the dataset.
    public var libraryID: String
    /// The representation, as many columns as channels.
    public var features: (cellIDs: [Int32], values: [Float])?
    /// The representation's own vectors, `obsm/ID`.
    public var vectors: (cellIDs: [Int32], values: [Float], columns: Int)?
    /// UMAP, two columns.
    public var embedding: (cellIDs: [Int32], values: [Float])?
    /// The cluster of every cell, from 1; 0 for none.
    public var clusters: (cellIDs: [Int32], values: [Int32])?
    /// `#rrggbb` of cluster 1, 2, …
    public var clusterColors: [String] = []
    /// What people call cluster 1, 2, …; empty where nobody has named one.
    public var clusterNames: [String] = []
    /// The markers with the channel of each.
    public var markers: [(marker: SIMSDiff.Marker, channel: Channel)]?
    /// Where all this comes from.
    public var provenance: [(name: String, value: AnnData.Value)] = []

    /// The cells with their counts.
    ///
    /// - Precondition: `counts` is cells x channels, `averageSpectrum` has a value a channel.
    public init(
        grid: PixelGrid, cells: [Cell], channels: [Channel], averageSpectrum: [Double],
        counts: [Float], libraryID: String
    ) {
        precondition(counts.count == cells.count * channels.count, "cells x channels")
        precondition(averageSpectrum.count == channels.count, "a value a channel")
        self.grid = grid
        self.cells = cells
        self.channels = channels
        self.averageSpectrum = averageSpectrum
        self.counts = counts
        self.libraryID = libraryID
    }

    /// The annotated matrix.
    public var annData: AnnData {
        let names = ChannelNames.unique(channels)
        var data = AnnData(observations: observations, variables: variables(names))
        data.matrix = features.map { matrix($0.cellIDs, $0.values, columns: channels.count) }
        data.layers = [("counts", AnnData.Matrix(counts, columns: channels.count))]
        let scale = grid.pixelSizeMicrometres ?? 1
        let places = cells.flatMap { [$0.x * scale, $0.y * scale] }
        data.embeddings = [("spatial", AnnData.Matrix(places, columns: 2))]
        if let embedding {
            data.embeddings.append(
                ("X_umap", matrix(embedding.cellIDs, embedding.values, columns: 2)))
        }
        if let vectors {
            data.embeddings.append(
                ("ID", matrix(vectors.cellIDs, vectors.values, columns: vectors.columns)))
        }
        data.unstructured = unstructured(names)
        return data
    }

    private var observations: AnnData.Table {
        let same = [Int32](repeating: 0, count: cells.count)
        var columns: [(name: String, column: AnnData.Column)] = [
            ("cell_id", .integers(cells.map(\.id))),
            ("x_px", .numbers(cells.map(\.x))), ("y_px", .numbers(cells.map(\.y))),
        ]
        let areas = cells.map { Int32(clamping: $0.area) }
        if let size = grid.pixelSizeMicrometres {
            columns.append(("x_um", .numbers(cells.map { size * $0.x })))
            columns.append(("y_um", .numbers(cells.map { size * $0.y })))
            columns.append(("area_um2", .numbers(cells.map { size * size * Double($0.area) })))
        }
        columns += [
            ("area_px", .integers(areas)), ("cell_size", .integers(areas)),
            ("confidence", .numbers(cells.map(\.confidence))),
        ]
        if let clusters = clusterColumn {
            columns += [("cluster", clusters), ("SIMLR", clusters)]
            if !clusterNames.isEmpty {
                columns.append(("cell_type", Self.named(clusters, clusterNames)))
            }
        }
        columns += [
            ("region", .categories(same, names: ["nuclei"])),
            ("library_id", .categories(same, names: [libraryID])),
        ]
        return AnnData.Table(index: cells.map { String($0.id) }, columns: columns)
    }

    /// How many clusters there are.
    private var clusterCount: Int { max(0, Int(clusters?.values.max() ?? 0)) }

    private var clusterColumn: AnnData.Column? {
        guard let clusters else { return nil }
        let byCell = places(clusters.cellIDs)
        let codes = cells.map { cell in
            byCell[cell.id].map { max(0, clusters.values[$0]) - 1 } ?? -1
        }
        let names = (0..<clusterCount).map { String($0 + 1) }
        return .categories(codes, names: names)
    }

    /// Clusters by their names; those of one name are one category, in the order of the clusters.
    private static func named(_ clusters: AnnData.Column, _ names: [String]) -> AnnData.Column {
        guard case .categories(let codes, _) = clusters else { return clusters }
        var categories: [String] = []
        let code = names.map { name -> Int32 in
            if let place = categories.firstIndex(of: name) { return Int32(place) }
            categories.append(name)
            return Int32(categories.count - 1)
        }
        return .categories(
            codes.map { Int($0) < code.count && $0 >= 0 ? code[Int($0)] : -1 }, names: categories)
    }

    private func variables(_ names: [String]) -> AnnData.Table {
        AnnData.Table(
            index: names,
            columns: [
                ("mz", .numbers(channels.map { $0.mz ?? .nan })),
                ("label", .texts(channels.map { $0.label ?? "" })),
            ])
    }

    private func unstructured(_ names: [String]) -> [(name: String, value: AnnData.Value)] {
        var values: [(name: String, value: AnnData.Value)] = [
            ("average_spectrum", .numbers(averageSpectrum)), ("seam", .group(provenance)),
        ]
        if clusters != nil {
            let colors = AnnData.Value.texts(Array(clusterColors.prefix(clusterCount)))
            values += [("cluster_colors", colors), ("SIMLR_colors", colors)]
        }
        if let markers {
            values.append(("markers", .table(Self.table(markers, channels, names))))
        }
        return values
    }

    private static func table(
        _ markers: [(marker: SIMSDiff.Marker, channel: Channel)], _ channels: [Channel],
        _ names: [String]
    ) -> AnnData.Table {
        let known = Dictionary(zip(channels, names), uniquingKeysWith: { first, _ in first })
        func numbers(_ value: (SIMSDiff.Marker) -> Double?) -> AnnData.Column {
            .numbers(markers.map { value($0.marker) ?? .nan })
        }
        return AnnData.Table(
            index: markers.indices.map { String($0) },
            columns: [
                ("cluster", .integers(markers.map(\.marker.cluster))),
                ("rank", .integers(markers.map { Int32(clamping: $0.marker.rank) })),
                ("name", .texts(markers.map { known[$0.channel] ?? $0.channel.name })),
                ("mz", .numbers(markers.map { $0.channel.mz ?? .nan })),
                ("label", .texts(markers.map { $0.channel.label ?? "" })),
                ("direction", .texts(markers.map(\.marker.direction.rawValue))),
                ("score", numbers(\.score)), ("between_within", numbers(\.betweenWithin)),
                ("wbr", numbers(\.withinBetweenSums)),
                ("log2_fold_change", numbers(\.log2FoldChange)), ("auc", numbers(\.auc)),
                ("p_value", numbers(\.pValue)), ("p_adjusted", numbers(\.pAdjusted)),
            ])
    }

    private func places(_ ids: [Int32]) -> [Int32: Int] {
        Dictionary(zip(ids, ids.indices), uniquingKeysWith: { first, _ in first })
    }

    /// The rows of a part in the order of the cells; NaN for cells it does not know.
    private func matrix(
        _ cellIDs: [Int32], _ values: [Float], columns: Int
    ) -> AnnData.Matrix {
        precondition(values.count == cellIDs.count * columns, "a row a cell")
        let byCell = places(cellIDs)
        let order = cells.map { byCell[$0.id] }
        return AnnData.Matrix(columns: columns) { range in
            var rows: [Float] = []
            rows.reserveCapacity(range.count * columns)
            for place in order[range] {
                if let place {
                    rows += values[place * columns..<(place + 1) * columns]
                } else {
                    rows += repeatElement(.nan, count: columns)
                }
            }
            return rows
        }
    }
}
