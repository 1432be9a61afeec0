import KernelsBase

#if arch(x86_64)
    import KernelsAVX2
#endif

/// Some points of a layout and which of their edges have their turns in the next epochs.
///
/// Finding them for several epochs at once reads the edges from memory once instead of each time.
final class LayoutPlan: @unchecked Sendable {
    /// Epochs that are planned together.
    static let epochs = 8
    private static let points = 256

    private let points: Range<Int>
    /// For each epoch where each point's edges end, then the edges' other ends.
    private var numbers: [Int32] = []
    private var starts: [Int] = []

    private init(_ points: Range<Int>) { self.points = points }

    /// Plans for all of `count` points.
    static func all(count: Int) -> [LayoutPlan] {
        stride(from: 0, to: count, by: points).map {
            LayoutPlan($0..<min(count, $0 + points))
        }
    }

    /// Finds the edges that have their turns from epoch `first` on.
    func make(_ edges: LayoutSchedule, from first: Int) {
        numbers.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        let most = edges.offsets[points.upperBound] - edges.offsets[points.lowerBound]
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: points.count + most) { room in
            guard let start = room.baseAddress else { return }
            start.initialize(repeating: 0, count: room.count)
            for epoch in first..<first + Self.epochs {
                let due = edges.due(
                    points, time: Float(epoch + 1), ends: start, active: start + points.count)
                starts.append(numbers.count)
                numbers.append(contentsOf: room[0..<points.count + due])
            }
        }
    }

    /// Moves the points through one of the planned epochs.
    func run(_ step: LayoutStep, epoch: Int) {
        numbers.withUnsafeBufferPointer { numbers in
            guard let start = numbers.baseAddress else { return }
            step.run(
                points, ends: start + starts[epoch], active: start + starts[epoch] + points.count)
        }
    }
}

/// The edges of a layout, as the inner loop takes them.
struct LayoutSchedule: @unchecked Sendable {
    let offsets: UnsafePointer<Int>
    let targets: UnsafePointer<Int32>
    let periods: UnsafePointer<Float>
    let turns: UnsafeMutablePointer<Float>

    func due(
        _ points: Range<Int>, time: Float, ends: UnsafeMutablePointer<Int32>,
        active: UnsafeMutablePointer<Int32>
    ) -> Int {
        #if arch(x86_64)
            if InstructionSet.name == "avx2" {
                return KernelsAVX2.MicroKernels.dueEdges(
                    (offsets, targets, periods, turns),
                    first: points.lowerBound, last: points.upperBound, time: time, ends: ends,
                    active: active)
            }
        #endif
        return KernelsBase.MicroKernels.dueEdges(
            (offsets, targets, periods, turns),
            first: points.lowerBound, last: points.upperBound, time: time, ends: ends,
            active: active)
    }
}

/// One epoch, as the inner loop takes it.
struct LayoutStep: @unchecked Sendable {
    let old: UnsafePointer<Float>
    let new: UnsafeMutablePointer<Float>
    let others: UnsafePointer<Float>
    let drawn: Int
    let drawsPoints: Bool
    let rate: Float
    let a: Float
    let b: Float
    let key: UInt32

    func run(_ points: Range<Int>, ends: UnsafePointer<Int32>, active: UnsafePointer<Int32>) {
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: 64) { lanes in
            guard let lanes = lanes.baseAddress else { return }
            #if arch(x86_64)
                if InstructionSet.name == "avx2" {
                    KernelsAVX2.MicroKernels.layoutEpoch(
                        (old, new, others, drawn, drawsPoints, rate, a, b, key),
                        first: points.lowerBound, last: points.upperBound, ends: ends,
                        active: active, lanes: lanes)
                    return
                }
            #endif
            KernelsBase.MicroKernels.layoutEpoch(
                (old, new, others, drawn, drawsPoints, rate, a, b, key), first: points.lowerBound,
                last: points.upperBound, ends: ends, active: active, lanes: lanes)
        }
    }
}
