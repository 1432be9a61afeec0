import Render
import Testing

@Suite struct Text {
    @Test func `ASCII, the signs of our figures and Greek have glyphs`() {
        let ascii = String((0x20...0x7e).map { Character(Unicode.Scalar(UInt8($0))) })
        #expect(Font.covers(ascii))
        #expect(Font.covers("µ²³−×·→–…±≤≥≈°₂⁻⁶ÄÖÜäöüßéñçøæ“”\u{2009}\u{a0}"))
        #expect(Font.covers("αβγδεζηθικλμνξοπρσςτυφχψωΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ"))
        #expect(!Font.covers("漢"))
    }

    /// Columns of the picture with ink, first and last.
    private func ink(_ picture: Picture) -> (first: Int, last: Int)? {
        let rgb = picture.rgb
        let dark = (0..<picture.width).filter { x in
            (0..<picture.height).contains { rgb[3 * ($0 * picture.width + x)] < 250 }
        }
        return dark.isEmpty ? nil : (dark[0], dark[dark.count - 1])
    }

    @Test(arguments: [9.0, 10, 12, 14, 20, 26])
    func `text stays inside what it measures and fills it`(size: Double) throws {
        for text in [
            "m/z 134.05 · adenine", "Hamburgefonstiv", "10 000 × 2", "WAVE", "漢字", "l", "ΣΩµ",
        ] {
            for bold in [false, true] {
                let font = Font(size: size, bold: bold)
                let before = font.width(of: "\u{2009}")
                let picture = TextFigure.render("\u{2009}\(text)\u{2009}", font: font)
                let drawn = try #require(ink(picture))
                let end = before + font.width(of: text)
                // Half a pixel of soft edge, and side bearings of at most an eighth of the size.
                #expect(Double(drawn.first) >= (before - 0.5).rounded(.down))
                #expect(Double(drawn.last) <= end + 0.5)
                #expect(Double(drawn.first) <= before + size / 8 + 1)
                #expect(Double(drawn.last) >= end - size / 8 - 2)
            }
        }
    }

    @Test func `widths add up and figures have one width`() {
        let font = Font(size: 20)
        let sum = font.width(of: "ab") - font.width(of: "a") - font.width(of: "b")
        #expect(abs(sum) < 1e-6)
        for digit in "123456789" { #expect(font.width(of: String(digit)) == font.width(of: "0")) }
        #expect(font.width(of: "i") < font.width(of: "m"))
        #expect(font.width(of: "") == 0)
    }

    @Test func `long text is cut with an ellipsis`() {
        let font = Font(size: 22)
        let long = String(repeating: "A title of a figure ", count: 500)
        let short = font.shortened(long, to: 300)
        #expect(short.hasSuffix("…") && long.hasPrefix(short.dropLast()))
        #expect(font.width(of: short) <= 300 && font.width(of: short) > 240)
        #expect(font.shortened("short", to: 300) == "short")
        #expect(font.shortened(String(repeating: "i", count: 40), to: 400).count == 40)
        #expect(font.shortened("anything", to: 1) == "…")
    }

    @Test func `glyphs look as they did when they were looked at`() {
        let picture = TextFigure.render("aµ5R", font: Font(size: 14))
        let rgb = picture.rgb
        let shades: [Character] = ["#", "+", ".", " "]
        let rows = (0..<picture.height).map { y in
            String(
                (0..<picture.width).map { x in
                    shades[min(3, Int(rgb[3 * (y * picture.width + x)]) / 64)]
                }) + "|"
        }
        let seen = rows.filter { $0.contains { $0 == "#" || $0 == "+" } }.joined(separator: "\n")
        let different = zip(seen, expected).count { $0 != $1 }
        #expect(seen.count == expected.count)
        // Rounding may differ by a shade between machines.
        #expect(different <= 6, "\n\(seen)")
    }

    private let expected = """
                         ####+  #####+  |
                         #      #   .++ |
                        .+      #     # |
         .+##.  +.   #  .+      #     # |
         #. .#  +.   #  ++##+   #    .# |
         ....+. +.   #  ++  .#  #####+  |
         #++++. +.   #       #  #   #.  |
        .+   +. +.   #  +    #  #   .#  |
        .#. .#. ++  +#  ++  ++  #    .+ |
         .##++. ++##+#   +##+   #     +.|
                +.                      |
                +.                      |
        """
}
