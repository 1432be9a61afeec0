extension Philox {
    /// A draw from the standard normal distribution (Box and Muller 1958), |value| below 5.8.
    public mutating func gaussian() -> Float {
        let radius = (-2 * naturalLog(Float((nextWord() >> 8) + 1) * 0x1p-24)).squareRoot()
        return radius * cosine(2 * Float.pi * uniform())
    }

    /// Puts the values in a uniformly random order (Fisher and Yates).
    ///
    /// - Complexity: O(`values.count`).
    public mutating func shuffle(_ values: inout [Int]) {
        guard values.count > 1 else { return }
        for last in stride(from: values.count - 1, to: 0, by: -1) {
            values.swapAt(last, index(below: last + 1))
        }
    }
}
