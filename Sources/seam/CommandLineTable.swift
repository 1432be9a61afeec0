import Foundation
import Workbench

/// Writes a line to standard error.
func printError(_ text: String) {
    FileHandle.standardError.write(Data("\(text)\n".utf8))
}

/// Finds the command on the command line and runs it.
struct CommandLineTable {
    let commands: [Command]

    /// Runs the command that `arguments` (without the program's name) ask for; the exit code.
    func run(_ arguments: [String]) -> Int32 {
        guard let name = arguments.first else {
            printError(overview)
            return ExitCode.usage
        }
        let rest = Array(arguments.dropFirst())
        switch name {
        case "--help", "-h": return show(overview)
        case "help": return help(on: rest.first)
        case "version", "--version": return version(rest)
        default: break
        }
        guard let command = commands.first(where: { $0.name == name }) else {
            return unknown(name)
        }
        if rest.contains("--help") || rest.contains("-h") { return show(command.usage) }
        return command.run(rest)
    }

    private var overview: String {
        let all = commands.map { ($0.name, $0.summary) } + [("version", "print the version")]
        let width = all.map(\.0.count).max() ?? 0
        let lines = all.map { name, summary in
            "  " + name + String(repeating: " ", count: width - name.count + 2) + summary
        }
        return
            (["usage: seam COMMAND [ARGUMENT ...]", "", "commands:"] + lines
            + ["", "seam COMMAND --help tells more of one."]).joined(separator: "\n")
    }

    private func help(on name: String?) -> Int32 {
        guard let name else { return show(overview) }
        guard let command = commands.first(where: { $0.name == name }) else {
            return name == "version" ? show(versionUsage) : unknown(name)
        }
        return show(command.usage)
    }

    private var versionUsage: String { "usage: seam version\n\nPrints the version." }

    private func version(_ rest: [String]) -> Int32 {
        if rest.contains("--help") || rest.contains("-h") { return show(versionUsage) }
        guard rest.isEmpty else {
            printError("seam version: takes no arguments, found \(rest[0])")
            return ExitCode.usage
        }
        return show("seam \(Software.version)")
    }

    private func unknown(_ name: String) -> Int32 {
        let names = commands.map(\.name) + ["version", "help"]
        let hint = Nearest.name(to: name, among: names).map { "; did you mean \($0)?" } ?? ""
        printError("seam: unknown command \(name)\(hint)\nSee: seam --help")
        return ExitCode.usage
    }

    private func show(_ text: String) -> Int32 {
        print(text)
        return ExitCode.done
    }
}
