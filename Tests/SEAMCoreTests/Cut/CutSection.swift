import Imaging
import Kernels

/// A made-up field of elliptical nuclei with Poisson counts in several ions.
struct CutSection {
    let stack: IonStack
    /// True nucleus of each pixel, 0 outside.
    let truth: [Int32]
    let nuclei: Int

    struct Nucleus {
        let x: Double
        let y: Double
        let a: Double
        let b: Double
        let angle: (cos: Double, sin: Double)

        func contains(_ px: Int, _ py: Int, grown: Double = 0) -> Bool {
            let dx = Double(px) - x
            let dy = Double(py) - y
            let u = (dx * angle.cos + dy * angle.sin) / (a + grown)
            let v = (dy * angle.cos - dx * angle.sin) / (b + grown)
            return u * u + v * v <= 1
        }
    }

    /// A section with nuclei at given places: four nuclear ions and four others.
    init(
        _ shapes: [Nucleus], width: Int, height: Int, seed: UInt64, counts: Double = 1,
        channels: Int = 8
    ) {
        var random = Philox(seed: seed, stage: 7)
        var truth = [Int32](repeating: 0, count: width * height)
        for (index, nucleus) in shapes.enumerated() {
            for y in 0..<height {
                for x in 0..<width where nucleus.contains(x, y) {
                    if truth[y * width + x] == 0 { truth[y * width + x] = Int32(index + 1) }
                }
            }
        }
        var values: [Float] = []
        for channel in 0..<channels {
            let nuclear = channel < (channels + 1) / 2
            for p in 0..<truth.count {
                let rate = truth[p] > 0 ? (nuclear ? 8.0 : 3) : (nuclear ? 1.5 : 3)
                values.append(Self.poisson(counts * rate, &random))
            }
        }
        self.truth = truth
        nuclei = shapes.count
        stack = IonStack(
            grid: PixelGrid(width: width, height: height),
            channels: (0..<channels).map { Channel(mz: 100 + Double($0)) }, counts: values)
    }

    /// A field of nuclei of 35-80 pixels that do not overlap.
    static func field(side: Int, seed: UInt64, counts: Double = 1, channels: Int = 8)
        -> CutSection
    {
        var random = Philox(seed: seed, stage: 3)
        var shapes: [Nucleus] = []
        var taken = [Bool](repeating: false, count: side * side)
        for _ in 0..<4 * side {
            let tilt = random.uniformDouble() * 2 - 1
            let shape = Nucleus(
                x: 5 + random.uniformDouble() * Double(side - 10),
                y: 5 + random.uniformDouble() * Double(side - 10),
                a: 3.8 + 1.2 * random.uniformDouble(), b: 3.2 + random.uniformDouble(),
                angle: ((1 - tilt * tilt).squareRoot(), tilt))
            let near = (0..<side * side).filter {
                shape.contains($0 % side, $0 / side, grown: 0.8)
            }
            if near.contains(where: { taken[$0] }) { continue }
            for p in near { taken[p] = true }
            shapes.append(shape)
        }
        return CutSection(
            shapes, width: side, height: side, seed: seed, counts: counts, channels: channels)
    }

    /// A Poisson count (Knuth's product of uniforms).
    static func poisson(_ rate: Double, _ random: inout Philox) -> Float {
        var product = random.uniformDouble()
        var count: Float = 0
        let limit = exponential(-rate)
        while product > limit {
            product *= random.uniformDouble()
            count += 1
        }
        return count
    }

    private static func exponential(_ x: Double) -> Double {
        var value = 1 + x / 1024
        for _ in 0..<10 { value *= value }
        return value
    }

    /// F1 over objects that overlap by more than half of their union.
    func objectF1(_ labels: [Int32]) -> Double {
        let found = Int(labels.max() ?? 0)
        var overlap = [Int](repeating: 0, count: (found + 1) * (nuclei + 1))
        for (label, true_) in zip(labels, truth) {
            overlap[Int(label) * (nuclei + 1) + Int(true_)] += 1
        }
        var areas = [Int](repeating: 0, count: found + 1)
        var trueAreas = [Int](repeating: 0, count: nuclei + 1)
        for label in labels { areas[Int(label)] += 1 }
        for label in truth { trueAreas[Int(label)] += 1 }
        var matches = 0
        for p in stride(from: 1, through: found, by: 1) {
            for t in stride(from: 1, through: nuclei, by: 1) {
                let both = overlap[p * (nuclei + 1) + t]
                if 2 * both > areas[p] + trueAreas[t] - both { matches += 1 }
            }
        }
        return found + nuclei == 0 ? 1 : 2 * Double(matches) / Double(found + nuclei)
    }
}
