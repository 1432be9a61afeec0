import Benchmarks
import Bytes

/// A result as a worker would have given it, by way of its JSON.
func result(
    _ item: String, _ contestant: String = BenchResult.own, seconds: [Double], threads: Int = 2,
    more: [JSON.Member] = []
) throws -> BenchResult {
    try BenchResult(
        .object(
            [
                .init("item", .string(item)), .init("contestant", .string(contestant)),
                .init("threads", .int(threads)),
                .init("seconds", .array(seconds.map { .double($0) })),
                .init("cpu", .array(seconds.map { .double(2 * $0) })),
                .init("peak_bytes", .int(3 << 20)),
            ] + more))
}

/// A report of some results.
func report(_ results: [BenchResult], scale: [ScaleResult] = []) -> BenchReport {
    BenchReport(
        command: "seam bench", machine: ["a machine"], section: "a section", results: results,
        scale: scale)
}
