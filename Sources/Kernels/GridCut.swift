/// Exact two-label segmentation on a grid by minimum cut.
public enum GridCut {
    /// The labelling with the least sum of pixel costs and of the weights of neighbours that differ.
    ///
    /// Maximum flow by the method of Boykov and Kolmogorov (IEEE PAMI 2004) on the 4-neighbour grid.
    /// The given set of foreground pixels is the smallest of all optimal ones, so ties fall to the
    /// background and the result does not depend on the order of the work.
    ///
    /// - Parameters:
    ///   - width: W, at least 1.
    ///   - height: H, at least 1.
    ///   - backgroundCost: W x H costs of labelling a pixel background; may be negative or infinite.
    ///   - foregroundCost: W x H costs of labelling a pixel foreground; may be negative or infinite.
    ///   - right: `right[y * W + x]` is paid if (x, y) and (x + 1, y) differ; the last column is not
    ///     read. A negative weight or NaN counts as 0.
    ///   - down: `down[y * W + x]` is paid if (x, y) and (x, y + 1) differ; the last row is not read.
    /// - Returns: true for foreground, row-major.
    /// - Precondition: all four arrays hold W x H values.
    public static func minimize(
        width: Int, height: Int, backgroundCost: [Double], foregroundCost: [Double],
        right: [Double], down: [Double]
    ) -> [Bool] {
        minimize(
            width: width, height: height, backgroundCost: backgroundCost,
            foregroundCost: foregroundCost, right: right, down: down
        ) { _ in true } ?? []
    }

    /// The same, telling how far it is and stopping where `proceed` says no.
    ///
    /// - Parameters:
    ///   - width: W.
    ///   - height: H.
    ///   - backgroundCost: W x H costs.
    ///   - foregroundCost: W x H costs.
    ///   - right: W x H weights.
    ///   - down: W x H weights.
    ///   - proceed: Called now and then with a number that rises towards 1 (how long a cut takes is
    ///     not known beforehand).
    /// - Returns: true for foreground, row-major, or nil if it was stopped.
    public static func minimize(
        width: Int, height: Int, backgroundCost: [Double], foregroundCost: [Double],
        right: [Double], down: [Double], proceed: (Double) -> Bool
    ) -> [Bool]? {
        let count = width * height
        precondition(width >= 1 && height >= 1, "at least one pixel")
        precondition(
            [backgroundCost.count, foregroundCost.count, right.count, down.count]
                .allSatisfy { $0 == count }, "W x H values")
        let flow = GridFlow(width: width, height: height)
        for p in 0..<count {
            let preference = backgroundCost[p] - foregroundCost[p]
            flow.setTerminal(p, preference.isNaN ? 0 : preference)
        }
        for y in 0..<height {
            for x in 0..<width {
                let p = y * width + x
                if x + 1 < width { flow.setPair(p, .right, right[p]) }
                if y + 1 < height { flow.setPair(p, .down, down[p]) }
            }
        }
        guard flow.run(proceed: proceed) else { return nil }
        return (0..<count).map { flow.isSource($0) }
    }
}
