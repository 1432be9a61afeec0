import HTTP
import Workbench

/// What is in a dataset: ions, ion images, spectra, overlays, colocalisation.
enum IonRoutes {
    static let all: [Route] = [
        Route("GET", "v1/datasets/{id}/ions", formats: [.json, .csv, .tsv], ions),
        Route(
            "GET", "v1/datasets/{id}/ions/{ion}", formats: [.png, .json, .csv, .npy, .tif], image),
        Route("GET", "v1/datasets/{id}/spectrum", formats: [.json, .csv, .tsv, .png], spectrum),
        Route("GET", "v1/datasets/{id}/overlay", formats: [.png], overlay),
        Route("GET", "v1/datasets/{id}/colocalized", formats: [.json, .csv, .tsv], colocalized),
        Route(
            "GET", "v1/datasets/{id}/images", formats: [.npz, .npy, .tif, .omeTIFF, .imzML], images),
    ]

    private static let tolerances = ["tolerance_mz", "tolerance_ppm"]

    private static func tolerance(_ query: Query) throws(WorkbenchError) -> IonLookup.Tolerance {
        let mz = try query.number("tolerance_mz", in: 0...1000)
        let ppm = try query.number("tolerance_ppm", in: 0...1_000_000)
        if mz != nil, ppm != nil {
            throw .badQuery([
                .init("tolerance_ppm", "give tolerance_mz or tolerance_ppm, not both")
            ])
        }
        if let ppm { return .ppm(ppm) }
        return .mz(mz ?? 0.5)
    }

    private static let ions: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        _ = try exchange.query()
        let bytes = try using { () throws(WorkbenchError) in
            let dataset = try exchange.workbench.dataset(
                exchange.capture("id"), caller: exchange.caller)
            return try exchange.workbench.ionTable(dataset, format: exchange.format.rawValue)
        }
        return Reply.immutable(bytes, exchange.format)
    }

    /// All ion images in one file; a changed name or pixel size changes it.
    private static let images: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        _ = try exchange.query()
        return try using { () throws(WorkbenchError) in
            let dataset = try exchange.workbench.dataset(
                exchange.capture("id"), caller: exchange.caller)
            return try Reply.download(
                try exchange.workbench.images(dataset, form: exchange.format.rawValue),
                exchange.format, name: exchange.workbench.fileName(of: dataset), changes: true)
        }
    }

    private static let pictureOptions = [
        "colormap", "clip", "scale", "normalization", "smooth", "zoom",
    ]

    private static func options(_ query: Query) throws(WorkbenchError) -> PictureOptions {
        var options = PictureOptions()
        options.colormap =
            try query.choice("colormap", PictureOptions.colormaps) ?? options.colormap
        options.clip = try query.number("clip", in: 0.1...100) ?? options.clip
        options.scale = try query.choice("scale", PictureOptions.scales) ?? options.scale
        options.normalization =
            try query.choice("normalization", PictureOptions.normalizations)
            ?? options.normalization
        options.smooth = try query.number("smooth", in: 0...20) ?? 0
        options.zoom = try query.integer("zoom", in: 1...8) ?? 1
        options.legend = try query.flag("legend") ?? false
        options.scaleBar = try query.flag("scalebar") ?? options.legend
        return options
    }

    private static let image: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        let picture = exchange.format == .png
        let query = try exchange.query(
            tolerances + (picture ? pictureOptions + ["scalebar", "legend"] : []))
        return try using { () throws(WorkbenchError) in
            let workbench = exchange.workbench
            let dataset = try workbench.dataset(exchange.capture("id"), caller: exchange.caller)
            let key = "\(dataset.etag) \(exchange.format.rawValue) \(exchange.request.target)"
            let kept = exchange.cache.answer(key)
            exchange.metrics.looked(found: kept != nil)
            if var kept {
                kept.mayRepeat = exchange.mayRepeat
                return kept
            }
            let ions = try workbench.ions(of: dataset)
            let index = try workbench.ion(
                exchange.capture("ion"), of: ions, tolerance: try tolerance(query))
            let drawn = try options(query)
            let bytes = try workbench.ionImage(
                dataset, ion: ions[index], format: exchange.format.rawValue,
                options: drawn)
            let named = [("X-Seam-Ion", workbench.name(of: ions[index]))]
            // Title, scale bar and pixel size can be changed; the data cannot.
            let changes =
                picture
                ? drawn.legend || drawn.scaleBar : [.json, .tif].contains(exchange.format)
            let answer =
                changes
                ? Reply.mutable(bytes, exchange.format, headers: named)
                : Reply.immutable(bytes, exchange.format, headers: named)
            exchange.cache.keep(answer, as: key)
            return answer
        }
    }

    private static let spectrum: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        let query = try exchange.query("job", "cluster")
        return try using { () throws(WorkbenchError) in
            let workbench = exchange.workbench
            let dataset = try workbench.dataset(exchange.capture("id"), caller: exchange.caller)
            let cluster = try query.integer("cluster", in: 1...100_000)
            switch (query.text("job"), cluster) {
            case (nil, nil):
                return Reply.mutable(
                    try workbench.spectrum(
                        dataset, cluster: nil, format: exchange.format.rawValue), exchange.format)
            case (let id?, let cluster?):
                let job = try workbench.job(id, caller: exchange.caller)
                return Reply.mutable(
                    try workbench.spectrum(
                        dataset, cluster: (job, cluster), format: exchange.format.rawValue),
                    exchange.format)
            default:
                throw .badQuery([.init("job", "job and cluster are given together")])
            }
        }
    }

    private static let overlay: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        let colors = ["red", "green", "blue"]
        let known = pictureOptions.filter { $0 != "colormap" && $0 != "normalization" }
        let query = try exchange.query(
            colors + tolerances + known + ["scalebar", "legend"])
        return try using { () throws(WorkbenchError) in
            let workbench = exchange.workbench
            let dataset = try workbench.dataset(exchange.capture("id"), caller: exchange.caller)
            let ions = try workbench.ions(of: dataset)
            var chosen: [Int?] = []
            for color in colors {
                chosen.append(
                    try query.text(color).map { (text) throws(WorkbenchError) in
                        try workbench.ion(text, of: ions, tolerance: try tolerance(query))
                    })
            }
            guard chosen.contains(where: { $0 != nil }) else {
                throw .badQuery([.init("red", "give an ion for red, green or blue")])
            }
            let bytes = try workbench.overlay(
                dataset, ions: chosen.map { $0.map { ions[$0] } }, options: try options(query))
            let names = chosen.map { $0.map { workbench.name(of: ions[$0]) } ?? "-" }
            return Reply.mutable(
                bytes, .png, headers: [("X-Seam-Ion", names.joined(separator: ", "))])
        }
    }

    private static let colocalized: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        let query = try exchange.query(["ion", "limit", "metric"] + tolerances)
        return try using { () throws(WorkbenchError) in
            let workbench = exchange.workbench
            let dataset = try workbench.dataset(exchange.capture("id"), caller: exchange.caller)
            let ions = try workbench.ions(of: dataset)
            guard let text = query.text("ion") else {
                throw .badQuery([.init("ion", "expected the ion to compare with")])
            }
            let ion = try workbench.ion(text, of: ions, tolerance: try tolerance(query))
            let bytes = try workbench.colocalized(
                dataset, ion: ion,
                metric: try query.choice("metric", Workbench.colocalizationMetrics) ?? "pearson",
                limit: try query.integer("limit", in: 1...100_000) ?? 20,
                format: exchange.format.rawValue)
            return Reply.immutable(
                bytes, exchange.format, headers: [("X-Seam-Ion", workbench.name(of: ions[ion]))])
        }
    }
}
