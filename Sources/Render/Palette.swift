import Imaging

/// Colours of clusters, in a fixed order: 1 is the largest cluster.
///
/// Okabe and Ito's colours (2008) without black, a grey, then Tol's muted set (P. Tol, SRON/EPS/TN/09-002)
/// and then generated ones. Each is at least 20 apart from all before it in CIELAB (CIE76), none
/// is too dark for a black plate or too pale for white paper.
public enum Palette {
    /// The colour of cluster `index`, counted from 1; after the last one they repeat. Below 1 (no
    /// cluster): a dark grey that is none of them.
    public static func cluster(_ index: Int) -> (UInt8, UInt8, UInt8) {
        let color = color(of: index)
        return (color.red, color.green, color.blue)
    }

    /// How many there are before they repeat.
    public static var count: Int { colors.count }

    static func color(of cluster: Int) -> RGB {
        cluster >= 1 ? colors[(cluster - 1) % colors.count] : none
    }

    /// What has no cluster: a dark grey, apart from all colours.
    private static let none = RGB(0x565b62)

    private static let published: [UInt32] = [
        0xe69f00, 0x56b4e9, 0x009e73, 0xd55e00, 0xcc79a7, 0x0072b2, 0xf0e442, 0x9c9c9c,
        0xcc6677, 0xddcc77, 0x117733, 0x88ccee, 0x882255, 0x44aa99, 0x999933, 0xaa4499,
    ]

    private static let colors: [RGB] = {
        var chosen: [RGB] = []
        var points = [Seen(none)]
        for color in published.map({ RGB($0) }) {
            let seen = Seen(color)
            if points.allSatisfy({ $0.distance(seen) >= 20 }) {
                chosen.append(color)
                points.append(seen)
            }
        }
        return extended(chosen, points)
    }()

    /// Adds the candidate that is farthest from all chosen ones, until none is 20 apart or 64 are.
    private static func extended(_ start: [RGB], _ seen: [Seen]) -> [RGB] {
        var chosen = start
        let candidates = lattice()
        var nearest = candidates.map { candidate in
            (
                plain: seen.map { $0.distance(candidate.seen) }.min() ?? 0,
                seen: seen.map { $0.mixedDistance(candidate.seen) }.min() ?? 0
            )
        }
        while chosen.count < 64 {
            var best = -1
            for index in candidates.indices
            where nearest[index].plain >= 20
                && (best < 0 || nearest[index].seen > nearest[best].seen)
            {
                best = index
            }
            guard best >= 0 else { break }
            let added = candidates[best]
            chosen.append(added.color)
            for index in candidates.indices {
                let other = candidates[index].seen
                nearest[index].plain = min(nearest[index].plain, added.seen.distance(other))
                nearest[index].seen = min(nearest[index].seen, added.seen.mixedDistance(other))
            }
        }
        return chosen
    }

    /// Colours of the sRGB gamut on a lattice in CIELAB, from mid dark to mid light.
    private static func lattice() -> [(color: RGB, seen: Seen)] {
        var found: [(RGB, Seen)] = []
        for l in stride(from: 38.0, through: 86, by: 6) {
            for a in stride(from: -90.0, through: 100, by: 10) {
                for b in stride(from: -110.0, through: 100, by: 10) {
                    let linear = CIELAB.light(SIMD3(l, a, b))
                    if linear.min() >= 0 && linear.max() <= 1 {
                        let color = CIELAB.sRGB(SIMD3(l, a, b))
                        found.append((color, Seen(color)))
                    }
                }
            }
        }
        return found
    }

    /// A colour in CIELAB as it is, and as a viewer without green cones sees it.
    private struct Seen {
        let plain: SIMD3<Double>
        let deuteranope: SIMD3<Double>

        /// The simulation is Viénot, Brettel and Mollon (1999), in linear sRGB.
        init(_ color: RGB) {
            let c = CIELAB.linear(color)
            plain = CIELAB.from(color)
            let yellow = 0.29275 * c.x + 0.70725 * c.y
            let blue = -0.02234 * c.x + 0.02234 * c.y + c.z
            deuteranope = CIELAB.from(linear: SIMD3(yellow, yellow, max(0, blue)))
        }

        func distance(_ other: Seen) -> Double { length(plain - other.plain) }

        func mixedDistance(_ other: Seen) -> Double {
            distance(other) + length(deuteranope - other.deuteranope)
        }

        private func length(_ v: SIMD3<Double>) -> Double { (v * v).sum().squareRoot() }
    }
}

/// Colours of clusters where a user may have chosen some.
struct ClusterColors: Sendable {
    private let chosen: [RGB?]

    /// - Parameter chosen: colour of cluster 1, 2, ..., nil for the palette's; may be shorter.
    init(_ chosen: [(UInt8, UInt8, UInt8)?]) {
        self.chosen = chosen.map { color in color.map { RGB($0.0, $0.1, $0.2) } }
    }

    func color(of cluster: Int) -> RGB {
        if cluster >= 1, cluster <= chosen.count, let color = chosen[cluster - 1] { return color }
        return Palette.color(of: cluster)
    }
}
