/// A mass spectrum as sticks.
public enum SpectrumFigure {
    /// Draws one stick an ion from 0, the highest peaks labelled with their m/z where there is room.
    ///
    /// - Parameters:
    ///   - mz: positions; ions whose m/z or value is not finite are left out, negative values are 0.
    ///   - values: one an ion.
    ///   - unit: of the values, such as `mean counts`.
    ///   - digits: decimals of the labels.
    ///   - peaks: how many of the highest are labelled at most.
    ///   - width: of the whole picture in pixels, or nil for the default.
    /// - Precondition: one value an ion; digits 0...9.
    public static func render(
        mz: [Double], values: [Double], title: String, unit: String, digits: Int = 2,
        peaks: Int = 12, width: Int? = nil
    ) -> Picture {
        precondition(mz.count == values.count, "one value an ion")
        precondition((0...9).contains(digits), "0 to 9 decimals")
        let shown = mz.indices.filter { mz[$0].isFinite && values[$0].isFinite }
        var frame = PlotFrame(
            title: title, x: PlotAxis(label: "m/z", values: shown.map { mz[$0] }, padding: 0.03),
            y: PlotAxis(
                label: unit, values: shown.map { max(0, values[$0]) } + [0], padding: 0.1,
                fromZero: true))
        frame.width = 1300
        frame.height = 520
        let font = Style.small
        return frame.fitting(total: width).render { canvas, mapping in
            var boxes: [Box] = []
            for index in shown {
                let top = mapping.point(mz[index], max(0, values[index]))
                let bottom = Int(mapping.top + mapping.height)
                let x = Int(top.x.rounded()) - 1
                let y = Int(top.y.rounded())
                canvas.fill(x: x, y: y, width: 2, height: bottom - y, Ink.accent)
            }
            let highest = shown.sorted { (values[$1], $0) < (values[$0], $1) }.prefix(400)
            for index in highest where boxes.count < peaks && values[index] > 0 {
                let text = NumberText.fixed(mz[index], digits: digits, byThousands: false)
                let at = mapping.point(mz[index], values[index])
                let half = font.width(of: text) / 2
                let box = Box(
                    left: at.x - half - 6, right: at.x + half + 6,
                    top: at.y - 8 - font.capHeight, bottom: at.y - 4)
                guard box.left >= mapping.left, box.right <= mapping.left + mapping.width,
                    !boxes.contains(where: box.meets),
                    !hidden(box, by: highest, except: index, mz, values, mapping)
                else { continue }
                boxes.append(box)
                canvas.text(text, x: at.x, y: at.y - 8, font: font, align: .centre)
            }
        }
    }

    private struct Box {
        let left: Double
        let right: Double
        let top: Double
        let bottom: Double

        func meets(_ other: Box) -> Bool {
            left < other.right && other.left < right && top < other.bottom && other.top < bottom
        }
    }

    /// Whether a stick of another ion runs through a label.
    private static func hidden(
        _ box: Box, by sticks: ArraySlice<Int>, except index: Int, _ mz: [Double],
        _ values: [Double], _ mapping: PlotMapping
    ) -> Bool {
        sticks.contains { other in
            guard other != index else { return false }
            let at = mapping.point(mz[other], values[other])
            return at.x > box.left + 3 && at.x < box.right - 3 && at.y < box.bottom
        }
    }
}
