import Bytes
import Foundation
import Workbench

/// `seam token`: who may come in.
enum TokenCommand {
    static let usage = """
        usage: seam token create --owner NAME --role ROLE [--days N] [--data-dir DIR] [--config FILE]
               seam token list [--json] [--data-dir DIR] [--config FILE]
               seam token revoke ID ... [--data-dir DIR] [--config FILE]

        create prints a new token on standard output, once: the store keeps a hash of it only. The
        role is reader (read), member (also upload, run, change what one owns) or admin (change
        everything). An owner may have several tokens, so that one can be replaced. --days ends it
        after that many days.

        Works beside a running server, which notices at once. When the first token is made the server
        is no longer open: what was made before belongs to the owner "local".
        """

    static let command = Command.throwing(
        "token", summary: "make, list and revoke tokens", usage: usage
    ) { (words) throws(CommandFailure) in try run(words) }

    private static func run(_ words: [String]) throws(CommandFailure) {
        let actions = ["create", "list", "revoke"]
        guard let action = words.first, actions.contains(action) else {
            let found = words.first.map { ", found \($0)" } ?? ""
            throw .usage("expected create, list or revoke\(found)")
        }
        var options: [Option] = [
            .value("--data-dir", called: "DIR"), .value("--config", called: "FILE"),
        ]
        if action == "create" {
            options += [
                .value("--owner", called: "NAME"), .value("--role", called: "ROLE"),
                .value("--days", called: "N"),
            ]
        }
        if action == "list" { options.append(.flag("--json")) }
        let arguments = try Arguments(Array(words.dropFirst()), options: options)
        if action != "revoke", let extra = arguments.operands.first {
            throw .usage("unexpected argument \(extra)")
        }
        if action == "revoke", arguments.operands.isEmpty {
            throw .usage("ID: expected the name of a token, tok_…")
        }
        let settings = try Settings(arguments)
        do throws(WorkbenchError) {
            let folder = settings.text("data_dir")
            let wanted = action == "create" ? try wanted(arguments) : nil
            let desk = try TokenDesk(dataDirectory: folder, makesStore: action == "create")
            defer { desk.close() }
            if let wanted {
                try create(desk, wanted, folder)
            } else if action == "list" {
                try list(desk, asJSON: arguments.has("--json"))
            } else {
                for id in arguments.operands { try desk.revoke(id) }
            }
        } catch {
            switch error {
            case .invalid: throw .usage(error.cause)
            default: throw .failed(error.cause)
            }
        }
    }

    /// A token to be made.
    private struct Wanted {
        var owner: String
        var role: String
        var days: Double?
    }

    /// What is asked for, checked before a store is made for it.
    private static func wanted(_ arguments: Arguments) throws(WorkbenchError) -> Wanted {
        var wanted = Wanted(
            owner: arguments.text("--owner") ?? "", role: arguments.text("--role") ?? "", days: nil)
        do {
            wanted.days = try arguments.number("--days")
        } catch {
            throw .invalid([.init("--days", "expected a number")])
        }
        try TokenDesk.check(owner: wanted.owner, role: wanted.role, days: wanted.days)
        return wanted
    }

    private static func create(
        _ desk: TokenDesk, _ wanted: Wanted, _ folder: String
    ) throws(WorkbenchError) {
        let (id, text) = try desk.create(owner: wanted.owner, role: wanted.role, days: wanted.days)
        printError("\(id) in \(folder): keep the token now, it is not shown again")
        print(text)
    }

    private static func list(_ desk: TokenDesk, asJSON: Bool) throws(WorkbenchError) {
        let tokens = try desk.list()
        if asJSON {
            writeText(String(decoding: JSON.array(tokens).pretty, as: UTF8.self) + "\n", to: 1)
            return
        }
        let columns = ["id", "owner", "role", "state", "created_at", "expires_at", "last_used_at"]
        let rows =
            [columns] + tokens.map { token in columns.map { token[$0]?.string ?? "-" } }
        let widths = columns.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            let cells = row.enumerated().map { column, text in
                text + String(repeating: " ", count: widths[column] - text.count)
            }
            print(cells.joined(separator: "  ").trimmingCharacters(in: .whitespaces))
        }
    }
}
