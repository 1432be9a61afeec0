import Kernels

/// A rotation of three dimensions, by its rows.
struct Rotation: Sendable {
    var (x, y, z): (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>)

    static let identity = Rotation(x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1])

    /// The 24 that map the axes onto each other.
    static let ofCube: [Rotation] = {
        let axes: [SIMD3<Double>] = [
            [1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1],
        ]
        return axes.flatMap { x in
            axes.filter { (x * $0).sum() == 0 }.map { Rotation(x: x, y: $0, z: cross(x, $0)) }
        }
    }()

    init(x: SIMD3<Double>, y: SIMD3<Double>, z: SIMD3<Double>) {
        (self.x, self.y, self.z) = (x, y, z)
    }

    /// About an axis by an angle that is nearly its length in radians where that is small, and less than half a turn
    /// (the unit quaternion along 1 + `vector` / 2).
    init(_ vector: SIMD3<Double>) {
        let whole = (1 + (vector * vector).sum() / 4).squareRoot()
        let (w, v) = (1 / whole, vector / (2 * whole))
        func row(_ unit: SIMD3<Double>) -> SIMD3<Double> {
            // Row i of R holds e_i . R e_j = R^T e_i . e_j: e_i turned the other way.
            let side = 2 * Self.cross(unit, v)
            return unit + w * side + Self.cross(side, v)
        }
        self.init(x: row([1, 0, 0]), y: row([0, 1, 0]), z: row([0, 0, 1]))
    }

    /// The principal axes of points about their mean, the longest first.
    init(principal points: [SIMD3<Double>]) {
        var products = [Double](repeating: 0, count: 9)
        for point in points {
            for i in 0..<3 { for j in 0..<3 { products[3 * i + j] += point[i] * point[j] } }
        }
        guard let vectors = Eigen.symmetric(products, order: 3, proceed: { _ in true })?.vectors
        else {
            self = .identity
            return
        }
        let x = SIMD3(vectors[6], vectors[7], vectors[8])
        let y = SIMD3(vectors[3], vectors[4], vectors[5])
        self.init(x: x, y: y, z: Self.cross(x, y))
    }

    static func * (turn: Rotation, place: SIMD3<Double>) -> SIMD3<Double> {
        SIMD3((turn.x * place).sum(), (turn.y * place).sum(), (turn.z * place).sum())
    }

    /// The second turn after the first (the right one).
    static func * (second: Rotation, first: Rotation) -> Rotation {
        func row(_ row: SIMD3<Double>) -> SIMD3<Double> {
            row.x * first.x + row.y * first.y + row.z * first.z
        }
        return Rotation(x: row(second.x), y: row(second.y), z: row(second.z))
    }

    private static func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
        SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
    }
}
