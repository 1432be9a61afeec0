#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The outline of a nucleus.
struct Ellipse: Sendable {
    let centre: Point
    let long: Double
    let short: Double
    private let cosine: Double
    private let sine: Double

    /// An ellipse of an area (square pixels) and a ratio of its axes.
    init(centre: Point, area: Double, elongation: Double, angle: Double) {
        self.centre = centre
        short = (area / (.pi * elongation)).squareRoot()
        long = short * elongation
        cosine = cos(angle)
        sine = sin(angle)
    }

    /// Normalised distance from the centre: 1 on the outline.
    func radius(x: Double, y: Double) -> Double {
        let dx = x - centre.x
        let dy = y - centre.y
        let u = (dx * cosine + dy * sine) / long
        let v = (dy * cosine - dx * sine) / short
        return (u * u + v * v).squareRoot()
    }

    /// Row-major indices of the pixels within the outline grown by `margin`, ascending.
    func pixels(size: Int, margin: Double = 0) -> [Int] {
        let reach = long + margin
        let width = short + margin
        let left = max(0, Int((centre.x - reach).rounded(.up)))
        let right = min(size - 1, Int((centre.x + reach).rounded(.down)))
        let top = max(0, Int((centre.y - reach).rounded(.up)))
        let bottom = min(size - 1, Int((centre.y + reach).rounded(.down)))
        guard left <= right, top <= bottom else { return [] }
        var inside: [Int] = []
        for y in top...bottom {
            for x in left...right {
                let dx = Double(x) - centre.x
                let dy = Double(y) - centre.y
                let u = (dx * cosine + dy * sine) / reach
                let v = (dy * cosine - dx * sine) / width
                if u * u + v * v <= 1 { inside.append(y * size + x) }
            }
        }
        return inside
    }
}
