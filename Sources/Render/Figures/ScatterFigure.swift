/// Cells as points in the plane of an embedding.
public enum ScatterFigure {
    /// Points in the colours of their clusters, each cluster's number at its median, with a legend.
    ///
    /// Points are drawn in an order that does not favour a cluster. Points that are not finite are left out.
    /// - Parameters:
    ///   - clusters: one a point, from 1; 0 for none.
    ///   - names: name of cluster 1, 2, ...
    ///   - thing: what a point is, in plural.
    ///   - width: of the whole picture in pixels, or nil for the default.
    ///   - colors: chosen colour of cluster 1, 2, ..., nil for the palette's; may be shorter.
    /// - Precondition: one cluster a point.
    /// - Complexity: O(points x area of a point).
    public static func byCluster(
        points: [SIMD2<Float>], clusters: [Int32], names: [String], title: String,
        axes: (String, String) = ("UMAP 1", "UMAP 2"), thing: String = "cells", width: Int? = nil,
        colors: [(UInt8, UInt8, UInt8)?] = []
    ) -> Picture {
        precondition(points.count == clusters.count, "one cluster a point")
        let chosen = ClusterColors(colors)
        let legend = ClusterLegend(
            clusters: clusters, names: names, thing: thing, colors: chosen)
        let frame = frame(points, title: title, axes: axes, side: legend.panel(beside: 820))
        let radius = radius(points.count)
        return frame.fitting(total: width).render { canvas, mapping in
            for index in shuffled(points.count) where finite(points[index]) {
                let at = mapping.point(Double(points[index].x), Double(points[index].y))
                let color = chosen.color(of: ClusterLegend.index(clusters[index]))
                canvas.disc(
                    centre: at, radius: radius + 1, color.mixed(with: Ink.text, 0.45))
                canvas.disc(centre: at, radius: radius, color)
            }
            number(medians(points, clusters), on: &canvas, mapping)
        }
    }

    /// Writes the clusters' numbers, largest cluster first; one that would cover another is left out.
    private static func number(
        _ medians: [Median], on canvas: inout Canvas, _ mapping: PlotMapping
    ) {
        let font = Style.title
        var taken: [SIMD4<Double>] = []
        for median in medians.sorted(by: { ($1.count, $0.cluster) < ($0.count, $1.cluster) }) {
            let at = mapping.point(Double(median.point.x), Double(median.point.y))
            let half = SIMD2(font.width(of: String(median.cluster)), font.capHeight + 4) / 2
            let box = SIMD4(at.x - half.x, at.y - half.y, at.x + half.x, at.y + half.y)
            if taken.contains(where: {
                $0.x < box.z && box.x < $0.z && $0.y < box.w && box.y < $0.w
            }) {
                continue
            }
            taken.append(box)
            canvas.text(
                String(median.cluster), x: at.x, y: at.y + font.capHeight / 2, font: font,
                Ink.text, align: .centre, halo: (Ink.paper, 4))
        }
    }

    /// Points coloured by a value (such as the abundance of an ion), low ones drawn first, with a colour bar.
    ///
    /// The scale runs from 0 (or the least value, where some are negative) to the 99th percentile of the
    /// positive ones.
    /// - Parameters:
    ///   - values: one a point; a point whose value is not finite is grey.
    ///   - unit: what the values are.
    ///   - width: of the whole picture in pixels, or nil for the default.
    /// - Precondition: one value a point.
    public static func byValue(
        points: [SIMD2<Float>], values: [Float], title: String, unit: String,
        colormap: ColorMap = .viridis, axes: (String, String) = ("UMAP 1", "UMAP 2"),
        width: Int? = nil
    ) -> Picture {
        precondition(points.count == values.count, "one value a point")
        let table = colormap.table
        let low = Double(min(0, values.filter(\.isFinite).min() ?? 0))
        let high = max(Percentile.ofPositive(values, 99) ?? (low < 0 ? 0 : 1), low + 1e-30)
        func position(_ value: Double) -> Double { (value - low) / (high - low) }
        let ticks = Ticks.nice(low, high)
        let bar = ColorBar.panel(
            table: table, ticks: zip(ticks.labels, ticks.values.map(position)).map { ($0, $1) },
            unit: unit + ", top at 99 %", height: 820)
        let frame = frame(points, title: title, axes: axes, side: bar)
        let radius = radius(points.count)
        let order = points.indices.sorted {
            let (a, b) = (rank(values[$0]), rank(values[$1]))
            return (a, $0) < (b, $1)
        }
        return frame.fitting(total: width).render { canvas, mapping in
            for index in order where finite(points[index]) {
                let at = mapping.point(Double(points[index].x), Double(points[index].y))
                let known = values[index].isFinite
                let color =
                    known
                    ? ColorMap.color(table, at: position(Double(values[index]))) : Ink.missing
                canvas.disc(
                    centre: at, radius: radius + 1, color.mixed(with: Ink.text, 0.45))
                canvas.disc(centre: at, radius: radius, color)
            }
        }
    }

    private static func frame(
        _ points: [SIMD2<Float>], title: String, axes: (String, String), side: SidePanel
    ) -> PlotFrame {
        PlotFrame(
            title: title,
            x: PlotAxis(label: axes.0, values: points.lazy.map { Double($0.x) }, padding: 0.04),
            y: PlotAxis(label: axes.1, values: points.lazy.map { Double($0.y) }, padding: 0.04),
            side: side, width: 820, height: 820)
    }

    private static func rank(_ value: Float) -> Float { value.isFinite ? value : -.infinity }

    private static func finite(_ point: SIMD2<Float>) -> Bool {
        point.x.isFinite && point.y.isFinite
    }

    private static func radius(_ count: Int) -> Double {
        count < 200 ? 7 : count < 1000 ? 5.5 : count < 5000 ? 4 : count < 20_000 ? 3 : 2
    }

    /// 0..<count in a fixed mixed order (multiples of a number prime to the count).
    private static func shuffled(_ count: Int) -> [Int] {
        var step = 1 + count * 618 / 1000
        func common(_ a: Int, _ b: Int) -> Int { b == 0 ? a : common(b, a % b) }
        while count > 1 && common(step, count) != 1 { step += 1 }
        return (0..<count).map { $0 * step % count }
    }

    private struct Median {
        let cluster: Int
        let count: Int
        let point: SIMD2<Float>
    }

    /// The median point of every cluster, ascending by cluster.
    private static func medians(
        _ points: [SIMD2<Float>], _ clusters: [Int32]
    ) -> [Median] {
        var members: [[SIMD2<Float>]] = []
        for (point, cluster) in zip(points, clusters) where finite(point) {
            let index = ClusterLegend.index(cluster)
            while members.count <= index { members.append([]) }
            members[index].append(point)
        }
        return members.enumerated().dropFirst().filter { !$1.isEmpty }.map { cluster, points in
            let half = points.count / 2
            let (xs, ys) = (points.map(\.x).sorted(), points.map(\.y).sorted())
            return Median(cluster: cluster, count: points.count, point: SIMD2(xs[half], ys[half]))
        }
    }
}
