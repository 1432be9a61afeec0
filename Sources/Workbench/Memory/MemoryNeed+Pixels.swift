extension MemoryNeed {
    /// SIMS-View of P pixels with M channels, k neighbours and c components.
    ///
    /// The larger of two moments: the stack and two scaled copies of it (4 P M bytes each) with the
    /// table of different pixels; or the stack with the components, the lists of neighbours and the
    /// graph of P k edges, counted from both ends.
    static func view(_ size: Size, neighbours: Int, components: Int) -> MemoryTerms {
        var scaling = MemoryTerms()
        scaling.add(size.pixels, by: size.channels, 12)
        scaling.add(size.pixels, 120)
        var layout = MemoryTerms()
        layout.add(size.pixels, by: size.channels, 4)
        layout.add(
            size.pixels, by: components > 0 ? min(components, size.channels) : size.channels, 8)
        layout.add(size.pixels, by: neighbours, 35)
        return .larger(scaling, layout)
    }

    /// SIMS-Cut of P pixels with M channels.
    ///
    /// The stack, the graph of the pixels' grid and the tree of masks; of the published method also the
    /// chosen channels as real numbers.
    static func segmentation(_ size: Size, published: Bool, topChannels: Int) -> MemoryTerms {
        var terms = MemoryTerms()
        terms.add(size.pixels, by: size.channels, 4)
        terms.add(size.pixels, 200)
        if published { terms.add(size.pixels, by: min(topChannels, size.channels) + 1, 8) }
        return terms
    }
}
