import Imaging

/// The text of one ion's file: header and a line a pixel.
struct IonText {
    private let header: (String) -> [UInt8]
    /// `X Y ` of every pixel, one after the other, and where each ends.
    private var places: [UInt8] = []
    private var ends: [Int] = []

    init(section: SimulatedSection, name: String) {
        let grid = section.stack.grid
        let field = fixedPoint(section.parameters.fieldOfView, digits: 1)
        header = { interval in
            let lines = [
                "Simulated by seam simulate in the layout of a SurfaceLab image export",
                "File: \(name).itm", "Interval: \(interval) u", "Polarity: negative",
                "Image size: \(grid.width) x \(grid.height) pixel",
                "Field of view: \(field) x \(field) um", "Scans: 100", "Intensity: counts",
                "X Y Intensity",
            ]
            return Array(lines.map { "# \($0)\n" }.joined().utf8)
        }
        ends.reserveCapacity(grid.count)
        for y in 0..<grid.height {
            for x in 0..<grid.width {
                places.append(contentsOf: "\(x) \(y) ".utf8)
                ends.append(places.count)
            }
        }
    }

    /// A whole file; values are whole numbers.
    func file(interval: String, values: [Float]) -> [UInt8] {
        var bytes = header(interval)
        bytes.reserveCapacity(bytes.count + places.count + 4 * values.count)
        var start = 0
        for (pixel, value) in values.enumerated() {
            bytes.append(contentsOf: places[start..<ends[pixel]])
            start = ends[pixel]
            appendDigits(of: Int(value), to: &bytes)
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    private func appendDigits(of value: Int, to bytes: inout [UInt8]) {
        if value >= 10 { appendDigits(of: value / 10, to: &bytes) }
        bytes.append(UInt8(ascii: "0") + UInt8(value % 10))
    }
}
