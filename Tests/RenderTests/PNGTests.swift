import Bytes
import Render
import Testing

@Suite struct `PNG files` {
    @Test func `a palette picture comes back byte by byte`() throws {
        let picture = Picture(
            width: 3, height: 2,
            pixels: .indexed([0, 1, 2, 2, 1, 0], palette: [1, 2, 3, 40, 50, 60, 255, 0, 7]))
        let read = try PNGReader(picture.png())
        #expect(read.width == 3 && read.height == 2 && read.colorType == 3)
        #expect(read.samples == [0, 1, 2, 2, 1, 0])
        #expect(read.color(2, 0) == [255, 0, 7])
        #expect(read.chunks.map(\.type) == ["IHDR", "sRGB", "PLTE", "IDAT", "IEND"])
    }

    @Test func `rows that repeat are filtered and come back`() throws {
        let row: [UInt8] = [9, 8, 7, 200, 100, 50]
        let picture = Picture(width: 2, height: 3, pixels: .rgb(row + row + [1, 1, 1, 2, 2, 2]))
        let read = try PNGReader(picture.png())
        #expect(read.samples == row + row + [1, 1, 1, 2, 2, 2])
    }

    @Test func `text is Latin-1 where it can be, else UTF-8`() throws {
        let picture = Picture(width: 1, height: 1, pixels: .rgb([0, 0, 0]))
        let file = picture.png(text: [
            ("Title", "liver é"), ("Ion", "m/z 134.05 → λ"), ("", "left out"),
            ("  Soft  ware ", "x"),
        ])
        let read = try PNGReader(file)
        let text = read.chunks.filter { $0.type == "tEXt" || $0.type == "iTXt" }
        #expect(text.map(\.type) == ["tEXt", "iTXt", "tEXt"])
        #expect(text[0].data == Array("Title".utf8) + [0] + Array("liver ".utf8) + [0xe9])
        #expect(
            text[1].data == Array("Ion".utf8) + [0, 0, 0, 0, 0] + Array("m/z 134.05 → λ".utf8))
        #expect(text[2].data.starts(with: Array("Soft ware".utf8) + [0]))
    }

    @Test(arguments: [
        (1, 1, true), (8192, 8192, true), (8193, 8192, false), (0, 5, false), (5, -1, false),
        (Int.max, 2, false),
    ])
    func `a picture has at most 64 megapixels`(width: Int, height: Int, fits: Bool) {
        #expect(Picture.fits(width: width, height: height) == fits)
    }
}
