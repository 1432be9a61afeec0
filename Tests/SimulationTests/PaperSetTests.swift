import Imaging
import Simulation
import Testing

/// A small dataset of the paper.
private func made(
    _ set: Int, seed: UInt64 = 3, _ change: (inout PaperSetParameters) -> Void = { _ in }
) throws -> PaperSet {
    var parameters = PaperSetParameters(set: set, seed: seed)
    parameters.section.size = 96
    parameters.section.ions = 12
    change(&parameters)
    return try PaperSets.make(parameters)
}

/// Pixels of a cell (from 0), each with all ions.
private func pixels(_ set: PaperSet, _ cell: Int) -> [[Float]] {
    let count = set.stack.grid.count
    return set.labels.pixelsByCell()[cell].map { pixel in
        set.stack.channels.indices.map { set.stack.counts[$0 * count + pixel] }
    }
}

/// The cells of the section a dataset was made from, by nucleus.
private func originals(_ set: PaperSet, lineOffset: UInt64 = 0) throws -> [Int32: [[Float]]] {
    var section = set.parameters.section
    section.seed &+= lineOffset
    let base = try Simulator.section(section)
    let count = base.stack.grid.count
    var cells: [Int32: [[Float]]] = [:]
    for (pixel, label) in base.truth.values.enumerated() where label > 0 {
        cells[label, default: []].append(
            base.stack.channels.indices.map { base.stack.counts[$0 * count + pixel] })
    }
    return cells
}

private func mean(_ values: [Float]) -> Double {
    values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
}

@Test(arguments: [0.0, 0.3, 1.5])
func `set 1 appends a share of zero pixels and one more`(rho: Double) throws {
    let set = try made(1) { $0.rho = rho }
    let before = try originals(set)
    #expect(set.classNames.count == 4 && set.classes == set.lines)
    #expect(set.classes.count == before.count)
    for (cell, nucleus) in set.nuclei.enumerated() {
        let old = try #require(before[nucleus])
        let new = pixels(set, cell)
        #expect(Array(new.prefix(old.count)) == old)
        #expect(new.count == old.count + Int(rho * Double(old.count)) + 1)
        #expect(new.dropFirst(old.count).allSatisfy { $0.allSatisfy { $0 == 0 } })
    }
}

@Test func `set 2 multiplies every pixel's whole spectrum by a draw below rho`() throws {
    let set = try made(2) { $0.rho = 0.8 }
    let before = try originals(set)
    var factors: [Double] = []
    for (cell, nucleus) in set.nuclei.enumerated() {
        for (new, old) in zip(pixels(set, cell), try #require(before[nucleus])) {
            let ratios = zip(new, old).filter { $0.1 > 0 }.map { Double($0.0) / Double($0.1) }
            guard let first = ratios.first else { continue }
            #expect(ratios.allSatisfy { abs($0 - first) < 1e-5 })
            factors.append(first)
        }
    }
    #expect(factors.allSatisfy { $0 >= 0 && $0 < 0.8 })
    #expect(abs(factors.reduce(0, +) / Double(factors.count) - 0.4) < 0.05)
}

@Test(arguments: PaperSetParameters.Negatives.allCases)
func `set 3 replaces a share of the pixels of half of the cells`(
    negatives: PaperSetParameters.Negatives
) throws {
    let set = try made(3) {
        $0.rho = 0.5
        $0.negatives = negatives
    }
    let before = try originals(set)
    #expect(Set(set.nuclei).count == set.nuclei.count, "each cell is in one class")
    #expect(abs(set.classes.count { $0 == 1 } - set.classes.count / 2) <= 4)
    var drawn: [Float] = []
    for (cell, nucleus) in set.nuclei.enumerated() {
        let old = try #require(before[nucleus])
        let new = pixels(set, cell)
        let changed = zip(new, old).filter { $0.0 != $0.1 }.map { $0.0 }
        #expect(changed.count == (set.classes[cell] == 1 ? old.count / 2 : 0))
        drawn += changed.flatMap { $0 }
    }
    #expect(drawn.contains { $0 < 0 } == (negatives == .keep))
    #expect(drawn.allSatisfy { $0 == $0.rounded() } == (negatives == .round))
}

@Test(arguments: 4...7)
func `sets 4 to 7 multiply one, both or the other ion`(number: Int) throws {
    let set = try made(number) {
        $0.fold = 2
        $0.copies = true
    }
    let before = try originals(set, lineOffset: UInt64(number - 4) * 1_000_003)
    #expect(set.altered.count == 2 && set.altered[0] != set.altered[1])
    #expect(set.classes.count == 4 * before.count, "every cell is in every class")
    let wanted: [Int32: [Int]] = [0: [], 1: [set.altered[0]], 2: set.altered, 3: [set.altered[1]]]
    for (cell, nucleus) in set.nuclei.enumerated() {
        let ions = try #require(wanted[set.classes[cell]])
        let expected = try #require(before[nucleus]).map { pixel in
            pixel.enumerated().map { ions.contains($0.offset) ? 2 * $0.element : $0.element }
        }
        #expect(pixels(set, cell) == expected)
    }
}

@Test(arguments: [8, 9])
func `sets 8 and 9 move halves of the pixels apart and keep the means`(number: Int) throws {
    let set = try made(number) {
        $0.fold = 1.6
        $0.multiplicative = true
        $0.pair = .bright
    }
    let before = try originals(set)
    let (i, j) = (set.altered[0], set.altered[1])
    for (cell, nucleus) in set.nuclei.enumerated() {
        let old = try #require(before[nucleus])
        let new = pixels(set, cell)
        func up(_ ion: Int) -> [Bool?] {
            zip(new, old).map { $1[ion] == 0 || $0[ion] == $1[ion] ? nil : $0[ion] > $1[ion] }
        }
        let (a, b) = (up(i), up(j))
        let group = set.classes[cell]
        if number == 8 {
            #expect(a.contains { $0 != nil } == (group == 1 || group == 2))
            #expect(b.contains { $0 != nil } == (group == 2 || group == 3))
        } else {
            let both = zip(a, b).filter { $0.0 != nil && $0.1 != nil }
            #expect(both.allSatisfy { ($0.0 == $0.1) == (group == 0) })
        }
        #expect(a.count { $0 == true } <= old.count / 2)
        for ion in set.stack.channels.indices where ion != i && ion != j {
            #expect(new.map { $0[ion] } == old.map { $0[ion] })
        }
    }
}

@Test func `set 9 draws: the means stay, opposite correlations`() throws {
    let set = try made(9) {
        $0.fold = 1.7
        $0.pair = .bright
        $0.negatives = .keep
        $0.section.size = 128
    }
    let before = try originals(set)
    var products: [Int32: Double] = [:]
    var (new, old): ([Int32: Double], [Int32: Double]) = ([:], [:])
    for (cell, nucleus) in set.nuclei.enumerated() {
        let own = pixels(set, cell)
        let (x, y) = (own.map { $0[set.altered[0]] }, own.map { $0[set.altered[1]] })
        let group = set.classes[cell]
        let (centreX, centreY) = (mean(x), mean(y))
        for (a, b) in zip(x, y) {
            products[group, default: 0] += (Double(a) - centreX) * (Double(b) - centreY)
        }
        new[group, default: 0] += centreX
        old[group, default: 0] += mean(try #require(before[nucleus]).map { $0[set.altered[0]] })
    }
    #expect(try #require(products[0]) > 0)
    #expect(try #require(products[1]) < 0)
    for group: Int32 in [0, 1] {
        #expect(abs(try #require(new[group]) / #require(old[group]) - 1) < 0.1)
    }
}

@Test func `a seed gives the same dataset again, another seed another one`() throws {
    let one = try made(9)
    #expect(try made(9).stack.counts == one.stack.counts)
    #expect(try made(9, seed: 4).stack.counts != one.stack.counts)
}

@Test func `values out of range are refused by name`() {
    #expect(throws: SimulationError.self) { try made(3) { $0.rho = 1.5 } }
    #expect(throws: SimulationError.self) { try made(8) { $0.fold = 2.5 } }
    #expect(throws: SimulationError.self) { try made(4) { $0.pair = .channels(3, 3) } }
    #expect(throws: SimulationError.self) { try made(4) { $0.pair = .channels(0, 99) } }
    #expect(PaperSetParameters.Pair("3,4") == .channels(3, 4))
    #expect(PaperSetParameters.Pair("3,x") == nil)
}
