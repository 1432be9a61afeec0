import Foundation

let table = CommandLineTable(commands: [
    ServeCommand.command,
    RunCommand.command,
    SimulateCommand.command,
    EvaluateCommand.command,
    BenchCommand.command,
    TokenCommand.command,
    CleanCommand.command,
    CheckCommand.command,
    BackupCommand.command,
])
exit(table.run(Array(CommandLine.arguments.dropFirst())))
