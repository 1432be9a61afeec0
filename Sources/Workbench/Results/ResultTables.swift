import Bytes
import Imaging
import SEAMCore
import Store

/// The tables of the results, with the columns of the contract.
enum ResultTables {
    /// `cell_id, x_px, y_px, x_um, y_um, area_px, area_um2, confidence`.
    static func cells(_ cells: [Cell], grid: PixelGrid) -> ResultTable {
        var table = ResultTable(columns: [
            "cell_id", "x_px", "y_px", "x_um", "y_um", "area_px", "area_um2", "confidence",
        ])
        let size = grid.pixelSizeMicrometres
        table.rows = cells.map { cell -> [CSVTable.Field] in
            [
                .int(Int(cell.id)), .double(cell.x), .double(cell.y),
                .optional(size.map { $0 * cell.x }), .optional(size.map { $0 * cell.y }),
                .int(cell.area), .optional(size.map { $0 * $0 * Double(cell.area) }),
                .double(cell.confidence),
            ]
        }
        return table
    }

    /// `cell_id, cluster, silhouette, stability, x_px, y_px`.
    static func clusters(
        _ clustering: (cellIDs: [Int32], clusters: [Int32]), silhouettes: [Double],
        stabilities: [Double], cells: [Cell]
    ) -> ResultTable {
        var table = ResultTable(
            columns: ["cell_id", "cluster", "silhouette", "stability", "x_px", "y_px"])
        let place = Dictionary(cells.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        table.rows = clustering.cellIDs.indices.map { index -> [CSVTable.Field] in
            let id = clustering.cellIDs[index]
            return [
                .int(Int(id)), .int(Int(clustering.clusters[index])),
                index < silhouettes.count ? .double(silhouettes[index]) : .missing,
                index < stabilities.count && !stabilities[index].isNaN
                    ? .double(stabilities[index]) : .missing,
                .optional(place[id]?.x), .optional(place[id]?.y),
            ]
        }
        return table
    }

    /// `cell_id, umap1, umap2, cluster`.
    static func embedding(
        cellIDs: [Int32], coordinates: [Double], clusters: [Int32: Int32]
    ) -> ResultTable {
        var table = ResultTable(columns: ["cell_id", "umap1", "umap2", "cluster"])
        table.rows = cellIDs.indices.map { index -> [CSVTable.Field] in
            [
                .int(Int(cellIDs[index])), .double(coordinates[2 * index]),
                .double(coordinates[2 * index + 1]),
                clusters[cellIDs[index]].map { .int(Int($0)) } ?? .missing,
            ]
        }
        return table
    }

    /// One row an ion and cluster.
    static func markers(_ markers: [SIMSDiff.Marker], ions: [IonRecord]) -> ResultTable {
        var table = ResultTable(columns: [
            "cluster", "rank", "mz", "label", "direction", "score", "between_within", "wbr",
            "log2_fold_change", "auc", "p_value", "p_adjusted",
        ])
        table.rows = markers.map { marker -> [CSVTable.Field] in
            let channel = ions[marker.channel].channel
            return [
                .int(Int(marker.cluster)), .int(marker.rank), .optional(channel.mz),
                .optional(channel.label), .text(marker.direction.rawValue),
                .optional(marker.score), .optional(marker.betweenWithin),
                .optional(marker.withinBetweenSums), .optional(marker.log2FoldChange),
                .optional(marker.auc), .optional(marker.pValue), .optional(marker.pAdjusted),
            ]
        }
        return table
    }

    /// `index, mz, label, total_counts, mean, max, nonzero_fraction`.
    static func ions(_ ions: [IonRecord]) -> ResultTable {
        var table = ResultTable(columns: [
            "index", "mz", "label", "total_counts", "mean", "max", "nonzero_fraction",
        ])
        table.rows = ions.map { ion -> [CSVTable.Field] in
            [
                .int(ion.index), .optional(ion.channel.mz), .optional(ion.channel.label),
                .double(ion.totalCounts), .double(ion.mean), .double(ion.max),
                .double(ion.nonzeroFraction),
            ]
        }
        return table
    }
}
