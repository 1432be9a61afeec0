/// A reusable list of pixels with their places and stabilised intensities.
struct PixelBag {
    /// Columns.
    private(set) var x: [Double] = []
    /// Rows.
    private(set) var y: [Double] = []
    /// Stabilised intensities.
    private(set) var f: [Double] = []
    /// Row-major indices.
    private(set) var pixels: [Int32] = []

    /// Number of pixels.
    var count: Int { pixels.count }

    /// Forgets the pixels but not the memory.
    mutating func removeAll() {
        x.removeAll(keepingCapacity: true)
        y.removeAll(keepingCapacity: true)
        f.removeAll(keepingCapacity: true)
        pixels.removeAll(keepingCapacity: true)
    }

    /// Adds a pixel of an image of the given width.
    mutating func add(_ pixel: Int32, width: Int, intensity: Float) {
        x.append(Double(Int(pixel) % width))
        y.append(Double(Int(pixel) / width))
        f.append(Double(intensity))
        pixels.append(pixel)
    }
}
