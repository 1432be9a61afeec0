import Foundation

let table = CommandLineTable(commands: [
    SimulateCommand.command,
    EvaluateCommand.command,
])
exit(table.run(Array(CommandLine.arguments.dropFirst())))
