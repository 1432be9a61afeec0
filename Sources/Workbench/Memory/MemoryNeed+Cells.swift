extension MemoryNeed {
    /// SIMS-ID of C cells in P pixels with M channels.
    ///
    /// The stack and the pixels of the cells as rows (at most P of them); for the distilled form the
    /// network and the C x C inner products, as they are summed, stored and packed.
    static func representation(_ size: Size, method: String?) -> MemoryTerms {
        var terms = MemoryTerms()
        terms.add(size.pixels, by: size.channels, 6)
        terms.add(size.pixels, 24)
        terms.add(size.cells, by: size.channels, 24)
        if method == "joint" {
            // Correlations of 60 ions as rows and turned, and the inner products of the cells.
            terms.add(size.cells, by: size.cells, 40)
            terms.add(size.cells, 1_830 * 8)
        } else if method != "mean" {
            terms.add(size.cells, by: size.cells, 32)
            terms.add(size.cells, 4_096 * 4)
        }
        return terms
    }

    /// SIMS-Cluster of C cells with M channels; `similarities` where SIMLR learns them.
    ///
    /// The C x C inner products as they are read and unpacked, those of the means, and the matrices
    /// whose leading vectors are sought: whole up to 1,200 cells (and beside them those by which SIMLR
    /// judges the number of clusters), above that the leading vectors and the lists of near cells.
    static func clustering(_ size: Size, similarities: Bool) -> MemoryTerms {
        var terms = MemoryTerms()
        terms.add(size.cells, by: size.channels, 24)
        if size.cells <= 1_200 {
            terms.add(size.cells, by: size.cells, similarities ? 108 : 66)
        } else {
            terms.add(size.cells, by: size.cells, 48)
            terms.add(size.cells, 18_000)
        }
        return terms
    }

    /// UMAP of C cells with M channels and k neighbours: the inner products as they are read, the lists
    /// of neighbours and the graph.
    static func embedding(_ size: Size, neighbours: Int) -> MemoryTerms {
        var terms = MemoryTerms()
        terms.add(size.cells, by: size.channels, 24)
        terms.add(size.cells, by: size.cells, 18)
        terms.add(size.cells, by: neighbours, 60)
        return terms
    }

    /// SIMS-Diff of C cells in P pixels with M channels: the stack, and of each thread the pixels of
    /// one ion in order.
    static func diff(_ size: Size) -> MemoryTerms {
        var terms = MemoryTerms()
        terms.add(size.pixels, by: size.channels, 4)
        terms.add(size.pixels, 15)
        terms.add(size.cells, by: size.channels, 16)
        return terms
    }
}
