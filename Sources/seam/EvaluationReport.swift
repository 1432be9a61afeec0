import Bytes
import Evaluation
import Imaging

/// What `seam evaluate` found, as text for people and as JSON for scripts.
struct EvaluationReport {
    let scores: MaskScores
    private var clusters: (nuclei: Int, count: Int, ari: Double, nmi: Double)?
    private var markers: [(name: String, found: TypeMarkers)]?

    init(scores: MaskScores) { self.scores = scores }

    /// Adds the agreement of clusters with types.
    mutating func add(types: [Int32], clusters: [Int32]) {
        self.clusters = (
            types.count, Set(clusters).count,
            ClusterEvaluation.adjustedRandIndex(clusters, types),
            ClusterEvaluation.normalizedMutualInformation(clusters, types)
        )
    }

    /// Adds what the markers of each type hit.
    mutating func add(markers: [TypeMarkers], names: [String]) {
        self.markers = markers.map { found in
            (found.type < names.count ? names[found.type] : "type \(found.type)", found)
        }
    }

    private var typesWithHit: Int { markers?.count { !$0.found.hits.isEmpty } ?? 0 }

    /// A few lines.
    var text: String {
        let three = { (value: Double) in fixedPoint(value, digits: 3) }
        var lines = [
            "pixels   F1 \(three(scores.pixelF1))  IoU \(three(scores.pixelIoU))",
            "objects  F1 \(three(scores.objectF1))  precision \(three(scores.objectPrecision))  "
                + "recall \(three(scores.objectRecall))  (IoU > 0.5: \(scores.matched) matched, "
                + "\(scores.found) found, \(scores.trueCount) true)",
            "objects  mean F1 over IoU 0.5...0.9 (step 0.05) \(three(scores.meanF1))",
        ]
        if let clusters {
            lines.append(
                "clusters ARI \(three(clusters.ari))  NMI \(three(clusters.nmi))  "
                    + "(\(clusters.count) clusters of \(clusters.nuclei) matched nuclei)")
        }
        if let markers {
            lines.append(
                "markers  \(typesWithHit) of \(markers.count) types have a true ion among the top 5"
            )
            for (name, found) in markers {
                let cluster = found.cluster.map { "cluster \($0)" } ?? "no cluster"
                let hits = found.hits.map { fixedPoint($0, digits: 2) }.joined(separator: " ")
                lines.append(
                    "  \(name): \(cluster) (overlap \(three(found.overlap)), "
                        + "\(found.nuclei) nuclei), hits: \(hits.isEmpty ? "none" : hits)")
            }
        }
        return lines.joined(separator: "\n")
    }

    /// The same as an object.
    var json: JSON {
        var members: [JSON.Member] = [
            .init("pixel_f1", .double(scores.pixelF1)),
            .init("pixel_iou", .double(scores.pixelIoU)),
            .init("object_precision", .double(scores.objectPrecision)),
            .init("object_recall", .double(scores.objectRecall)),
            .init("object_f1", .double(scores.objectF1)),
            .init("mean_f1", .double(scores.meanF1)),
            .init("mean_matched_iou", .double(scores.meanMatchedIoU)),
            .init("found", .int(scores.found)), .init("true", .int(scores.trueCount)),
            .init("matched", .int(scores.matched)),
        ]
        if let clusters {
            members += [
                .init("clusters", .int(clusters.count)),
                .init("clustered_nuclei", .int(clusters.nuclei)),
                .init("ari", .double(clusters.ari)), .init("nmi", .double(clusters.nmi)),
            ]
        }
        if let markers {
            members += [
                .init("types", .int(markers.count)),
                .init("types_with_true_marker", .int(typesWithHit)),
                .init("markers", .array(markers.map { Self.json($0.name, $0.found) })),
            ]
        }
        return .object(members)
    }

    private static func json(_ name: String, _ found: TypeMarkers) -> JSON {
        .object([
            .init("type", .string(name)), .init("nuclei", .int(found.nuclei)),
            .init("cluster", .optional(found.cluster.map { Int($0) })),
            .init("overlap", .double(found.overlap)),
            .init("hits", .array(found.hits.map { .double($0) })),
        ])
    }
}
