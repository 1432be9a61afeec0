public import Imaging

extension SIMSCut {
    /// Finds the nuclei of a stack of ion images.
    ///
    /// `marker` is the index of the marker channel (adenine, or another nuclear channel) in the
    /// stack. The channels used are the marker and those of highest Pearson correlation with it, of
    /// the counts (`published`) or of their structures of a few pixels (`mdl`).
    /// Cells are contiguous and numbered row by row by their first pixel. A cell's confidence says
    /// how much the data prefer it to nothing (see `NucleusConfidence` for `mdl`, `PublishedCut`
    /// for `published`). With `mdl` an image without nuclei gives an empty mask and a warning with
    /// the three figures of the test (`marker_z`, `shape_misfit`, `autocorrelation` in
    /// `diagnostics`).
    ///
    /// The same bytes for the same input on any number of threads; `mdl` uses no random number.
    ///
    /// - Throws: `.badParameter` for a value out of its range, `.unsuitableData` if the marker is
    ///   constant or a value is no count, `.cancelled`.
    /// - Complexity: `mdl` O(M x P + P log P); `published` O(levels x epochs x min(P, 20000) + P).
    public static func run(
        _ stack: IonStack, marker: Int, parameters: Parameters, monitor: StageMonitor
    ) throws(AnalysisError) -> Result {
        try check(parameters)
        guard stack.channels.indices.contains(marker) else {
            throw .badParameter(
                name: "marker",
                detail: "channel \(marker) does not exist; the stack has \(stack.channels.count)")
        }
        let choice = try ChannelChoice(
            stack, marker: marker, count: parameters.topChannels,
            comparison: parameters.method == .mdl ? .structures : .counts,
            monitor: monitor.part(from: 0, to: 0.05))
        let rest = monitor.part(from: 0.05, to: 1)
        switch parameters.method {
        case .mdl:
            return try DescriptionCut.run(
                stack, choice: choice, parameters: parameters, monitor: rest)
        case .published:
            return try PublishedCut.run(
                stack, choice: choice, parameters: parameters, monitor: rest)
        }
    }

    private static func check(_ parameters: Parameters) throws(AnalysisError) {
        try check("topChannels", Double(parameters.topChannels), 1...100_000)
        if let area = parameters.minimumArea {
            try check("minimumArea", Double(area), 1...1_000_000_000)
        }
        if let area = parameters.maximumArea {
            let least = parameters.minimumArea ?? (parameters.method == .mdl ? 8 : 2)
            try check("maximumArea", Double(area), Double(least)...1_000_000_000)
        }
        try check("beta", parameters.beta, 0.3...1)
        try check("divisor", parameters.divisor, 0.1...1000)
        try check("epochs", Double(parameters.epochs), 1...1000)
        try check("maximumLevels", Double(parameters.maximumLevels), 1...1000)
        try check("fold", parameters.fold, 0...2)
    }

    private static func check(
        _ name: String, _ value: Double, _ range: ClosedRange<Double>
    ) throws(AnalysisError) {
        guard range.contains(value) else {
            throw .badParameter(
                name: name,
                detail: "expected \(range.lowerBound)...\(range.upperBound), found \(value)")
        }
    }
}
