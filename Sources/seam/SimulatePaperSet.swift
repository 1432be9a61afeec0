import Foundation
import Imaging
import Simulation

/// `seam simulate --paper-set N`: the paper's simulated datasets.
enum SimulatePaperSet {
    static let options: [Option] = [
        .value("--paper-set", called: "1 to 9"), .value("--f", called: "X"),
        .value("--rho", called: "X"), .value("--pair", called: "random, bright, mid or I,J"),
        .flag("--copies"), .flag("--multiplicative"),
        .value("--negatives", called: "clip, keep or round"),
    ]

    static func run(_ arguments: Arguments, folder: String) throws(CommandFailure) {
        for name in ["--preset", "--format"] where arguments.has(name) {
            throw .usage("\(name) has no meaning with --paper-set: an .npz of a culture is written")
        }
        let parameters = try parameters(arguments)
        let set: PaperSet
        do throws(SimulationError) {
            set = try PaperSets.make(parameters)
        } catch {
            throw .usage(error.description)
        }
        let name =
            arguments.text("--name") ?? "paper\(parameters.set)_s\(parameters.section.seed)"
        guard !name.isEmpty, !name.contains("/"), !name.hasPrefix(".") else {
            throw .usage("--name: expected the name of a file, found \"\(name)\"")
        }
        let path = (folder.hasSuffix("/") ? folder : folder + "/") + name + ".npz"
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            try PaperSetWriter.writeNPZ(set, path: path)
        } catch {
            throw .failed("\(path) cannot be written: \(error)")
        }
        let classes = set.classNames.enumerated().map { index, name in
            "\(name) \(set.classes.count { $0 == Int32(index) })"
        }
        let ions = set.altered.map { set.stack.channels[$0].title }
        print(
            "\(name): \(set.classes.count) cells (\(classes.joined(separator: ", ")))"
                + (ions.isEmpty ? "" : "; ions i, j: \(ions.joined(separator: ", "))"))
        print("wrote \(path)")
    }

    private static func parameters(
        _ arguments: Arguments
    ) throws(CommandFailure) -> PaperSetParameters {
        guard let number = try arguments.integer("--paper-set"), (1...9).contains(number) else {
            throw .usage("--paper-set: expected 1 to 9")
        }
        var parameters = PaperSetParameters(set: number, seed: 1)
        try SimulateCommand.change(&parameters.section, arguments)
        parameters.fold = try arguments.number("--f") ?? parameters.fold
        parameters.rho = try arguments.number("--rho") ?? parameters.rho
        if let text = arguments.text("--pair") {
            guard let pair = PaperSetParameters.Pair(text) else {
                throw .usage(
                    "--pair: expected random, bright, mid or two channels as in 12,40, "
                        + "found \"\(text)\"")
            }
            parameters.pair = pair
        }
        parameters.copies = arguments.has("--copies")
        parameters.multiplicative = arguments.has("--multiplicative")
        if let text = try arguments.choice(
            "--negatives", PaperSetParameters.Negatives.allCases.map(\.rawValue)),
            let negatives = PaperSetParameters.Negatives(rawValue: text)
        {
            parameters.negatives = negatives
        }
        return parameters
    }
}
