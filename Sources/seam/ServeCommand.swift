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
                          [--behind-tls] [--insecure] [--log-format auto|text|json]
               seam serve --print-config | --check-config [the options above]

        Starts the service. Prints "listening on http://HOST:PORT" on standard output when it takes
        requests; logs go to standard error. Ends on SIGTERM or SIGINT: requests under way are
        finished, running jobs go back to the queue.

        Without tokens it listens on loopback only, and everything belongs to "local"; make one with
        seam token create. Beyond loopback it also needs server.hosts, and --behind-tls where a proxy
        in front speaks TLS, or --insecure.

        --print-config prints every setting with its value and where that comes from, secrets masked.
        --check-config says whether the service could start with these settings; nothing is started.

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
        .value("--log-format", called: "FORMAT"), .flag("--print-config"), .flag("--check-config"),
    ]

    private static func run(_ words: [String]) throws(CommandFailure) {
        let arguments = try Arguments(words, options: options)
        if let extra = arguments.operands.first { throw .usage("unexpected argument \(extra)") }
        let settings = try Settings(arguments)
        if arguments.has("--print-config") { printSettings(settings) }
        let (policy, configuration) = try checked(settings)
        if arguments.has("--check-config") {
            print("the configuration is valid")
        } else if !arguments.has("--print-config") {
            try serve(settings, policy, configuration)
        }
    }

    private static func printSettings(_ settings: Settings) {
        let lines = settings.listing
        let widths = (
            lines.map(\.path.count).max() ?? 0, min(lines.map(\.value.count).max() ?? 0, 40)
        )
        for line in lines {
            let path = line.path.padding(toLength: widths.0, withPad: " ", startingAt: 0)
            let missing = max(widths.1 - line.value.count, 0)
            let value = line.value + String(repeating: " ", count: missing)
            print("\(path)  \(value)  \(line.source)")
        }
    }

    /// What the settings say, as far as it can be checked without starting.
    private static func checked(
        _ settings: Settings
    ) throws(CommandFailure) -> (AccessPolicy, HTTPServer.Configuration) {
        let policy = try policy(settings)
        var configuration = HTTPServer.Configuration(
            host: settings.text("server.host"), port: settings.integer("server.port"))
        try configuration.apply(settings)
        let allowed = settings.list("webhooks.allowed")
        for entry in allowed {
            if let fault = NoticeRules.fault(of: entry) {
                throw .usage("webhooks.allowed: \(fault)")
            }
        }
        if !allowed.isEmpty, settings.text("webhooks.secret").utf8.count < 16 {
            throw .usage(
                "webhooks.secret: expected at least 16 bytes where webhooks.allowed is set")
        }
        return (policy, configuration)
    }

    private static func serve(
        _ settings: Settings, _ policy: AccessPolicy, _ checked: HTTPServer.Configuration
    ) throws(CommandFailure) {
        var configuration = checked
        let host = configuration.host
        Glibc.signal(SIGPIPE, SIG_IGN)
        let signals = TerminationSignals()
        let manager = ServiceManager(environment: ProcessInfo.processInfo.environment)
        let log = Log(format: Log.format(settings.text("log.format")))
        let workbench = try open(settings, log: log)
        do throws(CommandFailure) {
            try checkReach(settings, policy, workbench)
        } catch {
            workbench.close(grace: 0)
            throw error
        }
        let handler = SEAMHandler(
            workbench: workbench, limits: limits(settings), policy: policy, log: { log.write($0) })
        configuration.maximumBody = settings.integer("uploads.max_bytes")
        configuration.spillFolder = workbench.spoolDirectory
        let server = HTTPServer(
            configuration: configuration, handler: MeteredHandler(handler),
            log: { line in
                if let line = told(line, handler.askers) { log.write(line) }
            }, logAll: { log.write(lines: $0.compactMap { told($0, handler.askers) }) })
        handler.metrics.countConnections { server.openConnections }
        do throws(HTTPServerError) {
            try server.start()
        } catch {
            workbench.close(grace: 0)
            throw .failed("\(error)")
        }
        let url = "http://\(host.contains(":") ? "[\(host)]" : host):\(server.port)"
        announce("listening on \(url)")
        manager.ready("listening on \(url)")
        let check = SelfCheck(
            host: host, port: server.port, seconds: max(1, Int((manager.watchdogSeconds ?? 30) / 3))
        )
        manager.keepWatch { check.isAnswered() }
        let signal = signals.wait()
        log.write("signal \(signal): stopping")
        let grace = settings.number("shutdown.grace_s")
        manager.stopping(within: 2 * grace)
        workbench.beginStopping()
        server.stop(grace: grace)
        handler.flush()
        workbench.close(grace: grace)
        log.write("stopped")
    }

    /// A line of the server with the owner of its request; nil for looks at the health that went well.
    private static func told(_ line: String, _ askers: RequestOwners) -> String? {
        guard line.hasPrefix("request id=") else { return line }
        if line.contains(" path=/healthz status=200 ") { return nil }
        let id = line.dropFirst("request id=".count).prefix { $0 != " " }
        let owner = askers.take(String(id)).map { " owner=\($0)" } ?? ""
        return line + owner
    }

    private static func limits(_ settings: Settings) -> APILimits {
        var limits = APILimits()
        limits.uploadBytes = settings.integer("uploads.max_bytes")
        limits.freeBytes = settings.integer("uploads.free_bytes")
        limits.jsonBytes = settings.integer("server.json_bytes")
        limits.ownerBytes = settings.integer("uploads.max_bytes_per_owner")
        limits.ownerUploads = settings.integer("uploads.max_unfinished_per_owner")
        limits.uploadLifetimeSeconds = settings.number("uploads.unfinished_hours") * 3600
        return limits
    }

    private static func open(_ settings: Settings, log: Log) throws(CommandFailure) -> Workbench {
        var configuration = Workbench.Configuration(dataDirectory: settings.text("data_dir"))
        configuration.lockPatience = settings.number("store.lock_wait_s")
        configuration.workers = settings.integer("jobs.workers")
        configuration.maximumInterruptions = settings.integer("jobs.max_interruptions")
        configuration.log = { log.write($0) }
        configuration.jobMemory = settings.integer("jobs.memory_bytes")
        configuration.jobCores = settings.integer("jobs.cores")
        configuration.stallSeconds = settings.number("jobs.stall_s")
        configuration.abandonSeconds = settings.number("jobs.abandon_s")
        configuration.maximumQueuedPerOwner = settings.integer("jobs.max_queued_per_owner")
        configuration.maximumDatasetsPerOwner = settings.integer("uploads.max_datasets_per_owner")
        configuration.readyFreeBytes = settings.integer("uploads.free_bytes")
        for kind in JobKind.parts {
            configuration.deadlines[kind] =
                settings.number("jobs.deadline_h.\(kind.rawValue)") * 3600
        }
        configuration.retention = RetentionRules(settings)
        configuration.notices.allowed = settings.list("webhooks.allowed")
        configuration.notices.secret = settings.text("webhooks.secret")
        configuration.notices.attempts = settings.integer("webhooks.attempts")
        configuration.notices.seconds = settings.number("webhooks.timeout_s")
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
        policy.metricsAreOpen = settings.isOn("server.open_metrics")
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
