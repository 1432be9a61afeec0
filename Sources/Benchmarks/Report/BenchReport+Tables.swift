extension BenchReport {
    /// Every result with time, spread, processor time, memory, ratio to ours, and quality.
    public var resultTable: ResultTable {
        var table = ResultTable(
            header: [
                "item", "who", "threads", "runs", "median", "least", "greatest", "CPU", "peak MiB",
                "x seam", "quality and figures",
            ], numeric: [2, 3, 4, 5, 6, 7, 8, 9])
        for result in results {
            let times = Summary(result.seconds)
            let isOwn = result.contestant == BenchResult.own
            table.add([
                isOwn ? result.item : "", result.contestant, String(result.threads),
                String(times.count), NumberWords.seconds(times.median),
                NumberWords.seconds(times.least), NumberWords.seconds(times.greatest),
                NumberWords.seconds(Summary(result.cpu).median),
                NumberWords.mebibytes(result.peakBytes),
                isOwn ? "" : ratio(result).map(NumberWords.digits) ?? "-", words(result),
            ])
        }
        return table
    }

    /// How many times our median a peer's is, of the same item and the threads asked for.
    public func ratio(_ peer: BenchResult) -> Double? {
        guard let place = results.firstIndex(of: peer),
            let ours = results[..<place].last(where: {
                $0.item == peer.item && $0.contestant == BenchResult.own
            }), ours.median > 0
        else { return nil }
        return peer.median / ours.median
    }

    private func words(_ result: BenchResult) -> String {
        var words = result.metrics.map { "\($0.name) \(NumberWords.digits($0.value))" }
        if !result.note.isEmpty { words.append(result.note) }
        return words.joined(separator: ", ")
    }

    /// The largest rate of a matrix product of ours on some threads, in operations a second.
    func peakOperations(threads: Int) -> Double? {
        rate(threads: threads) {
            guard $0.item.hasPrefix("matmul/"), case .operations(let count)? = $0.work else {
                return nil
            }
            return count
        }
    }

    /// The rate of copying, in bytes read and written a second.
    func peakBytes(threads: Int) -> Double? {
        rate(threads: threads) {
            guard $0.item == "memory/copy", case .bytes(let count)? = $0.work else { return nil }
            return count
        }
    }

    private func rate(threads: Int, _ work: (BenchResult) -> Double?) -> Double? {
        results.filter { $0.contestant == BenchResult.own && $0.threads == threads }
            .compactMap { result in work(result).map { $0 / Summary(result.seconds).least } }.max()
    }

    /// Our items beside what the machine can do: rate, share of the measured limit, what limits.
    public var limitTable: ResultTable {
        var table = ResultTable(
            header: [
                "item", "threads", "median", "rate", "share of the machine", "what limits it",
            ],
            numeric: [1, 2, 3, 4])
        for result in results where result.contestant == BenchResult.own {
            let (rate, share) = rateAndShare(result)
            table.add([
                result.title, String(result.threads), NumberWords.seconds(result.median), rate,
                share, result.limit,
            ])
        }
        return table
    }

    private func rateAndShare(_ result: BenchResult) -> (rate: String, share: String) {
        let (count, unit, peak): (Double, String, Double?)
        switch result.work {
        case .operations(let work):
            (count, unit, peak) = (work, "GFLOP/s", peakOperations(threads: result.threads))
        case .bytes(let work):
            (count, unit, peak) = (work, "GB/s", peakBytes(threads: result.threads))
        case nil: return ("", "")
        }
        let rate = count / result.median
        let share = peak.map { NumberWords.digits(100 * rate / $0) + " %" } ?? ""
        return ("\(NumberWords.digits(rate / 1e9)) \(unit)", share)
    }
}
