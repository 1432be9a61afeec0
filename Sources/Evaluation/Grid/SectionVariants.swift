import Imaging
import Kernels

/// Changes to images that are there already.
enum SectionVariants {
    /// Applies `dim` (the marker's counts, 3 times fewer), `low` (all counts), `blur` (0.8 px),
    /// `one-channel`, and which cells the later stages get (`damaged`, `own`).
    ///
    /// Counts are thinned one by one, so what is left is as noisy as if it had been measured.
    static func apply(
        _ spec: DatasetSpec, seed: UInt64, to data: inout EvaluationData
    ) throws(EvaluationError) {
        guard var stack = data.stack else { return }
        let marker = data.marker
        if let factor = try spec.number("dim", default: 3, 1...1000) {
            stack = changed(stack, seed) { channel, plane, random in
                if channel == marker { thin(&plane, keeping: 1 / factor, random: &random) }
            }
        }
        if let factor = try spec.number("low", default: 3, 1...1000) {
            stack = changed(stack, seed) { _, plane, random in
                thin(&plane, keeping: 1 / factor, random: &random)
            }
        }
        if let sigma = try spec.number("blur", default: 0.8, 0.01...20) {
            let grid = stack.grid
            stack = changed(stack, seed &+ 1) { _, plane, random in
                plane = displaced(plane, grid, by: sigma, random: &random)
            }
        }
        if spec.has("one-channel") {
            stack = IonStack(
                grid: stack.grid, channels: [stack.channels[marker]],
                counts: Array(stack.plane(marker)))
            data.marker = 0
            data.fold = []
        }
        data.stack = stack
        if spec.has("damaged") { data.cells = .damaged }
        if spec.has("own") { data.cells = .segmented }
    }

    private static func changed(
        _ stack: IonStack, _ seed: UInt64,
        _ change: @Sendable (Int, inout [Float], inout Philox) -> Void
    ) -> IonStack {
        let planes = ParallelResults(count: stack.channels.count) { channel in
            var plane = Array(stack.plane(channel))
            var random = Philox(
                seed: seed, stage: RandomPart.thinning, index: UInt64(channel))
            change(channel, &plane, &random)
            return plane
        }.values
        return IonStack(
            grid: stack.grid, channels: stack.channels, counts: planes.flatMap { $0 })
    }

    /// Keeps each count with a probability.
    private static func thin(
        _ plane: inout [Float], keeping share: Double, random: inout Philox
    ) {
        for pixel in plane.indices {
            var kept: Float = 0
            for _ in 0..<whole(plane[pixel]) where random.uniformDouble() < share { kept += 1 }
            plane[pixel] = kept
        }
    }

    /// Every count moved by a normal draw along both axes, reflected at the border.
    private static func displaced(
        _ plane: [Float], _ grid: PixelGrid, by sigma: Double, random: inout Philox
    ) -> [Float] {
        func moved(_ place: Int, _ count: Int, _ step: Float) -> Int {
            let target = place + Int((step * Float(sigma)).rounded())
            let period = 2 * count
            let wrapped = (target % period + period) % period
            return wrapped < count ? wrapped : period - 1 - wrapped
        }
        var result = [Float](repeating: 0, count: plane.count)
        for pixel in plane.indices {
            for _ in 0..<whole(plane[pixel]) {
                let x = moved(pixel % grid.width, grid.width, random.gaussian())
                let y = moved(pixel / grid.width, grid.height, random.gaussian())
                result[y * grid.width + x] += 1
            }
        }
        return result
    }

    /// A count as a whole number, at most a million.
    private static func whole(_ value: Float) -> Int {
        value > 0 ? Int(min(value.rounded(), 1_000_000)) : 0
    }
}
