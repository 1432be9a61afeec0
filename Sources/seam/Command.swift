/// A subcommand of `seam`: one line in the table of `main.swift`.
struct Command: Sendable {
    /// What follows `seam` on the command line.
    let name: String
    /// One line for the list of commands.
    let summary: String
    /// What `seam NAME --help` prints.
    let usage: String
    /// Does it with the arguments after the name; the result is the exit code.
    let run: @Sendable ([String]) -> Int32
}

/// What the process tells its caller at its end.
enum ExitCode {
    /// Done.
    static let done: Int32 = 0
    /// Failed for a reason that is not the input's.
    static let failed: Int32 = 1
    /// The command line was wrong.
    static let usage: Int32 = 2
    /// The input data are bad (`EX_DATAERR`).
    static let badData: Int32 = 65
}

/// Why a command ends early, with a sentence for the person who typed it.
enum CommandFailure: Error {
    /// A wrong command line.
    case usage(String)
    /// Bad input data.
    case badData(String)
    /// Anything else.
    case failed(String)
}

extension Command {
    /// A command from a body that throws; failures become a line on standard error and an exit code.
    static func throwing(
        _ name: String, summary: String, usage: String,
        body: @escaping @Sendable ([String]) throws(CommandFailure) -> Void
    ) -> Command {
        Command(name: name, summary: summary, usage: usage) { arguments in
            do throws(CommandFailure) {
                try body(arguments)
                return ExitCode.done
            } catch {
                return report(error, command: name)
            }
        }
    }

    private static func report(_ failure: CommandFailure, command: String) -> Int32 {
        switch failure {
        case .usage(let text):
            printError("seam \(command): \(text)\nSee: seam \(command) --help")
            return ExitCode.usage
        case .badData(let text):
            printError("seam \(command): \(text)")
            return ExitCode.badData
        case .failed(let text):
            printError("seam \(command): \(text)")
            return ExitCode.failed
        }
    }
}
