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
                          [--behind-tls] [--insecure]

        Starts the service. Prints "listening on http://HOST:PORT" on standard output when it takes
        requests; logs go to standard error. Ends on SIGTERM or SIGINT: requests under way are
        finished, running jobs go back to the queue.

        Without tokens it listens on loopback only, and everything belongs to "local"; make one with
        seam token create. Beyond loopback it also needs server.hosts, and --behind-tls where a proxy
        in front speaks TLS, or --insecure.

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
        .value("--workers", called: "N"), .flag("--behind-tls"), .flag("--insecure"),
    ]

    private static func run(_ words: [String]) throws(CommandFailure) {
        let arguments = try Arguments(words, options: options)
        if let extra = arguments.operands.first { throw .usage("unexpected argument \(extra)") }
        let settings = try Settings(
            file: arguments.text("--config"), environment: ProcessInfo.processInfo.environment,
            arguments: arguments)
        let host = settings.text("server.host")
        let policy = try policy(settings)
        var configuration = HTTPServer.Configuration(
            host: host, port: settings.integer("server.port"))
        try configuration.apply(settings)
        Glibc.signal(SIGPIPE, SIG_IGN)
        let signals = TerminationSignals()
        let log = Log()
        let workbench = try open(settings, log: log)
        do throws(CommandFailure) {
            try checkReach(settings, policy, workbench)
        } catch {
            workbench.close(grace: 0)
            throw error
        }
        var limits = APILimits()
        limits.uploadBytes = settings.integer("uploads.max_bytes")
        limits.freeBytes = settings.integer("uploads.free_bytes")
        limits.jsonBytes = settings.integer("server.json_bytes")
        limits.ownerBytes = settings.integer("uploads.max_bytes_per_owner")
        limits.ownerUploads = settings.integer("uploads.max_unfinished_per_owner")
        limits.uploadLifetimeSeconds = settings.number("uploads.unfinished_hours") * 3600
        let handler = SEAMHandler(
            workbench: workbench, limits: limits, policy: policy, log: { log.write($0) })
        configuration.maximumBody = limits.uploadBytes
        configuration.spillFolder = workbench.spoolDirectory
        let server = HTTPServer(
            configuration: configuration,
            handler: handler,
            log: { log.write($0) }, logAll: { log.write(lines: $0) })
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
        handler.flush()
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

    private static func policy(_ settings: Settings) throws(CommandFailure) -> AccessPolicy {
        var policy = AccessPolicy()
        policy.hosts = settings.list("server.hosts")
        policy.isBehindTLS = settings.isOn("server.behind_tls")
        policy.allowedOrigins = settings.list("server.allowed_origins")
        policy.failedAttempts = settings.integer("server.failed_attempts")
        for origin in policy.allowedOrigins {
            let rest = ["https://", "http://"].first { origin.hasPrefix($0) }
                .map { origin.dropFirst($0.count) }
            guard let rest, !rest.isEmpty, !rest.contains(where: { "/*@".contains($0) }) else {
                throw .usage(
                    "server.allowed_origins: expected such as https://tools.lab.org, found "
                        + "\"\(origin)\"")
            }
        }
        return policy
    }

    /// Beyond loopback there must be tokens, names, and TLS or a word that it is not wanted.
    private static func checkReach(
        _ settings: Settings, _ policy: AccessPolicy, _ workbench: Workbench
    ) throws(CommandFailure) {
        let host = settings.text("server.host")
        if isLoopback(host) { return }
        var missing: [String] = []
        do throws(WorkbenchError) {
            if try AccessControl(workbench: workbench).isOpen() {
                missing.append(
                    "a token (seam token create --data-dir \(settings.text("data_dir")))")
            }
        } catch {
            throw .failed(error.cause)
        }
        if policy.hosts.isEmpty { missing.append("the names it answers to (server.hosts)") }
        if !policy.isBehindTLS, !settings.isOn("server.insecure") {
            missing.append("--behind-tls or --insecure")
        }
        guard missing.isEmpty else {
            throw .usage(
                "to listen on \(host), beyond loopback (127.0.0.1, ::1, localhost), the service "
                    + "needs \(missing.joined(separator: ", "))")
        }
    }

    private static func isLoopback(_ host: String) -> Bool {
        if ["::1", "localhost"].contains(host) { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { UInt8($0).map { "\($0)" } == String($0) }
    }

    /// The one line that standard output ever carries.
    private static func announce(_ line: String) {
        writeText(line + "\n", to: 1)
    }
}
