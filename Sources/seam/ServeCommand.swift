import API
import Dispatch
import Foundation
import Glibc
import HTTP
import Workbench

/// `seam serve`: the service.
enum ServeCommand {
    static let usage = """
        usage: seam serve [--config FILE] [--host H] [--port P] [--data-dir DIR] [--workers N]

        Starts the service. Prints "listening on http://HOST:PORT" on standard output when it takes
        requests; logs go to standard error. Ends on SIGTERM or SIGINT: requests under way are
        finished, running jobs go back to the queue.

        settings, by key of the JSON file (environment variable) [default]:
        \(Settings.entries.map { "  \($0.path) (\($0.variable)) [\($0.standard)]\n      \($0.summary)" }
            .joined(separator: "\n"))
        """

    static let command = Command.throwing(
        "serve", summary: "start the service", usage: usage
    ) { (words) throws(CommandFailure) in try run(words) }

    private static let options: [Option] = [
        .value("--config", called: "FILE"), .value("--host", called: "HOST"),
        .value("--port", called: "PORT"), .value("--data-dir", called: "DIR"),
        .value("--workers", called: "N"),
    ]

    private static func run(_ words: [String]) throws(CommandFailure) {
        let arguments = try Arguments(words, options: options)
        if let extra = arguments.operands.first { throw .usage("unexpected argument \(extra)") }
        let settings = try Settings(
            file: arguments.text("--config"), environment: ProcessInfo.processInfo.environment,
            arguments: arguments)
        let host = settings.text("server.host")
        guard isLoopback(host) else {
            throw .usage(
                "without tokens the service listens on loopback only (127.0.0.1, ::1, localhost), "
                    + "not on \(host)")
        }
        Glibc.signal(SIGPIPE, SIG_IGN)
        let signals = TerminationSignals()
        let log = Log()
        let workbench = try open(settings, log: log)
        var limits = APILimits()
        limits.uploadBytes = settings.integer("uploads.max_bytes")
        limits.freeBytes = settings.integer("uploads.free_bytes")
        limits.jsonBytes = settings.integer("server.json_bytes")
        var configuration = HTTPServer.Configuration(
            host: host, port: settings.integer("server.port"))
        configuration.apply(settings)
        configuration.maximumBody = limits.uploadBytes
        configuration.spillFolder = workbench.spoolDirectory
        let server = HTTPServer(
            configuration: configuration,
            handler: SEAMHandler(workbench: workbench, limits: limits, log: { log.write($0) }),
            log: { log.write($0) })
        do throws(HTTPServerError) {
            try server.start()
        } catch {
            workbench.close(grace: 0)
            throw .failed("\(error)")
        }
        let name = host.contains(":") ? "[\(host)]" : host
        announce("listening on http://\(name):\(server.port)")
        let signal = signals.wait()
        log.write("signal \(signal): stopping")
        let grace = settings.number("shutdown.grace_s")
        workbench.beginStopping()
        server.stop(grace: grace)
        workbench.close(grace: grace)
        log.write("stopped")
    }

    private static func open(_ settings: Settings, log: Log) throws(CommandFailure) -> Workbench {
        var configuration = Workbench.Configuration(dataDirectory: settings.text("data_dir"))
        configuration.lockPatience = settings.number("store.lock_wait_s")
        configuration.workers = settings.integer("jobs.workers")
        configuration.maximumInterruptions = settings.integer("jobs.max_interruptions")
        configuration.log = { log.write($0) }
        do {
            return try Workbench(configuration)
        } catch {
            throw .failed(
                "the store in \(configuration.dataDirectory) cannot be opened: \(error.cause)")
        }
    }

    private static func isLoopback(_ host: String) -> Bool {
        ["127.0.0.1", "::1", "localhost"].contains(host)
    }

    /// The one line that standard output ever carries.
    private static func announce(_ line: String) {
        writeText(line + "\n", to: 1)
    }
}
