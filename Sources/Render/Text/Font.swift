/// The built-in sans at one size and weight.
///
/// Heights are hinted: the base line, the top of small letters and the top of capitals fall on whole
/// pixels, so that horizontal strokes are crisp. Widths are not, so that spacing stays even.
public struct Font: Sendable, Hashable {
    /// Size of the em in pixels.
    public let size: Double
    /// Whether the strokes are heavier.
    public let bold: Bool

    /// - Precondition: the size is 4...400.
    public init(size: Double, bold: Bool = false) {
        precondition(size >= 4 && size <= 400)
        self.size = size
        self.bold = bold
    }

    /// Pixels a design unit across.
    var unit: Double { size * 0.00092 * (bold ? 1.03 : 1) }
    /// Half the width of a stroke, in pixels.
    var halfStroke: Double { max(0.5, size * (bold ? 0.062 : 0.042)) }
    /// Height of capitals and figures above the base line, whole pixels.
    public var capHeight: Double { (size * 0.72).rounded() }
    /// Height of small letters above the base line, whole pixels.
    public var xHeight: Double { (size * 0.53).rounded() }
    /// What brackets and accents reach above the base line.
    public var ascent: Double { (size * 0.95).rounded(.up) }
    /// What descenders reach below the base line.
    public var descent: Double { (size * 0.25).rounded(.up) }
    /// From base line to base line.
    public var lineHeight: Double { (size * 1.35).rounded() }

    /// Pixels above the base line of the middle of a stroke at a height in design units.
    func height(of y: Float) -> Double {
        let low = halfStroke
        let small = xHeight - halfStroke
        let tall = capHeight - halfStroke
        let y = Double(y)
        if y <= 500 { return low + y * (small - low) / 500 }
        return small + (y - 500) * (tall - small) / 200
    }

    /// Advance of a text in pixels: where the next text may start.
    ///
    /// - Complexity: O(characters).
    public func width(of text: String) -> Double {
        var units: Float = 0
        for character in text { units += Glyph.of(character).advance }
        return Double(units) * unit
    }

    /// Whether every character of a text has a glyph; one without is drawn as a box.
    public static func covers(_ text: String) -> Bool { text.allSatisfy { Glyph.exists($0) } }

    /// The text, or its beginning with `…` where it is wider than `limit` pixels.
    public func shortened(_ text: String, to limit: Double) -> String {
        // A long text is measured only as far as it can fit.
        let enough = max(1, Int(limit / (60 * unit)) + 2)
        let head = text.prefix(enough + 1)
        if head.count <= enough, width(of: String(head)) <= limit { return String(head) }
        let ellipsis = width(of: "…")
        var used = 0.0
        var kept = ""
        for character in head {
            let next = used + Double(Glyph.of(character).advance) * unit
            if next + ellipsis > limit { break }
            used = next
            kept.append(character)
        }
        while kept.last == " " { kept.removeLast() }
        return kept + "…"
    }
}
