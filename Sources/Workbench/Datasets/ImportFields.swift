/// Values of the fields that say how an upload is read.
enum ImportFields {
    /// Widths of cells in m/z.
    static let mzTolerances = 0.0001...1.0
    /// Widths of cells in parts of a million.
    static let ppmTolerances = 1.0...10_000

    /// The layers that a text names: `sum` is all of them, `3-80` those.
    ///
    /// Nil also for `sum`: all layers.
    static func layers(_ text: String) -> ClosedRange<Int>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
            first >= 0, first <= last, last <= 65_535,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2D })
        else { return nil }
        return first...last
    }

    /// What is wrong with a text for `layers`, or nil.
    static func layersFault(_ text: String) -> String? {
        if text == "sum" || layers(text) != nil { return nil }
        if text == "keep" {
            return "layers are summed at import and not kept one by one: expected sum, or the"
                + " layers to sum, such as 3-80"
        }
        return "expected sum, or the layers to sum, such as 3-80"
    }
}
