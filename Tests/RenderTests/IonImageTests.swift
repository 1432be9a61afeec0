import Imaging
import Render
import Testing

@Suite struct `Ion images` {
    private let grid = PixelGrid(width: 4, height: 2, pixelSizeMicrometres: 2)
    private let values: [Float] = [0, 1, 2, 3, 4, 8, 10, .nan]

    private func pixels(_ options: IonImageOptions, measured: [Bool]? = nil) throws -> PNGReader {
        try PNGReader(
            IonImageFigure.render(
                values: values, grid: grid, title: "t", unit: "counts", options: options,
                measured: measured
            ).png())
    }

    @Test func `plain: one palette index a pixel, zero first, the clip last`() throws {
        let read = try pixels(.init(clip: 100))
        #expect(read.width == 4 && read.height == 2 && read.colorType == 3)
        #expect(read.palette == ColorMap.viridis.table)
        // 255 v / 10, rounded.
        #expect(read.samples == [0, 26, 51, 77, 102, 204, 255, 0])
    }

    @Test func `what is above the clip takes the last colour`() throws {
        // The median of 1, 2, 3, 4, 8, 10 is 3.5.
        let read = try pixels(.init(clip: 50))
        #expect(read.samples == [0, 73, 146, 219, 255, 255, 255, 0])
    }

    @Test func `square root and log spread weak values`() throws {
        #expect(
            try pixels(.init(clip: 100, scale: .sqrt)).samples == [
                0, 81, 114, 140, 161, 228, 255, 0,
            ])
        #expect(
            try pixels(.init(clip: 100, scale: .log)).samples == [
                0, 74, 117, 147, 171, 234, 255, 0,
            ])
    }

    @Test func `zoom repeats pixels`() throws {
        let read = try pixels(.init(clip: 100, zoom: 3))
        #expect(read.width == 12 && read.height == 6)
        for y in 0..<6 {
            for x in 0..<12 {
                #expect(
                    read.samples[y * 12 + x]
                        == [0, 26, 51, 77, 102, 204, 255, 0][y / 3 * 4 + x / 3])
            }
        }
        #expect(IonImageFigure.size(grid: grid, options: .init(zoom: 3)) == (12, 6))
    }

    @Test func `pixels that were not measured are grey and do not count`() throws {
        var measured = [Bool](repeating: true, count: 8)
        measured[6] = false
        measured[7] = false
        let read = try pixels(.init(clip: 100), measured: measured)
        #expect(read.samples == [0, 32, 64, 95, 127, 254, 255, 255])
        #expect(read.color(3, 1) == [0x9a, 0x9a, 0x9a])
        #expect(read.color(1, 1) == [253, 231, 37])
    }

    @Test func `smoothing keeps a constant image and the sum's centre`() throws {
        let grid = PixelGrid(width: 9, height: 9)
        var spot = [Float](repeating: 0, count: 81)
        spot[40] = 100
        let read = try PNGReader(
            IonImageFigure.render(
                values: spot, grid: grid, title: "", unit: "", options: .init(clip: 100, smooth: 1)
            ).png())
        #expect(read.samples[40] == 255)
        #expect(read.samples[39] == read.samples[41] && read.samples[31] == read.samples[49])
        // exp(-1/2) and exp(-1) of the middle.
        #expect(abs(Int(read.samples[41]) - 155) <= 1 && abs(Int(read.samples[50]) - 94) <= 1)
        let flat = try PNGReader(
            IonImageFigure.render(
                values: .init(repeating: 3, count: 81), grid: grid, title: "", unit: "",
                options: .init(clip: 100, smooth: 2)
            ).png())
        #expect(flat.samples.allSatisfy { $0 == 255 })
    }

    @Test func `a figure holds the enlarged data, a bar and text`() throws {
        let read = try pixels(.init(clip: 100, legend: true, scaleBar: true))
        #expect(read.colorType == 2)
        // 4 pixels are enlarged 64 times; the image begins below margin and title.
        let top = try #require((0..<read.height).first { read.color(28, $0) == [68, 1, 84] })
        #expect(read.color(28 + 6 * 32 + 30, top + 10) == ColorMap.viridis.entry(77))
        #expect(read.color(28 + 2 * 64 + 5, top + 64 + 5) == [253, 231, 37])
        #expect(read.width > 256 + 100 && read.height > 128 + 60)
        #expect(read.chunks.contains { $0.type == "pHYs" })
        // Nothing touches the edge of the picture.
        for x in 0..<read.width {
            #expect(read.color(x, 0) == [255, 255, 255])
            #expect(read.color(x, read.height - 1) == [255, 255, 255])
        }
    }

    @Test func `a scale bar alone leaves the data as they are`() throws {
        let read = try pixels(.init(clip: 100, zoom: 8, scaleBar: true))
        #expect(read.height > 16 && read.width >= 32)
        let left = (read.width - 32) / 2
        #expect(read.color(left + 3 * 8 + 4, 4) == ColorMap.viridis.entry(77))
    }

    @Test(arguments: [(1, 1), (700, 1), (1, 700), (4100, 3)])
    func `odd shapes, empty and constant images make pictures`(width: Int, height: Int) throws {
        let grid = PixelGrid(width: width, height: height)
        for value in [0, 5, -1, Float.nan, .infinity, 3e38] {
            let values = [Float](repeating: value, count: grid.count)
            for scale in IonImageOptions.Scale.allCases {
                for legend in [false, true] {
                    let picture = IonImageFigure.render(
                        values: values, grid: grid, title: "", unit: "counts",
                        options: .init(scale: scale, legend: legend, scaleBar: legend))
                    #expect(Picture.fits(width: picture.width, height: picture.height))
                    if !legend { #expect(picture.width == width && picture.height == height) }
                }
            }
        }
    }

    @Test func `an overlay puts each channel into its colour`() throws {
        let picture = OverlayFigure.render(
            red: [0, 10, 0, 5], green: [10, 0, 0, 5], blue: nil,
            grid: PixelGrid(width: 2, height: 2),
            names: ["a", "b", ""], options: .init(clip: 100))
        #expect(picture.rgb == [0, 255, 0, 255, 0, 0, 0, 0, 0, 128, 128, 0])
    }

    @Test func `a view without a title is its data`() {
        let rgb: [UInt8] = [1, 2, 3, 4, 5, 6]
        let grid = PixelGrid(width: 2, height: 1)
        #expect(ViewFigure.render(rgb: rgb, grid: grid, title: nil).rgb == rgb)
        #expect(ViewFigure.render(rgb: rgb, grid: grid, title: "v").width > 500)
    }
}

extension ColorMap {
    fileprivate func entry(_ index: Int) -> [UInt8] { Array(table[3 * index..<3 * index + 3]) }
}
