public import Imaging

/// The spatial single-nucleus map: every cell in the colour of its cluster.
public enum CellMapFigure {
    /// Draws the map on a dark plate, with a legend of colour, number, name, count and share.
    ///
    /// Where cells meet there is a seam, one picture pixel wide. The number of a cluster
    /// stands on its large groups of neighbouring cells.
    /// - Parameters:
    ///   - labels: the cells.
    ///   - clusters: cluster of each cell (element `cell_id - 1`), from 1; 0 for none. Cells beyond its end
    ///     have none.
    ///   - names: names of cluster 1, 2, ...; `""` for one without.
    ///   - title: shortened where it is too long.
    ///   - scaleBar: whether to draw one below.
    ///   - colors: chosen colour of cluster 1, 2, ..., nil for the palette's; may be shorter.
    /// - Complexity: O(picture pixels + cells log cells).
    public static func render(
        labels: LabelImage, clusters: [Int32], names: [String], title: String,
        scaleBar: Bool = true, colors: [(UInt8, UInt8, UInt8)?] = []
    ) -> Picture {
        let chosen = ClusterColors(colors)
        let grid = labels.grid
        let display = DisplayScale(grid: grid)
        let legend = ClusterLegend(
            clusters: Array(clusters.prefix(labels.cellCount)), names: names, thing: "cells",
            colors: chosen)
        let layout = ImageFigure(
            title: title, width: display.width, height: display.height,
            side: legend.panel(beside: display.height),
            scaleBar: scaleBar ? ScaleBar(grid: grid, displayed: display.factor) : nil, note: nil)
        return layout.render { canvas, x, y in
            paint(labels, clusters, chosen, display, on: &canvas, x, y)
            let groups = CellGroups.find(labels: labels, clusters: clusters)
            number(groups, display, on: &canvas, x, y)
        }
    }

    private static func paint(
        _ labels: LabelImage, _ clusters: [Int32], _ chosen: ClusterColors,
        _ display: DisplayScale, on canvas: inout Canvas, _ left: Int, _ top: Int
    ) {
        var colors = [Ink.plate]
        for cell in 0..<labels.cellCount {
            let cluster = cell < clusters.count ? ClusterLegend.index(clusters[cell]) : 0
            colors.append(chosen.color(of: cluster))
        }
        let view = LabelView(labels: labels, display: display)
        for y in 0..<display.height {
            for x in 0..<display.width {
                let seam = view.seam(x, y)
                let color = seam ? Ink.plate : colors[Int(view.label(x, y))]
                canvas.set(x: left + x, y: top + y, color)
            }
        }
    }

    private static func number(
        _ groups: [CellGroups.Group], _ display: DisplayScale, on canvas: inout Canvas,
        _ left: Int, _ top: Int
    ) {
        let font = Style.strong
        var taken: [(low: SIMD2<Double>, high: SIMD2<Double>)] = []
        for group in groups {
            let text = String(group.cluster)
            let half = SIMD2(font.width(of: text) / 2 + 6, font.capHeight / 2 + 6)
            let size = SIMD2(Double(display.width), Double(display.height))
            guard size.x > 2 * half.x, size.y > 2 * half.y else { continue }
            let at = SIMD2(group.x, group.y) * display.factor
            let centre = pointwiseMax(half, pointwiseMin(size - half, at))
            let low = centre - half
            let high = centre + half
            if taken.contains(where: {
                $0.low.x < high.x && low.x < $0.high.x && $0.low.y < high.y && low.y < $0.high.y
            }) {
                continue
            }
            taken.append((low, high))
            canvas.text(
                text, x: Double(left) + centre.x,
                y: Double(top) + centre.y + (font.capHeight / 2).rounded(), font: font, Ink.paper,
                align: .centre, halo: (Ink.plate, 4))
        }
    }
}
