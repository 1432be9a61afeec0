import Foundation
import Imaging
import Simulation

/// `seam simulate`: writes a section and its truth.
enum SimulateCommand {
    static let usage = """
        usage: seam simulate -o DIR [--preset NAME] [--seed N] [--format both|ascii|npz] [OPTION ...]

        Simulates a TOF-SIMS section and writes it, with the truth, into DIR:
        NAME_ascii.zip (SurfaceLab's layout, one text file an ion) and NAME.npz (NumPy arrays:
        cube, mz, mask, types, fold, ...). The same options give the same bytes.

          -o, --output DIR    where to write; made if it is not there
          --preset NAME       \(SectionParameters.presets.joined(separator: ", ")) (standard)
          --seed N            a whole number from 0 (1)
          --name NAME         name of the section and its files (PRESET_sSEED)
          --format WHAT       both, ascii or npz (both)
          --size N            pixels a side, 16 to 2048 (256; tiny: 64)
          --ions N            ion channels, 8 to 800 (250; tiny: 40)
          --types N           cell types, 1 to 32 (8; tiny: 3; culture: 4)
          --effect X          strength of type differences, 0 to 4 (1)
          --counts X          dose: factor of every expected count, up to 100 (1)
          --contrast X        strength of the nuclear ions in nuclei, 0 to 10 (1)
          --gain-sd X         unevenness of the gain, 0 to 1 (0.18)
          --hot X             fraction of hot pixels, 0 to 0.1 (0; dense: 0.0005)
          --bad-lines N       raster lines with a wrong gain (0; dense: 6)
          --saturation X      counts at which the detector saturates, 0 for never (0; dense: 60)
          --field-of-view UM  side in micrometres (400)
          --no-bimodal        no ions that a type's nuclei hold in two states

        With --paper-set N (1 to 9) the cells of a culture are altered as in the paper's simulated
        datasets and written to paperN_sSEED.npz: cube, mask, types (the class of each cell), ...

          --f X               fold change of sets 4 to 9 (1.5)
          --rho X             noise of sets 1 to 3 (0.5)
          --pair WHAT         ions altered by sets 4 to 9: random, bright (5th and 9th brightest),
                              mid (41st and 51st), or two channels from 0 as in 12,40 (random)
          --copies            each cell once in every class instead of in one class
          --multiplicative    sets 8 and 9 multiply counts instead of drawing them
          --negatives WHAT    draws below 0: clip, keep or round (to counts, then clip) (clip)
        """

    static let command = Command.throwing(
        "simulate", summary: "write a simulated section with its truth", usage: usage
    ) { (words) throws(CommandFailure) in try run(words) }

    static let options: [Option] = [
        .value("--output", "-o", called: "DIR"), .value("--preset", called: "NAME"),
        .value("--seed", called: "N"), .value("--name", called: "NAME"),
        .value("--format", called: "both, ascii or npz"), .value("--size", called: "N"),
        .value("--ions", called: "N"), .value("--types", called: "N"),
        .value("--effect", called: "X"), .value("--counts", called: "X"),
        .value("--contrast", called: "X"), .value("--gain-sd", called: "X"),
        .value("--hot", called: "X"), .value("--bad-lines", called: "N"),
        .value("--saturation", called: "X"), .value("--field-of-view", called: "UM"),
        .flag("--no-bimodal"),
    ]

    private static func run(_ words: [String]) throws(CommandFailure) {
        let arguments = try Arguments(words, options: options + SimulatePaperSet.options)
        if let extra = arguments.operands.first { throw .usage("unexpected argument \(extra)") }
        guard let folder = arguments.text("--output"), !folder.isEmpty else {
            throw .usage("-o DIR is missing")
        }
        if arguments.has("--paper-set") {
            return try SimulatePaperSet.run(arguments, folder: folder)
        }
        if let odd = SimulatePaperSet.options.first(where: { arguments.has($0.names[0]) }) {
            throw .usage("\(odd.names[0]) needs --paper-set")
        }
        let parameters = try parameters(arguments)
        let format = try arguments.choice("--format", ["both", "ascii", "npz"]) ?? "both"
        let name = arguments.text("--name") ?? "\(parameters.preset)_s\(parameters.seed)"
        let section: SimulatedSection
        do throws(SimulationError) {
            section = try Simulator.section(parameters)
        } catch {
            throw .usage(error.description)
        }
        let written = try write(section, name: name, folder: folder, format: format)
        print(summary(section, name: name))
        for path in written { print("wrote \(path)") }
    }

    private static func parameters(
        _ arguments: Arguments
    ) throws(CommandFailure) -> SectionParameters {
        let preset = try arguments.choice("--preset", SectionParameters.presets) ?? "standard"
        guard var parameters = SectionParameters.preset(preset) else {
            throw .usage("unknown preset \(preset)")
        }
        try change(&parameters, arguments)
        return parameters
    }

    /// Sets what the options of a section ask for.
    static func change(
        _ parameters: inout SectionParameters, _ arguments: Arguments
    ) throws(CommandFailure) {
        if let text = arguments.text("--seed") {
            guard let seed = UInt64(text) else {
                throw .usage("--seed: expected a whole number from 0, found \"\(text)\"")
            }
            parameters.seed = seed
        }
        parameters.size = try arguments.integer("--size") ?? parameters.size
        parameters.ions = try arguments.integer("--ions") ?? parameters.ions
        parameters.types = try arguments.integer("--types") ?? parameters.types
        parameters.effect = try arguments.number("--effect") ?? parameters.effect
        parameters.counts = try arguments.number("--counts") ?? parameters.counts
        parameters.contrast = try arguments.number("--contrast") ?? parameters.contrast
        parameters.gainSD = try arguments.number("--gain-sd") ?? parameters.gainSD
        parameters.hot = try arguments.number("--hot") ?? parameters.hot
        parameters.badLines = try arguments.integer("--bad-lines") ?? parameters.badLines
        parameters.saturation = try arguments.number("--saturation") ?? parameters.saturation
        parameters.fieldOfView = try arguments.number("--field-of-view") ?? parameters.fieldOfView
        if arguments.has("--no-bimodal") { parameters.bimodal = false }
    }

    private static func write(
        _ section: SimulatedSection, name: String, folder: String, format: String
    ) throws(CommandFailure) -> [String] {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .failed("cannot make the folder \(folder): \(error.localizedDescription)")
        }
        let base = folder.hasSuffix("/") ? folder : folder + "/"
        var written: [String] = []
        do throws(SectionWriterError) {
            if format != "npz" {
                written.append(base + name + "_ascii.zip")
                try SectionWriter.writeASCIIZip(
                    section, path: base + name + "_ascii.zip", name: name)
            }
            if format != "ascii" {
                written.append(base + name + ".npz")
                try SectionWriter.writeNPZ(section, path: base + name + ".npz")
            }
        } catch {
            if case .badName = error { throw .usage("--name: \(error.description)") }
            throw .failed(error.description)
        }
        return written
    }

    private static func summary(_ section: SimulatedSection, name: String) -> String {
        let stack = section.stack
        var perType = [Int](repeating: 0, count: section.typeNames.count)
        for type in section.types { perType[Int(type)] += 1 }
        let list = zip(section.typeNames, perType).map { "\($0) \($1)" }.joined(separator: ", ")
        let total = stack.counts.reduce(0.0) { $0 + Double($1) }
        let perPixel = fixedPoint(total / Double(stack.grid.count), digits: 1)
        let pixel = fixedPoint(stack.grid.pixelSizeMicrometres ?? 0, digits: 4)
        return """
            \(name): \(stack.grid.width) x \(stack.grid.height) px of \(pixel) um, \
            \(stack.channels.count) ions, \(perPixel) counts a pixel
            \(section.types.count) nuclei: \(list)
            """
    }
}
