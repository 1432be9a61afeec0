import Imaging
import Render
import Testing

@Suite struct Figures {
    /// Two cells side by side, one apart, on 10 x 6 pixels.
    private let labels: LabelImage = {
        var values = [Int32](repeating: 0, count: 60)
        for y in 1..<4 {
            for x in 1..<4 { values[y * 10 + x] = 1 }
            for x in 4..<6 { values[y * 10 + x] = 2 }
            values[y * 10 + 8] = 3
        }
        return LabelImage(grid: PixelGrid(width: 10, height: 6), values: values)
    }()
    private let plate: [UInt8] = [0x0e, 0x10, 0x14]

    private func color(_ picture: Picture, _ x: Int, _ y: Int) -> [UInt8] {
        Array(picture.rgb[3 * (y * picture.width + x)..<3 * (y * picture.width + x) + 3])
    }

    @Test func `a cell map shows clusters, a seam of one pixel, and a legend`() throws {
        let picture = CellMapFigure.render(
            labels: labels, clusters: [1, 2, 0], names: ["first", "second"], title: "map",
            scaleBar: false)
        let rgb = picture.rgb
        // 64 picture pixels a raster pixel, the image at the left margin.
        let left = 28
        let top = try #require((0..<picture.height).first { color(picture, left, $0) == plate })
        func at(_ x: Int, _ y: Int) -> [UInt8] {
            let p = 3 * ((top + y) * picture.width + left + x)
            return Array(rgb[p..<p + 3])
        }
        let first = Palette.cluster(1)
        let second = Palette.cluster(2)
        #expect(at(70, 70) == [first.0, first.1, first.2])
        #expect(at(4 * 64 - 2, 70) == [first.0, first.1, first.2])
        #expect(at(4 * 64 - 1, 70) == plate)
        #expect(at(4 * 64, 70) == [second.0, second.1, second.2])
        let none = Palette.cluster(0)
        #expect(at(8 * 64 + 20, 100) == [none.0, none.1, none.2])
        #expect(at(10, 10) == plate)
        #expect(picture.width > 28 + 640 + 150)
    }

    @Test func `a chosen colour replaces the palette's`() {
        let picture = CellMapFigure.render(
            labels: labels, clusters: [1, 2, 1], names: [], title: "map",
            colors: [nil, (1, 200, 3)])
        let rgb = picture.rgb
        let pixels = stride(from: 0, to: rgb.count, by: 3)
        let first = Palette.cluster(1)
        #expect(pixels.contains { Array(rgb[$0..<$0 + 3]) == [1, 200, 3] })
        #expect(pixels.contains { Array(rgb[$0..<$0 + 3]) == [first.0, first.1, first.2] })
    }

    @Test func `outlines are one pixel and drawn once where cells meet`() throws {
        let picture = OutlineFigure.render(
            labels: labels, over: .init(repeating: 0, count: 60), title: "", zoom: 8,
            scaleBar: false)
        let yellow: [UInt8] = [0xff, 0xd2, 0x1f]
        // Along the middle of the second row of pixels.
        let y = 28 + 2 * 8 + 4
        let marked = (0..<80).filter { color(picture, 28 + $0, y) == yellow }
        #expect(marked == [8, 31, 47, 64, 71])
    }

    @Test(arguments: [0, 1, 8, 60])
    func `any number of clusters can be drawn`(count: Int) {
        let cells = max(1, count)
        let grid = PixelGrid(width: cells * 3, height: 4)
        let values = (0..<grid.count).map { Int32(($0 % grid.width) / 3 + 1) }
        let clusters = (0..<cells).map { count == 0 ? Int32(0) : Int32($0 + 1) }
        let names = (0..<count).map { "cluster \($0) " + String(repeating: "漢字 long ", count: $0) }
        let map = CellMapFigure.render(
            labels: LabelImage(grid: grid, values: values), clusters: clusters, names: names,
            title: String(repeating: "title ", count: 50))
        let scatter = ScatterFigure.byCluster(
            points: clusters.map { SIMD2(Float($0), 1) }, clusters: clusters, names: names,
            title: "s")
        for picture in [map, scatter] { expectWhiteEdges(picture) }
    }

    @Test func `no cells, no points, no ions: still a figure`() {
        let none = LabelImage(grid: labels.grid, values: .init(repeating: 0, count: 60))
        let nothing: [SIMD2<Float>] = []
        for picture in [
            CellMapFigure.render(labels: none, clusters: [], names: [], title: "none"),
            OutlineFigure.render(labels: none, over: .init(repeating: 0, count: 60), title: "none"),
            ScatterFigure.byCluster(points: nothing, clusters: [], names: [], title: "none"),
            ScatterFigure.byValue(points: nothing, values: [], title: "none", unit: "counts"),
            HeatmapFigure.render(
                rows: [], columns: [], values: [], title: "none", unit: "", diverging: true),
            SpectrumFigure.render(mz: [], values: [], title: "none", unit: "counts"),
            LineFigure.render(series: [], title: "none", xLabel: "x", yLabel: "y"),
        ] { expectWhiteEdges(picture) }
    }

    @Test func `numbers that are odd do not stop a figure`() {
        let points: [SIMD2<Float>] = [SIMD2(.nan, 1), SIMD2(3e38, -3e38), SIMD2(.infinity, 0)]
        for picture in [
            ScatterFigure.byCluster(
                points: points, clusters: [1, -7, .max], names: ["a"], title: "", width: -3),
            ScatterFigure.byValue(
                points: points, values: [.nan, -1e38, 3e38], title: "", unit: "", width: .max),
            HeatmapFigure.render(
                rows: ["a"], columns: ["b", "c", "d"], values: [1e308, -1e308, nil], title: "",
                unit: "", diverging: false),
            SpectrumFigure.render(
                mz: [1e300, .nan, -1e300], values: [1e300, 1, .infinity], title: "", unit: ""),
            LineFigure.render(
                series: [("a", [SIMD2(1e308, -1e308), SIMD2(.nan, 1), SIMD2(1, 1)])], title: "",
                xLabel: "", yLabel: ""),
        ] { expectWhiteEdges(picture) }
    }

    @Test func `a heat map is white at 0 and grey where nothing is known`() throws {
        let picture = HeatmapFigure.render(
            rows: ["a"], columns: ["1", "2", "3", "4"], values: [-2, 0, 2, nil], title: "",
            unit: "log₂", diverging: true)
        let seen = Set((0..<picture.width).map { color(picture, $0, 28 + 14 + 14 + 10) })
        #expect(seen.contains([5, 48, 97]) && seen.contains([103, 0, 31]))
        #expect(seen.contains([0x9a, 0x9a, 0x9a]) && seen.contains([255, 255, 255]))
    }

    @Test func `a width that is asked for is kept`() {
        let picture = SpectrumFigure.render(
            mz: [100, 200], values: [1, 2], title: "t", unit: "counts", width: 900)
        #expect(picture.width == 900)
    }

    /// Text that was cut would stand at the edge.
    private func expectWhiteEdges(_ picture: Picture) {
        let rgb = picture.rgb
        let white = { (x: Int, y: Int) in
            rgb[3 * (y * picture.width + x)..<3 * (y * picture.width + x) + 3].allSatisfy {
                $0 == 255
            }
        }
        #expect((0..<picture.width).allSatisfy { white($0, 3) && white($0, picture.height - 4) })
        #expect((0..<picture.height).allSatisfy { white(3, $0) && white(picture.width - 4, $0) })
    }
}
