import Bytes
import Export
import Imaging
import Render
public import Store

/// How an ion image is drawn; the names and defaults of the contract.
public struct PictureOptions: Sendable {
    /// A sequential colour map.
    public var colormap = "viridis"
    /// Upper clip as a percentile of the positive pixels, above 0, at most 100.
    public var clip = 99.0
    /// `linear`, `sqrt` or `log`.
    public var scale = "linear"
    /// `none`, `tic`, `median` or `rms`.
    public var normalization = "none"
    /// Standard deviation of a Gaussian in pixels.
    public var smooth = 0.0
    /// Picture pixels a raster pixel.
    public var zoom = 1
    /// Whether a scale bar is drawn.
    public var scaleBar = false
    /// Whether title and colour bar are drawn.
    public var legend = false

    /// The defaults.
    public init() {}

    /// The sequential colour maps.
    public static let colormaps = ColorMap.allCases.map(\.rawValue)
    /// The scales.
    public static let scales = ["linear", "sqrt", "log"]
    /// The normalisations.
    public static let normalizations = ["none", "tic", "median", "rms"]

    var drawing: IonImageOptions {
        IonImageOptions(
            colormap: ColorMap(rawValue: colormap) ?? .viridis, clip: clip,
            scale: IonImageOptions.Scale(rawValue: scale) ?? .linear, smooth: smooth, zoom: zoom,
            legend: legend, scaleBar: scaleBar)
    }
}

extension Workbench {
    /// Finds an ion by label, m/z or nominal mass.
    public func ion(
        _ text: String, of ions: [IonRecord], tolerance: IonLookup.Tolerance
    ) throws(WorkbenchError) -> Int {
        try IonLookup(channels: ions.map(\.channel), totals: ions.map(\.totalCounts))
            .index(of: text, tolerance: tolerance)
    }

    /// An ion image in one of its forms: `png`, `json`, `csv`, `npy` or `tif`.
    public func ionImage(
        _ dataset: DatasetRecord, ion: IonRecord, format: String, options: PictureOptions
    ) throws(WorkbenchError) -> [UInt8] {
        let image = try image(dataset, ion: ion.index)
        switch format {
        case "npy": return NumpyExport.image(image, grid: dataset.grid)
        case "tif": return TIFF.image(image, grid: dataset.grid)
        case "csv": return Self.csv(image, grid: dataset.grid)
        case "json": return Self.json(image, ion: ion, grid: dataset.grid).encoded
        default: return try picture(dataset, ion, image, options)
        }
    }

    private func picture(
        _ dataset: DatasetRecord, _ ion: IonRecord, _ image: PixelValues, _ options: PictureOptions
    ) throws(WorkbenchError) -> [UInt8] {
        try Self.checkSize(dataset, zoom: options.zoom)
        let (values, unit) = try normalized(dataset, image, options.normalization)
        return IonImageFigure.render(
            values: values, grid: dataset.grid, title: "\(dataset.name) · \(ion.channel.title)",
            unit: unit, options: options.drawing
        ).png(text: [
            ("Software", "\(Software.name) \(Software.version)"), ("Source", dataset.id),
            ("Title", ion.channel.title),
            ("Comment", "colormap=\(options.colormap) clip=\(options.clip) scale=\(options.scale)"),
        ])
    }

    private static func checkSize(_ dataset: DatasetRecord, zoom: Int) throws(WorkbenchError) {
        guard Picture.fits(width: dataset.width * zoom, height: dataset.height * zoom) else {
            throw .badQuery([
                .init("zoom", "the picture would be larger than 64 megapixels; use a smaller zoom")
            ])
        }
    }

    /// The values divided by each pixel's total, median or root mean square, scaled back by its mean.
    private func normalized(
        _ dataset: DatasetRecord, _ image: PixelValues, _ normalization: String
    ) throws(WorkbenchError) -> (values: [Float], unit: String) {
        let values = image.floats
        guard normalization != "none" else { return (values, "counts") }
        let divisors = try norms(dataset, normalization)
        return (
            zip(values, divisors).map { $1 > 0 ? $0 / $1 : 0 },
            "counts / pixel \(normalization.uppercased())"
        )
    }

    private func norms(
        _ dataset: DatasetRecord, _ kind: String
    ) throws(WorkbenchError) -> [Float] {
        let pixels = dataset.grid.count
        guard kind == "median" else {
            var sums = PixelNorms.Sums(pixels: pixels, squared: kind == "rms")
            for ion in 0..<dataset.ionCount { sums.add(try image(dataset, ion: ion).floats) }
            return sums.norms
        }
        guard pixels <= Self.valuesAtOnce / max(dataset.ionCount, 1) else {
            throw .badQuery([
                .init(
                    "normalization",
                    "the median over the channels of a dataset this large is not offered; use tic or rms"
                )
            ])
        }
        return PixelNorms.medians(
            try WorkbenchError.storing { () throws(StoreError) in
                try store.stack(dataset: dataset.id)
            })
    }

    private static func csv(_ image: PixelValues, grid: PixelGrid) -> [UInt8] {
        var table = CSVTable(columns: ["x_px", "y_px", "counts"])
        for (index, value) in image.doubles.enumerated() {
            table.append([.int(index % grid.width), .int(index / grid.width), .double(value)])
        }
        return table.encoded
    }

    private static func json(_ image: PixelValues, ion: IonRecord, grid: PixelGrid) -> JSON {
        let values = image.doubles
        let rows = (0..<grid.height).map { y in
            JSON.array(values[y * grid.width..<(y + 1) * grid.width].map { .double($0) })
        }
        return [
            "index": .int(ion.index), "mz": .optional(ion.channel.mz),
            "label": .optional(ion.channel.label), "width": .int(grid.width),
            "height": .int(grid.height), "pixel_size_um": .optional(grid.pixelSizeMicrometres),
            "total_counts": .double(ion.totalCounts), "max": .double(ion.max),
            "values": .array(rows),
        ]
    }

    /// Up to three ion images merged, as PNG.
    public func overlay(
        _ dataset: DatasetRecord, ions: [IonRecord?], options: PictureOptions
    ) throws(WorkbenchError) -> [UInt8] {
        try Self.checkSize(dataset, zoom: options.zoom)
        var planes: [[Float]?] = []
        for ion in ions {
            planes.append(
                try ion.map { (record) throws(WorkbenchError) in
                    try image(dataset, ion: record.index).floats
                })
        }
        return OverlayFigure.render(
            red: planes[0], green: planes[1], blue: planes[2], grid: dataset.grid,
            names: ions.map { $0?.channel.title ?? "" }, options: options.drawing,
            title: dataset.name
        ).png(text: [("Software", "\(Software.name) \(Software.version)"), ("Source", dataset.id)])
    }
}
