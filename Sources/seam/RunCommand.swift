import Bytes
import Foundation
import Ingest
import Workbench

/// `seam run`: one analysis without a server, by the same core.
enum RunCommand {
    static let usage = """
        usage: seam run KIND INPUT [INPUT ...] -o DIR [--set KEY=VALUE ...]

        Imports INPUT (an archive of SurfaceLab ASCII exports or of imzML and ibd, an npz, or the
        files themselves), runs a job of KIND with its inputs, and writes the results of all of
        them into DIR, a folder a kind.

        kinds: \(JobKind.allCases.map(\.rawValue).joined(separator: ", "))

          -o, --output DIR    where to write; made if it is not there
          --set KEY=VALUE     a parameter of the job, such as n_clusters=8, marker=HH3 or, for an
                              analysis, segmentation.method=published; VALUE is JSON or text
          --field KEY=VALUE   a field of the dataset, such as name=liver or pixel_size_um=1.5
        """

    static let command = Command.throwing(
        "run", summary: "analyse files without a server", usage: usage
    ) { (words) throws(CommandFailure) in try run(words) }

    private static let options: [Option] = [
        .value("--output", "-o", called: "DIR"), .value("--set", called: "KEY=VALUE"),
        .value("--field", called: "KEY=VALUE"),
    ]

    private static func run(_ words: [String]) throws(CommandFailure) {
        let arguments = try Arguments(words, options: options, repeatable: ["--set", "--field"])
        guard let name = arguments.operands.first else { throw .usage("KIND is missing") }
        let kinds = JobKind.allCases.map(\.rawValue)
        guard JobKind(rawValue: name) != nil else {
            let hint = Nearest.name(to: name, among: kinds).map { "; did you mean \($0)?" } ?? ""
            throw .usage("unknown kind \(name)\(hint)")
        }
        let inputs = Array(arguments.operands.dropFirst())
        guard !inputs.isEmpty else { throw .usage("INPUT is missing") }
        guard let folder = arguments.text("--output"), !folder.isEmpty else {
            throw .usage("-o DIR is missing")
        }
        let parameters = try parameters(arguments.texts("--set"))
        let scratch = NSTemporaryDirectory() + "/seam-run-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        do throws(WorkbenchError) {
            let workbench = try Workbench(.init(dataDirectory: scratch))
            defer { workbench.close(grace: 5) }
            let runner = LocalRun(workbench: workbench, folder: folder)
            try runner.run(
                kind: name, inputs: inputs, parameters: parameters,
                fields: try fields(arguments.texts("--field")))
        } catch {
            switch error {
            case .badUpload, .invalid, .badQuery: throw .badData(error.cause)
            default: throw .failed(error.cause)
            }
        }
    }

    /// `a=1`, `clustering.n_clusters=8` as an object.
    private static func parameters(_ settings: [String]) throws(CommandFailure) -> JSON {
        var top: [JSON.Member] = []
        for setting in settings {
            let (key, text) = try pair(setting, option: "--set")
            let value = (try? JSON.parse(Array(text.utf8))) ?? .string(text)
            let path = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            guard path.count <= 2, !path.contains("") else {
                throw .usage("--set \(key): expected KEY or PART.KEY")
            }
            if path.count == 1 {
                top.append(.init(key, value))
            } else if let index = top.firstIndex(where: { $0.name == path[0] }) {
                let members = top[index].value.members ?? []
                top[index].value = .object(members + [.init(path[1], value)])
            } else {
                top.append(.init(path[0], .object([.init(path[1], value)])))
            }
        }
        return .object(top)
    }

    private static func fields(_ settings: [String]) throws(WorkbenchError) -> DatasetFields {
        var fields = DatasetFields()
        for setting in settings {
            let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw .invalid([.init("--field \(setting)", "expected KEY=VALUE")])
            }
            try fields.set(parts[0], parts[1], place: "--field \(parts[0])")
        }
        return fields
    }

    private static func pair(
        _ setting: String, option: String
    ) throws(CommandFailure) -> (String, String) {
        guard let equals = setting.firstIndex(of: "=") else {
            throw .usage("\(option) \(setting): expected KEY=VALUE")
        }
        return (String(setting[..<equals]), String(setting[setting.index(after: equals)...]))
    }
}
