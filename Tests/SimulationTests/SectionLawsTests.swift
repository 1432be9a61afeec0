import Imaging
import Simulation
import Testing

/// A preset at a size that is quick to make.
func small(_ preset: String, size: Int = 96, ions: Int = 30) throws -> SectionParameters {
    var parameters = try #require(SectionParameters.preset(preset))
    parameters.size = size
    parameters.ions = ions
    return parameters
}

/// Whether the pixels are one piece by steps to the four neighbours.
private func isOnePiece(_ pixels: [Int], width: Int) -> Bool {
    let members = Set(pixels)
    var open = [pixels[0]]
    var reached: Set<Int> = [pixels[0]]
    while let pixel = open.popLast() {
        let x = pixel % width
        let steps = [-width, width] + (x > 0 ? [-1] : []) + (x < width - 1 ? [1] : [])
        for step in steps where members.contains(pixel + step) {
            if reached.insert(pixel + step).inserted { open.append(pixel + step) }
        }
    }
    return reached.count == pixels.count
}

@Test(arguments: SectionParameters.presets)
func `images and truth of a preset fit together`(preset: String) throws {
    let section = try Simulator.section(small(preset))
    let count = section.types.count
    #expect(section.truth.cellCount == count && count > 5)
    #expect(section.stack.grid == section.truth.grid)
    let smallest = preset == "liver" ? 11 : 20
    for (index, pixels) in section.truth.pixelsByCell().enumerated() {
        #expect(pixels.count >= smallest && pixels.count == Int(section.areas[index]))
        #expect(isOnePiece(pixels, width: section.truth.grid.width))
        let x = pixels.reduce(0.0) { $0 + Double($1 % 96) } / Double(pixels.count)
        #expect(abs(section.centroids[index].x - x) < 1e-9)
    }
    let types = section.typeNames.count
    #expect(section.types.allSatisfy { $0 >= 0 && $0 < types })
    #expect(section.fold.count == types && section.bimodal.count == types)
    #expect(section.brightness.count == count && section.gain.count == 96 * 96)
    let masses = section.stack.channels.compactMap(\.mz)
    #expect(masses.count == 30 && zip(masses, masses.dropFirst()).allSatisfy { $0 < $1 })
    #expect(masses[section.adenine] == 134.05)
    #expect(section.nuclearIons.contains(Int32(section.adenine)))
    #expect(
        section.stack.counts.allSatisfy { $0 >= 0 && $0 <= 65_535 && $0 == $0.rounded() })
}

@Test func `a seed gives the same section again, another seed another one`() throws {
    var parameters = try small("standard")
    let one = try Simulator.section(parameters)
    let same = try Simulator.section(parameters)
    #expect(one.stack.counts == same.stack.counts && one.truth == same.truth)
    #expect(one.fold == same.fold && one.gain == same.gain)
    parameters.seed = 2
    let other = try Simulator.section(parameters)
    #expect(other.stack.counts != one.stack.counts && other.truth != one.truth)
}

@Test(arguments: [16, 17, 31, 50])
func `odd and small sizes work`(size: Int) throws {
    let section = try Simulator.section(small("standard", size: size, ions: 8))
    #expect(section.stack.grid.width == size && section.stack.grid.height == size)
    #expect(section.truth.cellCount >= 1)
}

@Test func `many ions have distinct masses`() throws {
    let section = try Simulator.section(small("tiny", size: 16, ions: 800))
    let texts = section.stack.channels.compactMap(\.mzText)
    #expect(Set(texts).count == 800)
}

@Test func `thirty-two types in a culture have names of their own`() throws {
    var parameters = try small("culture", size: 128, ions: 8)
    parameters.types = 32
    let section = try Simulator.section(parameters)
    #expect(Set(section.typeNames).count == 32)
}

@Test(arguments: [
    ("size", 15.0), ("size", 2049), ("ions", 7), ("ions", 801), ("types", 0), ("types", 33),
    ("effect", -1), ("effect", .nan), ("counts", 0), ("counts", .infinity), ("contrast", 11),
    ("gain-sd", -0.1), ("hot", 0.2), ("bad-lines", -1), ("bad-lines", 257), ("saturation", -5),
    ("field-of-view", 0),
])
func `a parameter outside its range is refused by name`(name: String, value: Double) throws {
    var parameters = try #require(SectionParameters.preset("standard"))
    switch name {
    case "size": parameters.size = Int(value)
    case "ions": parameters.ions = Int(value)
    case "types": parameters.types = Int(value)
    case "effect": parameters.effect = value
    case "counts": parameters.counts = value
    case "contrast": parameters.contrast = value
    case "gain-sd": parameters.gainSD = value
    case "hot": parameters.hot = value
    case "bad-lines": parameters.badLines = Int(value)
    case "saturation": parameters.saturation = value
    default: parameters.fieldOfView = value
    }
    #expect {
        try Simulator.section(parameters)
    } throws: { error in
        if case SimulationError.badParameter(name, _) = error { true } else { false }
    }
}

@Test func `an unknown preset has no parameters`() {
    #expect(SectionParameters.preset("Standard") == nil)
    #expect(SectionParameters.presets.allSatisfy { SectionParameters.preset($0)?.preset == $0 })
}
