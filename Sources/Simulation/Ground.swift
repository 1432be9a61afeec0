import Kernels

/// What lies at every pixel before nuclei are placed.
struct Ground: Sendable {
    /// A kind of ground.
    enum Kind: UInt8, Sendable {
        case outside, tissue, fibrotic, portal
    }

    let kinds: [Kind]
    /// Row-major pixels where nuclei may lie, by kind (index: raw value).
    let pixels: [[Int]]

    init(anatomy: Anatomy, style: TissueStyle, seed: UInt64) {
        let size = anatomy.size
        var kinds = [Kind](repeating: .tissue, count: size * size)
        if style.culture {
            var random = Stage.anatomy.stream(seed, 1)
            let cover = SmoothField.make(size: size, cycles: 3.5, random: &random)
            for index in kinds.indices where cover[index] < -1.15 { kinds[index] = .outside }
        } else {
            for y in 0..<size {
                for x in 0..<size {
                    let point = Point(x: Double(x), y: Double(y))
                    if anatomy.isLumen(point) {
                        kinds[y * size + x] = .outside
                    } else if anatomy.isFibrotic(point) {
                        kinds[y * size + x] = .fibrotic
                    } else if anatomy.isPortal(point) {
                        kinds[y * size + x] = .portal
                    }
                }
            }
        }
        var pixels = [[Int]](repeating: [], count: 4)
        for (index, kind) in kinds.enumerated() { pixels[Int(kind.rawValue)].append(index) }
        self.kinds = kinds
        self.pixels = pixels
    }

    func places(_ kind: Kind) -> [Int] { pixels[Int(kind.rawValue)] }
}
