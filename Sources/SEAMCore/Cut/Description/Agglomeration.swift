import Imaging

/// Builds the forest of regions: basins, their proposed halves and their unions.
struct Agglomeration {
    private var forest: RegionForest
    private let costs: ShapeCost
    private let largest: Int
    private var neighbours: [[Int32]] = []
    private var owner: [Int32] = []
    private var queue = MinHeap<Candidate>()

    private struct Candidate: Comparable {
        let gain: Double
        let a: Int32
        let b: Int32

        static func < (l: Candidate, r: Candidate) -> Bool {
            (l.gain, l.a, l.b) < (r.gain, r.a, r.b)
        }
    }

    /// The forest over basins numbered 1...; always the pair is joined that saves most (or costs
    /// least), while the union has at most `largest` pixels, until no pair is left.
    ///
    /// - Complexity: about four cost evaluations a basin.
    static func forest(
        basins: [Int32], width: Int, intensity: [Float], costs: ShapeCost, largest: Int,
        monitor: StageMonitor
    ) throws(AnalysisError) -> RegionForest {
        var work = Agglomeration(
            forest: RegionForest(width: width, intensity: intensity), costs: costs,
            largest: largest)
        let leaves = try work.addLeaves(
            basins, width: width, intensity: intensity, monitor: monitor.part(from: 0, to: 0.5))
        try work.connect(basins, leaves: leaves, width: width, monitor: monitor)
        try work.joinAll(basinCount: leaves.count, monitor: monitor.part(from: 0.6, to: 1))
        work.forest.close()
        return work.forest
    }

    private init(forest: RegionForest, costs: ShapeCost, largest: Int) {
        self.forest = forest
        self.costs = costs
        self.largest = largest
    }

    /// Adds every basin, with its proposed halves before it; gives the regions of the basins.
    private mutating func addLeaves(
        _ basins: [Int32], width: Int, intensity: [Float], monitor: StageMonitor
    ) throws(AnalysisError) -> [Int32] {
        var members = [[Int32]](repeating: [], count: Int(basins.max() ?? 0))
        for (pixel, basin) in basins.enumerated() where basin > 0 {
            members[Int(basin) - 1].append(Int32(pixel))
        }
        var bag = PixelBag()
        var leaves: [Int32] = []
        for (index, pixels) in members.enumerated() {
            if index % 256 == 0 {
                try monitor.update(Double(index) / Double(members.count), "judging regions")
            }
            bag.removeAll()
            for pixel in pixels {
                bag.add(pixel, width: width, intensity: intensity[Int(pixel)])
            }
            leaves.append(Int32(addLeaf(bag, width: width, intensity: intensity)))
        }
        return leaves
    }

    private mutating func addLeaf(
        _ bag: PixelBag, width: Int, intensity: [Float]
    ) -> Int {
        let cost = costs.cost(bag)
        guard bag.count >= 16, cost > ShapeCost.object + 2,
            let halves = Bisection.propose(bag, noise: costs.noise)
        else { return forest.addLeaf(bag.pixels, cost: cost, isBasin: true) }
        var parts: [Int] = []
        for half in [halves.left, halves.right] {
            var part = PixelBag()
            for pixel in half {
                part.add(pixel, width: width, intensity: intensity[Int(pixel)])
            }
            parts.append(forest.addLeaf(half, cost: costs.cost(part), isBasin: false))
        }
        return forest.join(parts[0], parts[1], cost: cost, isBasin: true)
    }

    /// Finds which basins touch and offers every pair.
    private mutating func connect(
        _ basins: [Int32], leaves: [Int32], width: Int, monitor: StageMonitor
    ) throws(AnalysisError) {
        neighbours = [[Int32]](repeating: [], count: forest.regions.count)
        owner = (0..<Int32(forest.regions.count)).map { $0 }
        for pixel in 0..<basins.count where basins[pixel] > 0 {
            for other in [pixel + 1, pixel + width] where other < basins.count {
                guard other != pixel + 1 || other % width != 0 else { continue }
                guard basins[other] > 0, basins[other] != basins[pixel] else { continue }
                let a = leaves[Int(basins[pixel]) - 1]
                let b = leaves[Int(basins[other]) - 1]
                neighbours[Int(a)].append(b)
                neighbours[Int(b)].append(a)
            }
        }
        for (index, leaf) in leaves.enumerated() {
            if index % 512 == 0 {
                let part = Double(index) / Double(leaves.count)
                try monitor.update(0.5 + 0.1 * part, "comparing neighbours")
            }
            neighbours[Int(leaf)] = distinct(neighbours[Int(leaf)])
            for other in neighbours[Int(leaf)] where other > leaf { offer(leaf, other) }
        }
    }

    private mutating func offer(_ a: Int32, _ b: Int32) {
        let (left, right) = (forest.regions[Int(a)], forest.regions[Int(b)])
        guard left.count + right.count <= largest else { return }
        let union = forest.costOfUnion(Int(a), Int(b), costs)
        queue.insert(Candidate(gain: union - left.cost - right.cost, a: a, b: b))
    }

    private mutating func joinAll(
        basinCount: Int, monitor: StageMonitor
    ) throws(AnalysisError) {
        var joined = 0
        while let best = queue.popMin() {
            guard owner[Int(best.a)] == best.a, owner[Int(best.b)] == best.b else { continue }
            if joined % 64 == 0 {
                try monitor.update(
                    Double(joined) / Double(max(basinCount, 1)), "joining regions")
            }
            joined += 1
            let cost =
                best.gain + forest.regions[Int(best.a)].cost + forest.regions[Int(best.b)].cost
            let union = Int32(forest.join(Int(best.a), Int(best.b), cost: cost))
            owner[Int(best.a)] = union
            owner[Int(best.b)] = union
            owner.append(union)
            let around = neighbours[Int(best.a)] + neighbours[Int(best.b)]
            neighbours[Int(best.a)] = []
            neighbours[Int(best.b)] = []
            var touching: [Int32] = []
            for region in around {
                let now = current(region)
                if now != union { touching.append(now) }
            }
            touching = distinct(touching)
            neighbours.append(touching)
            for other in touching { offer(other, union) }
        }
    }

    /// The region, part of no other yet, that a region has become part of.
    private mutating func current(_ region: Int32) -> Int32 {
        var root = region
        while owner[Int(root)] != root { root = owner[Int(root)] }
        var step = region
        while owner[Int(step)] != root {
            let following = owner[Int(step)]
            owner[Int(step)] = root
            step = following
        }
        return root
    }

    private func distinct(_ values: [Int32]) -> [Int32] {
        var result: [Int32] = []
        for value in values.sorted() where result.last != value { result.append(value) }
        return result
    }
}
