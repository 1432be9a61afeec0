import Foundation

let table = CommandLineTable(commands: [
    SimulateCommand.command
])
exit(table.run(Array(CommandLine.arguments.dropFirst())))
