import Bytes
import Imaging
import Simulation

/// Makes the data that a specification names.
enum SectionSource {
    private static let data = ["dim", "low", "blur", "one-channel", "damaged", "own"]
    private static let simulated = [
        "artefacts", "contrast", "effect", "types", "size", "ions", "gain-sd", "counts",
    ]
    private static let paper = [
        "f", "rho", "pair", "copies", "multiplicative", "negatives", "ions", "size",
    ]

    /// The data of one seed.
    ///
    /// - Throws: `.badRequest`, `.file`.
    static func data(_ spec: DatasetSpec, seed: UInt64) throws(EvaluationError) -> EvaluationData {
        var data: EvaluationData
        switch spec.source {
        case .preset(let name):
            try spec.check(known: Self.data + simulated)
            data = try section(try parameters(name, spec, seed))
        case .paper(let number):
            try spec.check(known: paper)
            return try set(number, spec, seed)
        case .file(let path):
            try spec.check(known: Self.data)
            data = try TruthFile.data(path)
        }
        try SectionVariants.apply(spec, seed: seed, to: &data)
        return data
    }

    private static func section(
        _ parameters: SectionParameters
    ) throws(EvaluationError) -> EvaluationData {
        do throws(SimulationError) {
            let section = try Simulator.section(parameters)
            return EvaluationData(
                stack: section.stack, truth: section.truth, types: section.types,
                fold: section.fold, marker: section.adenine)
        } catch {
            throw .badRequest(error.description)
        }
    }

    /// A preset as it is, or changed: twice the gain's unevenness, hot pixels and bad lines are
    /// `artefacts`.
    private static func parameters(
        _ preset: String, _ spec: DatasetSpec, _ seed: UInt64
    ) throws(EvaluationError) -> SectionParameters {
        guard var found = SectionParameters.preset(preset) else {
            throw .badRequest("unknown preset \(preset)")
        }
        found.seed = seed
        if spec.has("artefacts") {
            found.gainSD *= 2
            found.hot = max(found.hot, 0.0005)
            found.badLines = max(found.badLines, 5)
        }
        found.contrast = try spec.number("contrast", 0...10) ?? found.contrast
        found.effect = try spec.number("effect", 0...4) ?? found.effect
        found.gainSD = try spec.number("gain-sd", 0...1) ?? found.gainSD
        found.counts = try spec.number("counts", 1e-6...100) ?? found.counts
        found.types = Int(try spec.number("types", 1...32) ?? Double(found.types))
        found.size = Int(try spec.number("size", 16...2048) ?? Double(found.size))
        found.ions = Int(try spec.number("ions", 8...800) ?? Double(found.ions))
        return found
    }

    private static func set(
        _ number: Int, _ spec: DatasetSpec, _ seed: UInt64
    ) throws(EvaluationError) -> EvaluationData {
        var wanted = PaperSetParameters(set: number, seed: seed)
        wanted.fold = try spec.number("f", 0...10) ?? wanted.fold
        wanted.rho = try spec.number("rho", 0...10) ?? wanted.rho
        wanted.copies = spec.has("copies")
        wanted.multiplicative = spec.has("multiplicative")
        wanted.section.ions = Int(
            try spec.number("ions", 8...800) ?? Double(wanted.section.ions))
        wanted.section.size = Int(
            try spec.number("size", 16...2048) ?? Double(wanted.section.size))
        if let text = spec.variants.last(where: { $0.name == "pair" })?.value {
            guard let pair = PaperSetParameters.Pair(text) else {
                throw .badRequest("dataset \(spec.name): expected pair=random, bright or mid")
            }
            wanted.pair = pair
        }
        if let text = spec.variants.last(where: { $0.name == "negatives" })?.value {
            guard let negatives = PaperSetParameters.Negatives(rawValue: text) else {
                throw .badRequest("dataset \(spec.name): expected negatives=clip, keep or round")
            }
            wanted.negatives = negatives
        }
        do throws(SimulationError) {
            let made = try PaperSets.make(wanted)
            return EvaluationData(
                stack: made.stack, truth: made.labels, types: made.classes, fold: [], marker: 0,
                isImage: false)
        } catch {
            throw .badRequest("dataset \(spec.name): \(error.description)")
        }
    }
}
