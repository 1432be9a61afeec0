import Bytes
import SEAMCore
import Store

extension Workbench {
    /// The report of an analysis: one HTML page with its pictures inside.
    func report(_ source: ResultSource, _ summary: JSON) throws(WorkbenchError) -> [UInt8] {
        var page = HTMLPage(title: "\(source.dataset.name): SEAM analysis")
        let dataset = source.dataset
        page.heading(1, dataset.name)
        page.paragraph(
            "\(dataset.width) × \(dataset.height) pixels, \(dataset.ionCount) ions"
                + (dataset.pixelSizeMicrometres.map { ", \($0) µm a pixel" } ?? "")
                + ". Analysed by \(Software.name) \(Software.version) on "
                + "\(source.job.finishedAt ?? "").")
        for warning in source.job.warnings { page.paragraph("Note: \(warning)") }
        for kind in JobKind.parts {
            guard let part = source.upstream[kind] else { continue }
            page.heading(2, kind.summary)
            guard part.state == .succeeded else {
                let reason = summary["parts"]?[kind.rawValue]?["reason"]?.string
                page.paragraph("Skipped: \(reason ?? part.state.rawValue)")
                continue
            }
            try add(kind, part, to: &page)
        }
        page.heading(2, "Provenance")
        page.code(String(decoding: (try provenance(of: source.job)).pretty, as: UTF8.self))
        return page.encoded
    }

    private func add(
        _ kind: JobKind, _ part: JobRecord, to page: inout HTMLPage
    ) throws(WorkbenchError) {
        if kind == .view {
            page.picture(
                try result(part, format: "png", options: ResultOptions()), alternative: "SIMS-View",
                pixelated: true)
        }
        for name in try plotNames(of: part) {
            page.picture(try plot(part, name: name), alternative: "\(kind.rawValue) \(name)")
        }
        if kind == .diff { page.table(try markerSummary(part)) }
    }

    /// The five best up markers of every cluster.
    private func markerSummary(_ job: JobRecord) throws(WorkbenchError) -> ResultTable {
        let (_, source) = try source(of: job)
        let top = try source.reader.markers().filter { $0.direction == .up && $0.rank <= 5 }
        return ResultTables.markers(top, ions: source.ions)
    }
}
