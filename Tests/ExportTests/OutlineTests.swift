import Bytes
import Export
import Imaging
import Testing

@Suite struct Outlines {
    /// A label image of a drawing: digits are cells, all else is outside.
    private func labels(_ rows: String...) -> LabelImage {
        let grid = PixelGrid(width: rows[0].count, height: rows.count)
        return LabelImage(
            grid: grid, values: rows.joined().map { Int32($0.wholeNumberValue ?? 0) })
    }

    private func ring(_ corners: (Int, Int)...) -> [Corner] {
        corners.map { Corner(x: $0.0, y: $0.1) }
    }

    @Test func `a single pixel is a square, its ring against the clock`() {
        let found = CellOutlines.polygons(of: labels("...", ".1.", "..."))
        #expect(found == [[.init(outer: ring((1, 1), (2, 1), (2, 2), (1, 2)))]])
    }

    @Test func `touching cells share their border`() {
        let found = CellOutlines.polygons(of: labels("112", "112"))
        #expect(found[0] == [.init(outer: ring((0, 0), (2, 0), (2, 2), (0, 2)))])
        #expect(found[1] == [.init(outer: ring((2, 0), (3, 0), (3, 2), (2, 2)))])
    }

    @Test func `a hole runs the other way round`() {
        let found = CellOutlines.polygons(of: labels("111", "1.1", "111"))
        #expect(found[0].count == 1)
        #expect(found[0][0].outer == ring((0, 0), (3, 0), (3, 3), (0, 3)))
        #expect(found[0][0].holes.count == 1)
        #expect(Set(found[0][0].holes[0]) == Set(ring((1, 1), (2, 1), (2, 2), (1, 2))))
        #expect(area(found[0][0].holes[0]) == -1)
    }

    @Test func `pixels that meet at a corner are two polygons`() {
        let found = CellOutlines.polygons(of: labels("1.", ".1"))
        #expect(
            found[0] == [
                .init(outer: ring((0, 0), (1, 0), (1, 1), (0, 1))),
                .init(outer: ring((1, 1), (2, 1), (2, 2), (1, 2))),
            ])
    }

    @Test func `a bay closed by a corner only becomes a ring of its own`() {
        let found = CellOutlines.polygons(of: labels("1111", "1..1", "1.1.", "111."))
        for polygon in found[0] {
            for ring in [polygon.outer] + polygon.holes { #expect(Set(ring).count == ring.count) }
        }
        #expect(found[0].count == 1 && found[0][0].holes.count == 1)
    }

    @Test func `an island in a hole belongs to the cell as a part`() {
        let found = CellOutlines.polygons(
            of: labels("11111", "1...1", "1.1.1", "1...1", "11111"))
        #expect(found[0].count == 2)
        #expect(found[0].map(\.holes.count) == [1, 0])
        #expect(area(found[0][0].holes[0]) == -9)
    }

    @Test func `areas add up and rings are simple for any image`() {
        var state: UInt64 = 3
        for round in 0..<40 {
            let grid = PixelGrid(width: 1 + round % 13, height: 1 + round % 11)
            let values = (0..<grid.count).map { _ -> Int32 in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Int32(state >> 60) / 4
            }
            let labels = LabelImage(grid: grid, values: values)
            let polygons = CellOutlines.polygons(of: labels)
            for (cell, pixels) in labels.pixelsByCell().enumerated() {
                let rings = polygons[cell].flatMap { [$0.outer] + $0.holes }
                #expect(rings.reduce(0) { $0 + area($1) } == pixels.count)
                #expect(polygons[cell].allSatisfy { area($0.outer) > 0 })
                #expect(rings.allSatisfy { Set($0).count == $0.count })
            }
        }
    }

    @Test func `GeoJSON is closed, numbered and carries properties`() throws {
        let bytes = CellOutlines.geoJSON(
            labels("1.3", "1.3"),
            properties: [[.init("cluster", .int(2)), .init("a\"b", .string("µ"))]])
        let json = try JSON.parse(bytes)
        #expect(json["type"]?.string == "FeatureCollection")
        let features = try #require(json["features"]?.array)
        // Number 2 has no pixels, so there is no feature of it.
        #expect(features.map { $0["id"]?.int } == [1, 3])
        #expect(features[0]["properties"]?["cluster"]?.int == 2)
        #expect(features[0]["properties"]?["a\"b"]?.string == "µ")
        #expect(features[1]["properties"]?["cell_id"]?.int == 3)
        let geometry = try #require(features[0]["geometry"])
        #expect(geometry["type"]?.string == "Polygon")
        let outer = try #require(geometry["coordinates"]?.array?[0].array)
        #expect(
            outer.map { $0.array?.compactMap(\.int) } == [
                [0, 0], [1, 0], [1, 2], [0, 2], [0, 0],
            ])
        let parts = try JSON.parse(CellOutlines.geoJSON(labels("1.1")))
        #expect(parts["features"]?.array?[0]["geometry"]?["type"]?.string == "MultiPolygon")
        let none = try JSON.parse(CellOutlines.geoJSON(labels("...")))
        #expect(none["features"]?.array?.isEmpty == true)
    }

    private func area(_ ring: [Corner]) -> Int {
        zip(ring, ring.dropFirst() + ring.prefix(1)).reduce(0) {
            $0 + $1.0.x * $1.1.y - $1.1.x * $1.0.y
        } / 2
    }
}

@Suite struct `Measurements of outlines` {
    @Test(arguments: [(nil, "px", 1.0), (0.5, "µm", 0.5)] as [(Double?, String, Double)])
    func `a ring of eight pixels is measured with its hole`(
        size: Double?, unit: String, scale: Double
    ) throws {
        let grid = PixelGrid(width: 4, height: 3, pixelSizeMicrometres: size)
        let labels = LabelImage(grid: grid, values: [0, 1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1])
        let document = try JSON.parse(CellOutlines.geoJSON(labels))
        let found = document["features"]?.array?.first?["properties"]?["measurements"]
        #expect(found?["Area \(unit)^2"]?.double == 8 * scale * scale)
        #expect(found?["Perimeter \(unit)"]?.double == 16 * scale)
        let x = try #require(found?["Centroid X \(unit)"]?.double)
        let y = try #require(found?["Centroid Y \(unit)"]?.double)
        #expect(abs(x - 2.5 * scale) < 1e-12 && abs(y - 1.5 * scale) < 1e-12)
    }
}
