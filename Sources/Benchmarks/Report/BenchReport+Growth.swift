extension BenchReport {
    /// How times grow with the number of pixels (and nuclei) at the most frequent number of ions, and
    /// with the number of ions at the most frequent number of pixels.
    public var growthTables: (pixels: ResultTable, ions: ResultTable) {
        (
            table(name: "pixels", size: \.pixels, other: \.ions),
            table(name: "ions", size: \.ions, other: \.pixels)
        )
    }

    private func table(
        name: String, size: KeyPath<ScaleResult, Int>, other: KeyPath<ScaleResult, Int>
    ) -> ResultTable {
        let fixed = mostDifferent(size, at: other)
        let chosen = scale.filter { $0[keyPath: other] == fixed }
        let sizes = Set(chosen.map { $0[keyPath: size] }).sorted()
        let isPixels = name == "pixels"
        var table = ResultTable(
            header: ["item"] + sizes.map { "\($0) \(name)" }
                + ["exponent"] + (isPixels ? ["256² to 512²"] : []),
            numeric: Set(1..<(sizes.count + (isPixels ? 3 : 2))))
        guard sizes.count >= 2 else { return table }
        for item in BenchItem.all {
            let own = chosen.filter { $0.result.item == item.name }
            guard !own.isEmpty else { continue }
            let times = sizes.map { wanted in
                own.last { $0[keyPath: size] == wanted }?.result.median
            }
            let known = zip(sizes, times).filter { $0.1 != nil }
            let fit = GrowthFit(
                sizes: known.map { Double($0.0) }, times: known.map { $0.1 ?? 0 })
            let factor = step(sizes, times)
            table.add(
                [item.name] + times.map { $0.map(NumberWords.seconds) ?? "-" }
                    + [fit.map { NumberWords.digits($0.exponent) } ?? "-"]
                    + (isPixels ? [factor.map(NumberWords.digits) ?? "-"] : []))
        }
        return table
    }

    /// The value of `other` at which most values of `size` were measured, the smallest of equals.
    private func mostDifferent(
        _ size: KeyPath<ScaleResult, Int>, at other: KeyPath<ScaleResult, Int>
    ) -> Int {
        let values = Set(scale.map { $0[keyPath: other] }).sorted()
        let counts = values.map { value in
            Set(scale.filter { $0[keyPath: other] == value }.map { $0[keyPath: size] }).count
        }
        guard let most = counts.max(), let place = counts.firstIndex(of: most) else { return 0 }
        return values[place]
    }

    /// The factor of the time from 65,536 to 262,144 pixels.
    private func step(_ sizes: [Int], _ times: [Double?]) -> Double? {
        guard let small = sizes.firstIndex(of: 65_536), let large = sizes.firstIndex(of: 262_144),
            let before = times[small], let after = times[large], before > 0
        else { return nil }
        return after / before
    }
}
