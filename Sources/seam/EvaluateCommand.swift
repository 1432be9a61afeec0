import Bytes
import Evaluation
import Foundation
import Imaging

/// `seam evaluate`: compares results with the truth.
enum EvaluateCommand {
    static let usage = """
        usage: seam evaluate LABELS TRUTH [--clusters CSV] [--markers CSV] [--json]
               seam evaluate -o DIR [--tasks LIST] [--datasets LIST] [--methods LIST]
                             [--seeds 1-5] [--fresh]

        The first form compares a segmentation with the truth: F1 and IoU of the pixels, precision, recall and F1
        of the objects at an IoU above 0.5, and their F1 averaged over the thresholds 0.5, 0.55,
        ..., 0.9.

          LABELS           label image: .npy (height, width) of whole numbers, 0 outside, or an
                           .npz with such an array "mask"
          TRUTH            the same; an .npz may also hold "types" (the type of each nucleus),
                           "type_names", "mz" and "fold" (type x ion), as seam simulate writes
          --clusters CSV   columns cell_id, cluster: adjusted Rand index and normalised mutual
                           information against "types", over the nuclei matched at IoU > 0.5
          --markers CSV    columns cluster, rank, mz, direction (with --clusters): for how many types
                           a true ion (fold of at least 1.5) is among the five best up markers of
                           the cluster that matches the type best
          --json           print JSON

        The second form runs a grid and writes tables (runs.csv, table.csv, table.md, PNG) into DIR.
        What DIR/runs.jsonl holds already is not run again. See docs/evaluation.md.

          -o, --output DIR  where to write; made if it is not there
          --tasks LIST      \(GridTask.allCases.map(\.rawValue).joined(separator: ", "))
                            (segmentation)
          --datasets LIST   each NAME or NAME:VARIANT+VARIANT; NAME is a preset of seam simulate,
                            paper-1 to paper-9, or the path of an .npz with cube, mz, mask, types,
                            fold (or X, labels). Variants: dim, low, blur, one-channel, damaged, own
                            (cells from SIMS-Cut); of presets also artefacts, contrast=X, effect=X,
                            types=N, size=N, ions=N, gain-sd=X, counts=X; of paper-N f=X, rho=X,
                            pair=bright, copies, multiplicative, negatives=round, ions=N, size=N
                            (all presets but tiny)
          --methods LIST    methods of the tasks (all but slow ones):
        \(GridTask.allCases.map { "                    \($0.rawValue): " + $0.methods.joined(separator: " ") }.joined(separator: "\n"))
          --seeds LIST      such as 1-5 or 3,7 (1-5)
          --fresh           forget what DIR holds
        """

    static let command = Command.throwing(
        "evaluate", summary: "compare labels and clusters with the truth", usage: usage
    ) { (words) throws(CommandFailure) in try run(words) }

    private static let comparing: [Option] = [
        .value("--clusters", called: "CSV"), .value("--markers", called: "CSV"), .flag("--json"),
    ]

    private static func run(_ words: [String]) throws(CommandFailure) {
        let arguments = try Arguments(
            words, options: comparing + EvaluateGridCommand.options,
            repeatable: EvaluateGridCommand.lists)
        let isGrid = EvaluateGridCommand.options.contains { arguments.has($0.names[0]) }
        if isGrid {
            if let extra = arguments.operands.first {
                throw .usage("unexpected argument \(extra) beside the options of a grid")
            }
            if let odd = comparing.first(where: { arguments.has($0.names[0]) }) {
                throw .usage("\(odd.names[0]) needs LABELS and TRUTH, not a grid")
            }
            return try EvaluateGridCommand.run(arguments, words: words)
        }
        guard arguments.operands.count == 2 else {
            throw .usage("expected LABELS and TRUTH, found \(arguments.operands.count) of them")
        }
        if arguments.has("--markers"), !arguments.has("--clusters") {
            throw .usage("--markers needs --clusters")
        }
        let report = try report(arguments)
        if arguments.has("--json") {
            print(String(decoding: report.json.pretty, as: UTF8.self), terminator: "")
        } else {
            print(report.text)
        }
    }

    private static func report(_ arguments: Arguments) throws(CommandFailure) -> EvaluationReport {
        let labels = try EvaluationFiles.labels(arguments.operands[0])
        let truth = try EvaluationFiles.truth(arguments.operands[1])
        let (found, wanted) = (labels.grid, truth.mask.grid)
        guard found.width == wanted.width, found.height == wanted.height else {
            throw .badData(
                "expected labels of \(wanted.width) x \(wanted.height) px as in the truth, "
                    + "found \(found.width) x \(found.height) px")
        }
        var report = EvaluationReport(
            scores: MaskEvaluation.scores(labels, truth: truth.mask))
        guard let path = arguments.text("--clusters") else { return report }
        guard let types = truth.types else {
            throw .badData("\(arguments.operands[1]): --clusters needs an array \"types\"")
        }
        let clusters = try EvaluationFiles.clusters(path)
        let pairs = MaskEvaluation.matches(labels, truth: truth.mask, iou: 0.5).compactMap {
            match in
            clusters[match.predicted].map { (type: types[Int(match.truth) - 1], cluster: $0) }
        }
        report.add(types: pairs.map(\.type), clusters: pairs.map(\.cluster))
        guard let markerPath = arguments.text("--markers") else { return report }
        guard let fold = truth.fold, let mz = truth.mz else {
            throw .badData("\(arguments.operands[1]): --markers needs arrays \"fold\" and \"mz\"")
        }
        report.add(
            markers: MarkerEvaluation.check(
                types: pairs.map(\.type), clusters: pairs.map(\.cluster), fold: fold, mz: mz,
                markers: try EvaluationFiles.markers(markerPath)),
            names: truth.typeNames)
        return report
    }
}
