#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif
import Kernels

/// A point in pixel coordinates, x to the right, y down.
struct Point: Sendable, Hashable {
    var x: Double
    var y: Double

    func distance(to other: Point) -> Double { hypot(x - other.x, y - other.y) }
}

/// The large structures of a section: vein, portal tracts, fibrotic band.
struct Anatomy: Sendable {
    let size: Int
    /// Centre of zonation: of the vein, or a point off the section where there is none.
    let veinCentre: Point
    /// Radius of the vein in pixels; 0 for none.
    let veinRadius: Double
    /// Centres and radii of the portal tracts; a small vessel lies in the middle of each.
    let portals: [(centre: Point, radius: Double)]
    /// The boundary of the fibrotic band, left to right; empty for none. The band is below it.
    let boundary: [Point]
    private let wobble: [Double]

    init(style: TissueStyle, size: Int, seed: UInt64) {
        var random = Stage.anatomy.stream(seed)
        let side = Double(size)
        self.size = size
        veinRadius = size >= 48 ? style.vein * side : 0
        veinCentre =
            veinRadius > 0
            ? Point(x: side * random.uniform(0.36, 0.46), y: side * random.uniform(0.34, 0.44))
            : Point(x: -0.35 * side, y: 0.45 * side)
        wobble = (0..<3).map { _ in random.uniform(-0.07, 0.07) }
        boundary = Self.boundary(style.fibrosis, size: size, random: &random)
        portals = Self.portals(style.portals, size: size, random: &random)
    }

    private static func boundary(
        _ level: Double?, size: Int, random: inout Philox
    ) -> [Point] {
        guard let level, size >= 48 else { return [] }
        let vertices = 6
        var y = level + random.uniform(-0.03, 0.05)
        return (0..<vertices).map { vertex in
            defer {
                let back = 0.25 * (level - y)
                y = min(max(y + back + 0.045 * random.normal(within: 1.8), 0.45), 0.93)
            }
            return Point(
                x: Double(vertex) * Double(size - 1) / Double(vertices - 1), y: y * Double(size))
        }
    }

    private static func portals(
        _ count: Int, size: Int, random: inout Philox
    ) -> [(centre: Point, radius: Double)] {
        guard size >= 96 else { return [] }
        let corners = [(0.84, 0.2), (0.78, 0.84), (0.16, 0.84)]
        return corners.prefix(count).map { x, y in
            let centre = Point(
                x: Double(size) * (x + random.uniform(-0.05, 0.05)),
                y: Double(size) * (y + random.uniform(-0.05, 0.05)))
            return (centre, Double(size) * random.uniform(0.06, 0.085))
        }
    }

    /// Whether a point is in the bore of the vein or of a portal vessel.
    func isLumen(_ point: Point) -> Bool {
        if veinRadius > 0, veinDistance(point) <= 0 { return true }
        return portals.contains { $0.centre.distance(to: point) < 0.28 * $0.radius }
    }

    /// Whether a point is in a portal tract.
    func isPortal(_ point: Point) -> Bool {
        portals.contains { $0.centre.distance(to: point) < $0.radius }
    }

    /// Distance from the wall of the vein in pixels, negative inside; the wall is not quite round.
    func veinDistance(_ point: Point) -> Double {
        let angle = atan2(point.y - veinCentre.y, point.x - veinCentre.x)
        var shape = 1.0
        for (index, amplitude) in wobble.enumerated() {
            shape += amplitude * cos(Double(index + 2) * angle + 2.1 * Double(index))
        }
        return veinCentre.distance(to: point) - veinRadius * shape
    }

    /// Whether a point is below the boundary.
    func isFibrotic(_ point: Point) -> Bool {
        boundary.isEmpty ? false : point.y >= boundaryHeight(at: point.x).y
    }

    /// The y of the boundary at an x, and its slope there.
    func boundaryHeight(at x: Double) -> (y: Double, slope: Double) {
        let step = Double(size - 1) / Double(boundary.count - 1)
        let segment = Int(min(max(x / step, 0), Double(boundary.count - 2)))
        let slope = (boundary[segment + 1].y - boundary[segment].y) / step
        return (boundary[segment].y + slope * (x - boundary[segment].x), slope)
    }

    /// How much a point belongs to the vein's surroundings: 1 at the wall, falling to 0 far away.
    func zonation(_ point: Point) -> Double {
        exp(-max(veinDistance(point), 0) / (0.17 * Double(size)))
    }
}
