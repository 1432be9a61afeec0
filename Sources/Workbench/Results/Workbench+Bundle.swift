import Bytes
import Export
public import Store

extension Workbench {
    /// A name for the files of a job's result: the dataset's and the kind's.
    public func fileName(of job: JobRecord) -> String {
        let dataset = try? dataset(job.dataset ?? "", caller: .local)
        return FileNames.safe("\(dataset?.name ?? "dataset")_\(job.kind)")
    }

    /// Everything of a finished job and of the jobs it was made from, in one archive with a README:
    /// of an analysis also its report, AnnData and SpatialData, as folders.
    ///
    /// - Throws: As `content`; `.storageFull`.
    /// - Complexity: holds one member at a time, of AnnData the matrix of cells x ions.
    public func bundle(_ job: JobRecord) throws(WorkbenchError) -> ResultContent {
        let (kind, source) = try source(of: job)
        return try archive { zip throws(WorkbenchError) in
            var bundle = BundleWriter(folder: fileName(of: job) + "/")
            if kind == .analysis {
                try bundle.add(
                    "report.html", try report(source, try source.reader.summary()),
                    "all figures and tables on one page; opens in any browser", to: &zip)
            }
            try bundle.add(
                "parameters.json", try parameters(source).pretty,
                "every parameter of every step, software, check sum of the upload", to: &zip)
            try bundle.add(
                "dataset.json", source.dataset.document.pretty, "what was measured", to: &zip)
            try bundle.add(
                "ions.csv", try ionTable(source.dataset, format: "csv"),
                "the ions with their counts over all pixels", to: &zip)
            for (number, part) in bundleParts(kind, source).enumerated() {
                try checkRoom()
                try add(part.job, part.kind, number + 1, to: &bundle, &zip)
            }
            if kind == .analysis {
                let stem = FileNames.safe(source.dataset.name)
                bundle.tell(
                    "\(stem).adata.zarr/", "cells x ions for Python: anndata.read_zarr(folder)")
                try writeAnnData(source, to: &zip, folder: bundle.folder + "\(stem).adata.zarr/")
                bundle.tell(
                    "\(stem).sdata.zarr/",
                    "the same with ion images and nuclei: spatialdata.read_zarr(folder), napari")
                try writeSpatialData(
                    source, to: &zip, folder: bundle.folder + "\(stem).sdata.zarr/")
            }
            try bundle.finish(Self.readme(source), to: &zip)
        }
    }

    private func bundleParts(
        _ kind: JobKind, _ source: ResultSource
    ) -> [(kind: JobKind, job: JobRecord)] {
        var parts = JobKind.allCases.compactMap { kind in
            source.upstream[kind].map { (kind: kind, job: $0) }
        }
        if kind != .analysis { parts.append((kind, source.job)) }
        return parts.filter { $0.job.state == .succeeded }
    }

    /// The forms of one part, with names that say what they are.
    private func add(
        _ job: JobRecord, _ kind: JobKind, _ number: Int, to bundle: inout BundleWriter,
        _ zip: inout ZipWriter
    ) throws(WorkbenchError) {
        let folder = "\(number)_\(kind.rawValue)/"
        let plots = try plotNames(of: job)
        for form in kind.formats where Self.isBundled(form, of: kind, plots: plots) {
            let file = Self.bundleName(form, of: kind)
            try bundle.add(
                folder + file.name, try result(job, format: form, options: ResultOptions()),
                file.meaning, to: &zip)
        }
        for name in plots {
            try bundle.add(
                "\(folder)\(name).png", try plot(job, name: name), "figure", to: &zip)
        }
    }

    /// Each thing once: pictures that are among the plots, and tables that differ by the commas only,
    /// are not repeated; the matrix of SIMS-ID is in the AnnData folder.
    private static func isBundled(_ form: String, of kind: JobKind, plots: [String]) -> Bool {
        switch form {
        case "tsv", "html": false
        case "png": kind == .view || plots.isEmpty
        case "npy": kind != .representation
        default: !form.hasSuffix(".zip")
        }
    }

    private static func bundleName(
        _ form: String, of kind: JobKind
    ) -> (name: String, meaning: String) {
        switch (kind, form) {
        case (.view, "png"): ("view.png", "SIMS-View, one pixel a pixel")
        case (.view, "npy"): ("view.npy", "the same as numbers, sRGB (height, width, 3)")
        case (.segmentation, "csv"): ("cells.csv", "nuclei: place, area, confidence")
        case (.segmentation, "npy"): ("labels.npy", "number of the nucleus at every pixel, int32")
        case (.segmentation, "tif"): ("labels.tif", "the same for Fiji, napari, QuPath")
        case (.segmentation, "geojson"):
            ("nuclei.geojson", "outlines in pixels with measurements, for QuPath")
        case (.clustering, "csv"): ("clusters.csv", "cluster of every nucleus")
        case (.clustering, "tif"): ("clusters.tif", "number of the cluster at every pixel")
        case (.clustering, "geojson"):
            ("clusters.geojson", "outlines classified by cluster, for QuPath")
        case (.embedding, "csv"): ("umap.csv", "UMAP of nuclei")
        case (.diff, "csv"): ("markers.csv", "every ion for every cluster, with tests")
        default: ("result.\(form)", "the result as .\(form)")
        }
    }

    /// All parameters and where the data come from.
    private func parameters(_ source: ResultSource) throws(WorkbenchError) -> JSON {
        var parts: [JSON.Member] = []
        for kind in JobKind.allCases {
            guard let part = source.upstream[kind] else { continue }
            parts.append(.init(kind.rawValue, Self.told(part)))
        }
        return [
            "software": .string(Software.name), "version": .string(Software.version),
            "dataset": .string(source.dataset.name),
            "dataset_sha256": .string(source.dataset.sha256),
            "pixel_size_um": .optional(source.dataset.pixelSizeMicrometres),
            source.job.kind: Self.told(source.job), "parts": .object(parts),
        ]
    }

    private static func told(_ job: JobRecord) -> JSON {
        [
            "job": .string(job.id), "state": .string(job.state.rawValue),
            "parameters": parse(job.parametersJSON),
            "warnings": .array(job.warnings.map { .string($0) }),
            "submitted_at": .string(job.submittedAt), "started_at": .optional(job.startedAt),
            "finished_at": .optional(job.finishedAt),
            "provenance": job.provenanceJSON.map(parse) ?? .null,
            "annotations": job.annotationsJSON.map(parse) ?? .null,
        ]
    }

    private static func readme(_ source: ResultSource) -> String {
        let dataset = source.dataset
        let size = dataset.pixelSizeMicrometres.map { "\($0) µm" } ?? "not known"
        let time = source.job.finishedAt ?? ""
        return """
            \(dataset.name.split(whereSeparator: \.isNewline).joined(separator: " "))
            \(source.job.kind) by \(Software.name) \(Software.version), \(time)

            Raster       \(dataset.width) x \(dataset.height) pixels, pixel size \(size)
            Ions         \(dataset.ionCount)
            Upload       SHA-256 \(dataset.sha256)

            Pixels count from 0 at the top left, x to the right, y down. A nucleus has the same number
            (cell_id) in every file; 0 in a label image is outside. Units are in the names of columns:
            px pixels, um micrometres, um2 square micrometres; counts are detector counts a pixel.
            Folders are numbered in the order of the steps.

            """
    }
}
