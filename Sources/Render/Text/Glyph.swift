/// One glyph: strokes in design units and how far the pen moves on.
struct Glyph: Sendable {
    /// Poly-lines along the middle of the strokes; a single point is a round end.
    var lines: [[SIMD2<Float>]]
    /// Centres of dots, which are a little thicker than a stroke.
    var dots: [SIMD2<Float>]
    /// Advance in design units; a unit is `Font.unit` of the size.
    var advance: Float
    /// Thickness of its strokes, 1 for the font's.
    var weight: Float = 1

    /// What is shown for a character that has no glyph.
    static let missing = GlyphParser.glyph(
        path: "M0 -60V740H380V-60Z", left: "s", right: "s")

    /// The glyph of a character, or a box.
    static func of(_ character: Character) -> Glyph { all[character] ?? missing }

    /// Whether a character can be drawn.
    static func exists(_ character: Character) -> Bool { all[character] != nil }

    private static let all: [Character: Glyph] = build()

    private static func build() -> [Character: Glyph] {
        var glyphs: [Character: Glyph] = [:]
        for line in (GlyphsLatin.table + "\n" + GlyphsMore.table).split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 3)
            glyphs[parts[0].first!] = GlyphParser.glyph(
                path: String(parts[3]), left: parts[1].first!, right: parts[2].first!)
        }
        for (character, advance) in [
            (" ", 270), ("\u{a0}", 270), ("\u{2009}", 130), ("\u{202f}", 130), ("\u{2002}", 540),
            ("\u{2003}", 1080), ("\u{2007}", 610), ("\u{200b}", 0),
        ] as [(Character, Float)] {
            glyphs[character] = Glyph(lines: [], dots: [], advance: advance)
        }
        for word in GlyphsMore.composed.split(separator: " ") {
            let letters = Array(word)
            glyphs[letters[0]] = accented(
                glyphs[letters[1]]!, by: letters[2], capital: letters[1].isUppercase)
        }
        for (character, other) in GlyphsMore.same { glyphs[character] = glyphs[other] }
        for (character, (base, up)) in GlyphsMore.raised {
            glyphs[character] = small(glyphs[base]!, up: up)
        }
        return glyphs
    }

    private static func accented(_ base: Glyph, by accent: Character, capital: Bool) -> Glyph {
        let mark = GlyphParser.strokes(GlyphsMore.accents[accent]!)
        let shift = SIMD2(base.advance / 2, capital && accent != "¸" ? 200 : 0)
        return Glyph(
            lines: base.lines + mark.lines.map { $0.map { $0 + shift } },
            dots: base.dots + mark.dots.map { $0 + shift }, advance: base.advance)
    }

    private static func small(_ base: Glyph, up: Bool) -> Glyph {
        let scale: Float = 0.6
        let shift = SIMD2<Float>(0, up ? 330 : -130)
        return Glyph(
            lines: base.lines.map { $0.map { $0 * scale + shift } },
            dots: base.dots.map { $0 * scale + shift }, advance: base.advance * scale,
            weight: 0.76)
    }
}
