extension BenchReport {
    /// The peers' stages added up, against our whole analysis: each way, its seconds, and how many
    /// times our analysis that is; empty unless all of a way's stages and `analysis` were measured.
    public var wayTable: ResultTable {
        var table = ResultTable(
            header: ["whole analysis", "seconds", "x seam"], numeric: [1, 2])
        guard
            let ours = results.last(where: {
                $0.item == "analysis" && $0.contestant == BenchResult.own
            })
        else { return table }
        table.add(["seam", NumberWords.digits(ours.median), "1"])
        for way in Peer.Way.allCases {
            guard let sum = sum(of: way) else { continue }
            table.add([
                way == .authors
                    ? "the authors' way, sum of the peers' stages"
                    : "the quickest peer of every stage, sum", NumberWords.digits(sum),
                NumberWords.digits(sum / ours.median),
            ])
        }
        return table
    }

    /// The sum of the medians of a way's peers, or nil where one is missing.
    func sum(of way: Peer.Way) -> Double? {
        var sum = 0.0
        for item in BenchItem.all {
            for peer in Peer.of(item) where peer.ways.contains(way) {
                guard
                    let result = results.last(where: {
                        $0.item == item.name && $0.contestant == peer.name
                    })
                else { return nil }
                sum += result.median
            }
        }
        return sum
    }
}
