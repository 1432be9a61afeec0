#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif
import Kernels

/// A placed nucleus.
struct Nucleus: Sendable {
    let outline: Ellipse
    let type: Int
    /// Row-major pixels, ascending; one 4-connected piece.
    let pixels: [Int]
}

/// Packs nuclei by random sequential addition: each looks for room among those before it.
struct NucleusPlacement {
    private(set) var nuclei: [Nucleus] = []
    private(set) var labels: [Int32]
    private let types: [CellType]
    private let style: TissueStyle
    private let anatomy: Anatomy
    private let ground: Ground
    private let nearest: Double
    private let farthest: Double
    private var random: Philox

    init(
        types: [CellType], anatomy: Anatomy, ground: Ground, style: TissueStyle, seed: UInt64
    ) {
        self.types = types
        self.style = style
        self.anatomy = anatomy
        self.ground = ground
        random = Stage.placement.stream(seed)
        labels = [Int32](repeating: 0, count: anatomy.size * anatomy.size)
        let distances = ground.places(.tissue).map { index in
            let y = index / anatomy.size
            return anatomy.veinDistance(Point(x: Double(index - y * anatomy.size), y: Double(y)))
        }
        nearest = distances.min() ?? 0
        farthest = distances.max() ?? 1
        let plan = NucleusPlan(
            types: types, anatomy: anatomy, ground: ground, style: style, random: &random)
        for order in plan.orders { place(order) }
    }

    private mutating func place(_ order: NucleusOrder) {
        let places = ground.places(order.ground)
        guard !places.isEmpty else { return }
        let loose = random.uniformDouble() >= style.touching
        for _ in 0..<200 {
            let centre = order.inVeinWall ? wallPoint() : somewhere(in: places)
            let type = type(of: order.choice, at: centre)
            let outline = outline(of: types[type], at: centre, order: order)
            if let pixels = room(for: outline, loose: loose) {
                for pixel in pixels { labels[pixel] = Int32(nuclei.count + 1) }
                nuclei.append(Nucleus(outline: outline, type: type, pixels: pixels))
                return
            }
        }
    }

    private mutating func somewhere(in places: [Int]) -> Point {
        let index = places[random.index(below: places.count)]
        let y = index / anatomy.size
        return Point(
            x: Double(index - y * anatomy.size) + random.uniform(-0.5, 0.5),
            y: Double(y) + random.uniform(-0.5, 0.5))
    }

    private mutating func wallPoint() -> Point {
        let angle = random.uniform(0, 2 * .pi)
        let away = anatomy.veinRadius + random.uniform(2, 6)
        return Point(
            x: anatomy.veinCentre.x + away * cos(angle),
            y: anatomy.veinCentre.y + away * sin(angle))
    }

    private mutating func type(of choice: NucleusOrder.Choice, at point: Point) -> Int {
        switch choice {
        case .type(let index): return index
        case .line:
            let across = Int(Double(types.count).squareRoot().rounded(.up))
            let down = (types.count + across - 1) / across
            let side = Double(anatomy.size)
            let column = min(max(Int(point.x / side * Double(across)), 0), across - 1)
            let row = min(max(Int(point.y / side * Double(down)), 0), down - 1)
            return min(row * across + column, types.count - 1)
        case .hepatocyte:
            let depth = (anatomy.veinDistance(point) - nearest) / max(farthest - nearest, 1)
            let zone = depth + 0.1 * random.normal()
            return hepatocyte(zone: zone < 0.27 ? 0 : zone < 0.58 ? 1 : 2)
        }
    }

    /// The type of a zone, or of the nearest zone towards the vein that has one.
    private func hepatocyte(zone: Int) -> Int {
        for candidate in stride(from: zone, through: 0, by: -1) {
            if let index = types.firstIndex(where: { $0.niche == .parenchyma(zone: candidate) }) {
                return index
            }
        }
        return 0
    }

    private mutating func outline(
        of type: CellType, at centre: Point, order: NucleusOrder
    ) -> Ellipse {
        var area = style.nucleusArea * type.area * exp(style.areaSpread * random.normal(within: 2))
        if case .hepatocyte = order.choice, random.uniformDouble() < 0.12 { area *= 1.6 }
        let elongation = max(1, type.elongation * exp(0.12 * random.normal(within: 2)))
        var angle = random.uniform(0, .pi)
        if order.inVeinWall {
            let outwards = atan2(centre.y - anatomy.veinCentre.y, centre.x - anatomy.veinCentre.x)
            angle = outwards + .pi / 2 + 0.2 * random.normal()
        } else if order.ground == .fibrotic, type.niche == .fibrotic {
            angle = atan(anatomy.boundaryHeight(at: centre.x).slope) + 0.3 * random.normal()
        }
        return Ellipse(centre: centre, area: area, elongation: elongation, angle: angle)
    }

    /// The pixels a nucleus can take, or nil where it has no room.
    private func room(for outline: Ellipse, loose: Bool) -> [Int]? {
        let all = outline.pixels(size: anatomy.size)
        let free = all.filter { labels[$0] == 0 && ground.kinds[$0] != .outside }
        guard free.count >= style.minimumArea,
            Double(all.count - free.count) <= style.overlap * Double(all.count)
        else { return nil }
        if loose {
            let halo = outline.pixels(size: anatomy.size, margin: 1.2)
            guard halo.allSatisfy({ labels[$0] == 0 }) else { return nil }
        }
        return isConnected(free) ? free : nil
    }

    private func isConnected(_ pixels: [Int]) -> Bool {
        let members = Set(pixels)
        var reached: Set<Int> = [pixels[0]]
        var open = [pixels[0]]
        let size = anatomy.size
        while let pixel = open.popLast() {
            let x = pixel % size
            var neighbours = [pixel - size, pixel + size]
            if x > 0 { neighbours.append(pixel - 1) }
            if x < size - 1 { neighbours.append(pixel + 1) }
            for next in neighbours where members.contains(next) && !reached.contains(next) {
                reached.insert(next)
                open.append(next)
            }
        }
        return reached.count == pixels.count
    }
}
