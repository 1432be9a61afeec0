import Foundation
import Imaging
import Simulation
import Testing

/// Share of the nuclei that have a pixel beside a pixel of another nucleus.
private func touchingShare(_ truth: LabelImage) -> Double {
    let (width, height) = (truth.grid.width, truth.grid.height)
    var touching = Set<Int32>()
    for y in 0..<height {
        for x in 0..<width {
            let here = truth.values[y * width + x]
            let right = x + 1 < width ? truth.values[y * width + x + 1] : 0
            let below = y + 1 < height ? truth.values[(y + 1) * width + x] : 0
            for other in [right, below] where here > 0 && other > 0 && here != other {
                touching.insert(here)
                touching.insert(other)
            }
        }
    }
    return Double(touching.count) / Double(max(truth.cellCount, 1))
}

/// Mean of an ion inside and outside the nuclei.
private func means(_ section: SimulatedSection, ion: Int) -> (inside: Double, outside: Double) {
    var sums = (inside: 0.0, outside: 0.0)
    var counts = (inside: 0.0, outside: 0.0)
    for (value, label) in zip(section.stack.plane(ion), section.truth.values) {
        if label > 0 {
            sums.inside += Double(value)
            counts.inside += 1
        } else {
            sums.outside += Double(value)
            counts.outside += 1
        }
    }
    return (sums.inside / counts.inside, sums.outside / counts.outside)
}

@Test(arguments: [
    ("standard", 620...780, 0.45...0.7, 40.0...54.0), ("dense", 790...1000, 0.7...0.95, 34...46),
    ("culture", 120...200, 0...0.2, 85...115), ("liver", 640...820, 0...0.35, 24...36),
    ("fibrosis", 620...800, 0.4...0.7, 36...52),
])
func `a preset has the nuclei it is known for`(
    preset: String, count: ClosedRange<Int>, touching: ClosedRange<Double>,
    area: ClosedRange<Double>
) throws {
    let section = try Simulator.section(small(preset, size: 256, ions: 8))
    #expect(count.contains(section.types.count))
    #expect(touching.contains(touchingShare(section.truth)))
    let mean = section.areas.reduce(0.0) { $0 + Double($1) } / Double(section.areas.count)
    #expect(area.contains(mean))
    #expect(Set(section.types).count == section.typeNames.count || preset == "tiny")
}

@Test func `adenine marks nuclei, unless the contrast is 0`() throws {
    var parameters = try small("standard", size: 128)
    let lit = try Simulator.section(parameters)
    let adenine = means(lit, ion: lit.adenine)
    #expect((2.3...4).contains(adenine.inside / adenine.outside))
    parameters.contrast = 0
    let dark = try Simulator.section(parameters)
    let without = means(dark, ion: dark.adenine)
    #expect((0.85...1.25).contains(without.inside / without.outside))
}

@Test func `the dose scales the counts`() throws {
    var parameters = try small("standard", size: 64)
    let total = { (section: SimulatedSection) in
        section.stack.counts.reduce(0.0) { $0 + Double($1) }
    }
    let one = total(try Simulator.section(parameters))
    parameters.counts = 4
    let four = total(try Simulator.section(parameters))
    #expect(abs(four / one - 4) < 0.05)
}

@Test func `a fold change shows in the nuclei of its type`() throws {
    var parameters = try small("standard", size: 192, ions: 60)
    parameters.counts = 4
    let section = try Simulator.section(parameters)
    let cells = section.truth.pixelsByCell()
    var agreeing = 0
    var checked = 0
    for (type, folds) in section.fold.enumerated() {
        #expect(folds.count { $0 >= 1.5 } >= 3)
        for (ion, fold) in folds.enumerated() where fold >= 2 {
            let others = section.fold.indices.filter { $0 != type }
            guard others.allSatisfy({ section.fold[$0][ion] < 1.2 }) else { continue }
            let plane = Array(section.stack.plane(ion))
            var own = (sum: 0.0, pixels: 0)
            var rest = (sum: 0.0, pixels: 0)
            for (cell, pixels) in cells.enumerated() {
                let sum = pixels.reduce(0.0) { $0 + Double(plane[$1]) }
                if Int(section.types[cell]) == type {
                    own = (own.sum + sum, own.pixels + pixels.count)
                } else {
                    rest = (rest.sum + sum, rest.pixels + pixels.count)
                }
            }
            guard own.pixels > 0, rest.sum > 0 else { continue }
            checked += 1
            let ratio = own.sum / Double(own.pixels) / (rest.sum / Double(rest.pixels))
            if ratio > 1.3 { agreeing += 1 }
        }
    }
    #expect(checked >= 5 && Double(agreeing) >= 0.8 * Double(checked))
}

@Test func `without effect and states all types are alike`() throws {
    var parameters = try small("standard")
    parameters.effect = 0
    parameters.bimodal = false
    let section = try Simulator.section(parameters)
    #expect(section.fold.allSatisfy { $0.allSatisfy { $0 == 1 } })
    #expect(section.bimodal.allSatisfy { $0.allSatisfy { $0 == 0 } })
}

@Test func `types live where they belong`() throws {
    let section = try Simulator.section(small("standard", size: 256, ions: 8))
    let (x, y) = section.veinCentre
    func distances(_ name: String) throws -> [Double] {
        let type = try #require(section.typeNames.firstIndex(of: name))
        return zip(section.types, section.centroids).filter { $0.0 == Int32(type) }
            .map { hypot($0.1.x - x, $0.1.y - y) }
    }
    let mean = { (values: [Double]) in values.reduce(0, +) / Double(values.count) }
    let zones = try ["Hepatocyte C1", "Hepatocyte C2", "Hepatocyte C3"].map {
        mean(try distances($0))
    }
    #expect(zones[0] < zones[1] && zones[1] < zones[2])
    #expect(try distances("Endothelial 2").allSatisfy { $0 < section.veinRadius + 12 })
    let fibroblast = try #require(section.typeNames.firstIndex(of: "Fibroblast"))
    for (type, centre) in zip(section.types, section.centroids) where type == Int32(fibroblast) {
        let pixel = Int(centre.y.rounded()) * 256 + Int(centre.x.rounded())
        #expect(section.fibrosisRegion[pixel] || section.fibrosisRegion[min(pixel + 768, 65_535)])
    }
}

@Test(arguments: [1.0, 30.0])
func `counts in the lumen have the variance of Poisson counts`(dose: Double) throws {
    var parameters = try small("standard", size: 256, ions: 60)
    parameters.gainSD = 0
    parameters.counts = dose
    let section = try Simulator.section(parameters)
    let lumen = (0..<65_536).filter {
        hypot(Double($0 % 256) - section.veinCentre.x, Double($0 / 256) - section.veinCentre.y)
            < 0.6 * section.veinRadius
    }
    var dispersion = 0.0
    for ion in 0..<60 {
        let plane = Array(section.stack.plane(ion))
        let values = lumen.map { Double(plane[$0]) }
        let mean = values.reduce(0, +) / Double(values.count)
        guard mean > 0 else { continue }
        let squares = values.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) }
        dispersion += squares / Double(values.count - 1) / mean / 60
    }
    #expect(lumen.count > 200 && abs(dispersion - 1) < 0.05)
}

@Test func `faults are there when asked for`() throws {
    var parameters = try small("standard", size: 64)
    parameters.hot = 0.002
    parameters.badLines = 5
    let faulty = try Simulator.section(parameters)
    #expect(faulty.hotPixels.count == 8 && faulty.badLines.count == 5)
    #expect(faulty.badLines == faulty.badLines.sorted() && Set(faulty.badLines).count == 5)
    parameters.hot = 0
    parameters.badLines = 0
    parameters.counts = 10
    let open = try Simulator.section(parameters)
    parameters.saturation = 20
    let saturated = try Simulator.section(parameters)
    let brightest = { (section: SimulatedSection) in section.stack.counts.max() ?? 0 }
    #expect(brightest(saturated) < 50 && brightest(open) > 60)
}
