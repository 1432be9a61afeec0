public import Imaging

/// The picture of one ion image.
public enum IonImageFigure {
    /// Size of the picture that `render` makes without a legend and scale bar.
    ///
    /// Check it by `Picture.fits` before a request's zoom is granted.
    public static func size(grid: PixelGrid, options: IonImageOptions) -> (width: Int, height: Int)
    {
        let zoom = options.tamed.zoom
        return (grid.width * zoom, grid.height * zoom)
    }

    /// The image in colour.
    ///
    /// Without legend and scale bar: the data only, `zoom` PNG pixels a raster pixel, as a palette picture
    /// of 256 colours. With a legend: a figure at 2 x density with title, colour bar, and the clip
    /// stated. With a scale bar only: the data over a dark strip that holds the bar.
    /// - Parameters:
    ///   - values: P values in row-major order; what is not positive or not a number is drawn as 0.
    ///   - title: such as `liver_1 · m/z 134.05 · adenine`; shortened where it is too long.
    ///   - unit: what the values are, such as `counts`.
    ///   - measured: false where a pixel was never measured (drawn grey); nil: all were.
    /// - Precondition: `values` (and `measured`) have one element a pixel; the size `fits`.
    /// - Complexity: O(P zoom^2).
    public static func render(
        values: [Float], grid: PixelGrid, title: String, unit: String, options: IonImageOptions,
        measured: [Bool]? = nil
    ) -> Picture {
        precondition(values.count == grid.count, "one value a pixel")
        precondition(measured.map { $0.count == grid.count } ?? true, "one flag a pixel")
        let options = options.tamed
        var values = Smoothing.gaussian(
            values, width: grid.width, height: grid.height, sigma: options.smooth,
            measured: measured)
        if let measured {
            for i in values.indices where !measured[i] { values[i] = 0 }
        }
        let scale = ValueScale(values: values, clip: options.clip, scale: options.scale)
        let image = Shaded(
            values: values, measured: measured, scale: scale, table: options.colormap.table)
        if options.legend {
            return figure(image, grid: grid, title: title, unit: unit, options: options)
        }
        let zoomed = image.enlarged(grid: grid, zoom: options.zoom)
        return options.scaleBar ? onStrip(zoomed, grid: grid, zoom: options.zoom) : zoomed
    }

    private static func figure(
        _ image: Shaded, grid: PixelGrid, title: String, unit: String, options: IonImageOptions
    ) -> Picture {
        let display = DisplayScale(grid: grid, atLeast: options.zoom)
        let bar = ColorBar.panel(
            table: options.colormap.table, ticks: ColorBar.ticks(of: image.scale), unit: unit,
            height: min(display.height, 900))
        let layout = ImageFigure(
            title: title, width: display.width, height: display.height, side: bar,
            scaleBar: options.scaleBar ? ScaleBar(grid: grid, displayed: display.factor) : nil,
            note: note(image.scale, options: options))
        let shown = image.reduced(display, grid: grid)
        return layout.render { canvas, x, y in
            canvas.draw(
                rgb: shown.rgb, width: display.width / display.zoom,
                height: display.height / display.zoom, x: x, y: y, zoom: display.zoom)
        }
    }

    /// How values became colours, in words.
    static func note(_ scale: ValueScale, options: IonImageOptions) -> String {
        var parts: [String] = []
        if scale.empty {
            parts.append("no positive pixel")
        } else if options.clip < 100 {
            let percent = NumberText.short(options.clip)
            parts.append("clipped at \(percent) % = \(NumberText.short(scale.upper))")
        } else {
            parts.append("maximum \(NumberText.short(scale.upper))")
        }
        if options.scale == .sqrt { parts.append("square-root scale") }
        if options.scale == .log { parts.append("log scale") }
        if options.smooth > 0 {
            parts.append("smoothed, σ = \(NumberText.short(options.smooth)) px")
        }
        return parts.joined(separator: " · ")
    }

    /// The data with a dark strip below that holds a scale bar.
    private static func onStrip(_ data: Picture, grid: PixelGrid, zoom: Int) -> Picture {
        let bar = ScaleBar(grid: grid, displayed: Double(zoom))
        let size = min(22, max(11, Double(data.width) / 28))
        let font = Font(size: size)
        let pad = Int(size / 2)
        let strip = Int(font.lineHeight) + pad
        let width = max(data.width, Int(bar.width(font: font).rounded(.up)) + 2 * pad)
        var canvas = Canvas(width: width, height: data.height + strip, color: Ink.plate)
        canvas.draw(
            rgb: data.rgb, width: data.width, height: data.height, x: (width - data.width) / 2, y: 0
        )
        bar.draw(
            on: &canvas, x: pad, middle: data.height + strip / 2, font: font, color: Ink.paper)
        return Picture(width: width, height: canvas.height, pixels: .rgb(canvas.pixels))
    }
}

/// An ion image as palette indices.
struct Shaded {
    let values: [Float]
    let measured: [Bool]?
    let scale: ValueScale
    let table: [UInt8]

    /// 256 colours, or 255 and the grey of unmeasured pixels.
    private var palette: [UInt8] {
        guard measured != nil else { return table }
        var colors: [UInt8] = []
        for entry in 0..<255 {
            let color = ColorMap.color(table, at: Double(entry) / 254)
            colors += [color.red, color.green, color.blue]
        }
        return colors + [Ink.missing.red, Ink.missing.green, Ink.missing.blue]
    }

    private var indices: [UInt8] {
        guard let measured else { return scale.indices(values) }
        var indices = scale.indices(values, top: 254)
        for i in indices.indices where !measured[i] { indices[i] = 255 }
        return indices
    }

    /// The data, each pixel a square of `zoom` x `zoom`.
    func enlarged(grid: PixelGrid, zoom: Int) -> Picture {
        let small = indices
        guard zoom > 1 else {
            return Picture(
                width: grid.width, height: grid.height, pixels: .indexed(small, palette: palette))
        }
        let width = grid.width * zoom
        precondition(Picture.fits(width: width, height: grid.height * zoom), "within the limit")
        var large: [UInt8] = []
        large.reserveCapacity(width * grid.height * zoom)
        for y in 0..<grid.height {
            let start = large.count
            for x in 0..<grid.width {
                let index = small[y * grid.width + x]
                for _ in 0..<zoom { large.append(index) }
            }
            let row = Array(large[start...])
            for _ in 1..<zoom { large += row }
        }
        return Picture(
            width: width, height: grid.height * zoom, pixels: .indexed(large, palette: palette))
    }

    /// The image as a figure shows it, reduced where it is large.
    func reduced(_ display: DisplayScale, grid: PixelGrid) -> Picture {
        let columns = display.width / display.zoom
        let rows = display.height / display.zoom
        let flags = measured.map { measured in
            display.shrink == 1
                ? measured
                : (0..<columns * rows).map {
                    measured[display.source($0 % columns, $0 / columns, grid: grid)]
                }
        }
        let small = Shaded(
            values: display.reduced(values, grid: grid), measured: flags, scale: scale,
            table: table)
        return small.enlarged(grid: PixelGrid(width: columns, height: rows), zoom: 1)
    }
}
