/// Regions made of basins by joining two at a time: binary trees, children before parents.
///
/// The pixels of all regions share one linked list: a region is a run of it, and joining two regions
/// links the end of one to the start of the other.
struct RegionForest {
    /// One region.
    struct Region {
        /// First pixel of its run.
        var head: Int32
        /// Last pixel of its run.
        var tail: Int32
        /// Number of pixels.
        var count: Int
        /// The two parts, or -1.
        var left: Int32
        /// The two parts, or -1.
        var right: Int32
        /// Cost of calling it one nucleus.
        var cost: Double
        /// Whether it is one basin, of which the parts are only proposals.
        var isBasin: Bool
    }

    /// All regions, children before parents.
    private(set) var regions: [Region] = []
    /// Regions that are part of no other.
    private(set) var roots: [Int] = []

    private let width: Int
    private let intensity: [Float]
    private var next: [Int32]
    private var bag = PixelBag()

    /// An empty forest over an image of stabilised intensities.
    init(width: Int, intensity: [Float]) {
        self.width = width
        self.intensity = intensity
        next = [Int32](repeating: -1, count: intensity.count)
    }

    /// Adds a region of the given pixels (at least one) without parts and gives its number.
    mutating func addLeaf(_ pixels: [Int32], cost: Double, isBasin: Bool) -> Int {
        for (pixel, following) in zip(pixels, pixels.dropFirst()) { next[Int(pixel)] = following }
        regions.append(
            Region(
                head: pixels[0], tail: pixels[pixels.count - 1], count: pixels.count, left: -1,
                right: -1, cost: cost, isBasin: isBasin))
        return regions.count - 1
    }

    /// Joins two regions into one and gives its number.
    mutating func join(_ left: Int, _ right: Int, cost: Double, isBasin: Bool = false) -> Int {
        next[Int(regions[left].tail)] = regions[right].head
        regions.append(
            Region(
                head: regions[left].head, tail: regions[right].tail,
                count: regions[left].count + regions[right].count, left: Int32(left),
                right: Int32(right), cost: cost, isBasin: isBasin))
        return regions.count - 1
    }

    /// The cost of the union of two regions.
    mutating func costOfUnion(_ left: Int, _ right: Int, _ costs: ShapeCost) -> Double {
        bag.removeAll()
        fill(&bag, with: left)
        fill(&bag, with: right)
        return costs.cost(bag)
    }

    /// Adds the pixels of a region to a bag.
    func fill(_ bag: inout PixelBag, with region: Int) {
        var pixel = regions[region].head
        for _ in 0..<regions[region].count {
            bag.add(pixel, width: width, intensity: intensity[Int(pixel)])
            pixel = next[Int(pixel)]
        }
    }

    /// Names the regions that are part of no other.
    mutating func close() {
        var owned = [Bool](repeating: false, count: regions.count)
        for region in regions where region.left >= 0 {
            owned[Int(region.left)] = true
            owned[Int(region.right)] = true
        }
        roots = regions.indices.filter { !owned[$0] }
    }

    /// The regions of least total cost that cover each tree at most once, where a pixel left out
    /// costs 1: the exact optimum, by dynamic programming from the leaves to the roots.
    ///
    /// Regions above `largest` pixels are not taken; basins are divided only if `dividingBasins`.
    ///
    /// - Complexity: O(regions).
    func cheapest(largest: Int, dividingBasins: Bool = true) -> [Int] {
        enum Decision { case drop, take, divide }
        var values = [Double](repeating: 0, count: regions.count)
        var decisions = [Decision](repeating: .drop, count: regions.count)
        for (index, region) in regions.enumerated() {
            values[index] = Double(region.count)
            if region.count <= largest, region.cost < values[index] {
                values[index] = region.cost
                decisions[index] = .take
            }
            guard region.left >= 0, dividingBasins || !region.isBasin else { continue }
            let divided = values[Int(region.left)] + values[Int(region.right)]
            if divided < values[index] {
                values[index] = divided
                decisions[index] = .divide
            }
        }
        var chosen: [Int] = []
        var open = roots
        while let index = open.popLast() {
            switch decisions[index] {
            case .drop: continue
            case .take: chosen.append(index)
            case .divide:
                open.append(Int(regions[index].left))
                open.append(Int(regions[index].right))
            }
        }
        return chosen.sorted()
    }
}
