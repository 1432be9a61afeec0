public import Bytes
public import Imaging

/// Outlines of cells as polygons along the edges of their pixels.
public enum CellOutlines {
    /// One connected part of a cell.
    public struct Polygon: Sendable, Hashable {
        /// Its outer ring: against the clock where y points up, as RFC 7946 section 3.1.6 asks; the
        /// first corner is not repeated.
        public var outer: [Corner]
        /// Its holes, in the other direction.
        public var holes: [[Corner]]

        /// A polygon.
        public init(outer: [Corner], holes: [[Corner]] = []) {
            self.outer = outer
            self.holes = holes
        }
    }

    /// The polygons of every cell: element `cell_id - 1`; none for a number without pixels.
    ///
    /// Parts that touch only at a corner are polygons of their own, so that every ring is simple.
    /// - Complexity: O(P), and O(holes x parts) for a cell that has both holes and several parts.
    public static func polygons(of labels: LabelImage) -> [[Polygon]] {
        labels.pixelsByCell().map { pixels in
            assembled(CellRings(pixels: pixels, width: labels.grid.width).rings)
        }
    }

    /// A GeoJSON feature collection (RFC 7946), one feature a cell that has pixels.
    ///
    /// Coordinates are pixels: (0, 0) is the top left corner of the first pixel, y points down. The id and
    /// the property `cell_id` are the cell's number; QuPath reads `objectType`, `classification` and
    /// `measurements`.
    /// - Parameter properties: further properties of every cell (element `cell_id - 1`); may be shorter.
    /// - Complexity: O(P + text).
    public static func geoJSON(
        _ labels: LabelImage, properties: [[JSON.Member]] = []
    ) -> [UInt8] {
        var text = Array(#"{"type":"FeatureCollection","features":["#.utf8)
        var first = true
        for (index, polygons) in Self.polygons(of: labels).enumerated() where !polygons.isEmpty {
            text += Array((first ? "\n" : ",\n").utf8)
            first = false
            let own: [JSON.Member] = [
                .init("cell_id", .int(index + 1)), .init("objectType", .string("cell")),
            ]
            let more = index < properties.count ? properties[index] : []
            text += Array(#"{"type":"Feature","id":\#(index + 1),"geometry":"#.utf8)
            append(polygons, to: &text)
            text += Array(#","properties":"#.utf8)
            let measured = measurements(polygons, size: labels.grid.pixelSizeMicrometres)
            text += JSON.object(own + more + [.init("measurements", measured)]).encoded
            text.append(UInt8(ascii: "}"))
        }
        return text + Array("\n]}\n".utf8)
    }

    /// Area, length of the outline with its holes, and centroid of the pixels, named as QuPath names
    /// its own; in micrometres, or in pixels where their size is not known.
    static func measurements(_ polygons: [Polygon], size: Double?) -> JSON {
        // Twice the area, six times the moments: whole numbers, so that sums are exact.
        var (area, x, y, length) = (0, 0, 0, 0)
        for ring in polygons.flatMap({ [$0.outer] + $0.holes }) {
            for (index, a) in ring.enumerated() {
                let b = ring[(index + 1) % ring.count]
                let cross = a.x * b.y - b.x * a.y
                area += cross
                x += cross * (a.x + b.x)
                y += cross * (a.y + b.y)
                length += abs(a.x - b.x) + abs(a.y - b.y)
            }
        }
        let unit = size == nil ? "px" : "µm"
        let scale = size ?? 1
        return .object([
            .init("Area \(unit)^2", .double(Double(area) / 2 * scale * scale)),
            .init("Perimeter \(unit)", .double(Double(length) * scale)),
            .init("Centroid X \(unit)", .double(Double(x) / Double(3 * area) * scale)),
            .init("Centroid Y \(unit)", .double(Double(y) / Double(3 * area) * scale)),
        ])
    }

    private static func append(_ polygons: [Polygon], to text: inout [UInt8]) {
        let many = polygons.count > 1
        let kind = many ? "MultiPolygon" : "Polygon"
        text += Array(#"{"type":"\#(kind)","coordinates":"#.utf8)
        if many { text.append(UInt8(ascii: "[")) }
        for (place, polygon) in polygons.enumerated() {
            text += Array((place > 0 ? ",[" : "[").utf8)
            for (number, ring) in ([polygon.outer] + polygon.holes).enumerated() {
                let closed = ring + ring.prefix(1)
                let corners = closed.map { "[\($0.x),\($0.y)]" }.joined(separator: ",")
                text += Array("\(number > 0 ? "," : "")[\(corners)]".utf8)
            }
            text.append(UInt8(ascii: "]"))
        }
        if many { text.append(UInt8(ascii: "]")) }
        text.append(UInt8(ascii: "}"))
    }

    private static func assembled(_ rings: [[Corner]]) -> [Polygon] {
        var polygons: [(polygon: Polygon, area: Int)] = []
        for ring in rings {
            let area = doubleArea(ring)
            if area > 0 { polygons.append((Polygon(outer: ring), area)) }
        }
        for ring in rings where doubleArea(ring) < 0 {
            let owner =
                polygons.count == 1
                ? 0
                : polygons.indices.filter { contains(polygons[$0].polygon.outer, besideHole(ring)) }
                    .min { polygons[$0].area < polygons[$1].area } ?? 0
            polygons[owner].polygon.holes.append(ring)
        }
        return polygons.map(\.polygon)
    }

    /// Twice the shoelace area; positive for an outer ring.
    private static func doubleArea(_ ring: [Corner]) -> Int {
        var sum = 0
        for (index, corner) in ring.enumerated() {
            let next = ring[(index + 1) % ring.count]
            sum += corner.x * next.y - next.x * corner.y
        }
        return sum
    }

    /// The pixel of the cell beside the first edge of a hole, as its centre in half pixels.
    private static func besideHole(_ ring: [Corner]) -> Corner {
        let (a, b) = (ring[0], ring[1])
        let (dx, dy) = ((b.x - a.x).signum(), (b.y - a.y).signum())
        // The cell lies to the side of (-dy, dx), for holes as for outer rings.
        return Corner(x: 2 * a.x + dx - dy, y: 2 * a.y + dy + dx)
    }

    /// Whether a ring goes round a point that is given in half pixels: a ray to the right is crossed by
    /// an odd number of vertical edges.
    private static func contains(_ ring: [Corner], _ point: Corner) -> Bool {
        var inside = false
        for (index, a) in ring.enumerated() {
            let b = ring[(index + 1) % ring.count]
            guard a.x == b.x, 2 * a.x > point.x else { continue }
            if 2 * min(a.y, b.y) < point.y && point.y < 2 * max(a.y, b.y) { inside.toggle() }
        }
        return inside
    }
}
