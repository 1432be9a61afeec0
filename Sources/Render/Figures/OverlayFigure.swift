public import Imaging

/// Up to three ion images merged as red, green and blue.
public enum OverlayFigure {
    /// The merged image: data only, `zoom` PNG pixels a raster pixel; with `options.legend` a figure with title
    /// and the names of the channels.
    ///
    /// Every channel is scaled by itself (its own clip) with the scale and smoothing of `options`; its
    /// colour map is not used.
    /// - Parameters:
    ///   - names: what the three channels are, `""` for one that is nil.
    ///   - title: for the legend.
    ///   - unit: what the values are.
    /// - Precondition: every given channel has one value a pixel; three names; the size fits.
    public static func render(
        red: [Float]?, green: [Float]?, blue: [Float]?, grid: PixelGrid, names: [String],
        options: IonImageOptions, title: String = "",
        unit: String = "counts"
    ) -> Picture {
        let channels = [red, green, blue]
        precondition(channels.allSatisfy { $0?.count ?? grid.count == grid.count })
        precondition(names.count == 3, "three names")
        let options = options.tamed
        let smooth = channels.map { values in
            values.map {
                Smoothing.gaussian(
                    $0, width: grid.width, height: grid.height, sigma: options.smooth, measured: nil
                )
            }
        }
        let scales = smooth.map { values in
            values.map { ValueScale(values: $0, clip: options.clip, scale: options.scale) }
        }
        guard options.legend || options.scaleBar else {
            let rgb = merged(smooth, scales, count: grid.count)
            var canvas = Canvas(
                width: grid.width * options.zoom, height: grid.height * options.zoom)
            canvas.draw(
                rgb: rgb, width: grid.width, height: grid.height, x: 0, y: 0, zoom: options.zoom)
            return Picture(
                width: canvas.width, height: canvas.height, pixels: .rgb(canvas.pixels))
        }
        let display = DisplayScale(grid: grid, atLeast: options.zoom)
        let reduced = smooth.map { $0.map { display.reduced($0, grid: grid) } }
        let rgb = merged(
            reduced, scales, count: display.width / display.zoom * (display.height / display.zoom))
        let layout = ImageFigure(
            title: title, width: display.width, height: display.height,
            side: legend(names: names, scales: scales, unit: unit),
            scaleBar: options.scaleBar ? ScaleBar(grid: grid, displayed: display.factor) : nil,
            note: IonImageFigure.overlayNote(options))
        return layout.render { canvas, x, y in
            canvas.draw(
                rgb: rgb, width: display.width / display.zoom,
                height: display.height / display.zoom, x: x, y: y, zoom: display.zoom)
        }
    }

    private static func merged(
        _ channels: [[Float]?], _ scales: [ValueScale?], count: Int
    ) -> [UInt8] {
        var rgb = [UInt8](repeating: 0, count: 3 * count)
        for (place, (values, scale)) in zip(channels, scales).enumerated() {
            guard let values, let scale else { continue }
            let indices = scale.indices(values)
            for i in 0..<count { rgb[3 * i + place] = indices[i] }
        }
        return rgb
    }

    private static func legend(
        names: [String], scales: [ValueScale?], unit: String
    ) -> SidePanel {
        let font = Style.label
        let colors = [RGB(0xff0000), RGB(0x00ff00), RGB(0x0000ff)]
        var rows: [(color: RGB, name: String, range: String)] = []
        for place in 0..<3 {
            guard let scale = scales[place] else { continue }
            rows.append(
                (
                    colors[place], font.shortened(names[place], to: 320),
                    "0 – \(NumberText.short(scale.upper)) \(unit)"
                ))
        }
        let widest = rows.map { max(font.width(of: $0.name), Style.small.width(of: $0.range)) }
            .max()
        let width = 36 + Int((widest ?? 0).rounded(.up))
        return SidePanel(width: width, height: rows.count * 76) { canvas, x, y in
            for (place, row) in rows.enumerated() {
                let top = y + place * 76
                canvas.fill(x: x, y: top, width: 22, height: 22, row.color)
                canvas.text(
                    row.name, x: Double(x + 36), y: Double(top + 11) + font.capHeight / 2,
                    font: font)
                canvas.text(
                    row.range, x: Double(x + 36), y: Double(top + 50), font: Style.small, Ink.quiet)
            }
        }
    }
}

extension IonImageFigure {
    /// What is common to all channels of an overlay, in words.
    static func overlayNote(_ options: IonImageOptions) -> String {
        var parts = ["each clipped at \(NumberText.short(options.clip)) %"]
        if options.scale == .sqrt { parts.append("square-root scale") }
        if options.scale == .log { parts.append("log scale") }
        return parts.joined(separator: " · ")
    }
}
