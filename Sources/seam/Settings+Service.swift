extension Settings {
    /// All settings.
    static let entries = server + service

    /// Settings of what is behind the requests: store, uploads, jobs.
    static let service: [Entry] = [
        Entry(
            path: "server.open_metrics", flag: nil, standard: "false", kind: .flag,
            summary: "/metrics needs no token."),
        Entry(
            path: "log.format", flag: "--log-format", standard: "auto",
            kind: .choice(["auto", "text", "json"]),
            summary: "Lines of the log: text, JSON, or JSON where systemd keeps them."),
        Entry(
            path: "data_dir", flag: "--data-dir", standard: "data", kind: .text,
            summary: "Folder of the store."),
        Entry(
            path: "store.lock_wait_s", flag: nil, standard: "5", kind: .number(0...3600),
            summary: "Seconds to wait for a folder that a dying process still holds."),
        Entry(
            path: "uploads.max_bytes", flag: nil, standard: "68719476736",
            kind: .integer(1...(1 << 45)), summary: "Largest upload in bytes."),
        Entry(
            path: "uploads.free_bytes", flag: nil, standard: "268435456",
            kind: .integer(0...(1 << 45)), summary: "Free bytes of the disk that an upload leaves."),
        Entry(
            path: "uploads.max_bytes_per_owner", flag: nil, standard: "1099511627776",
            kind: .integer(1...(1 << 50)),
            summary: "Bytes of an owner's uploads, those stored and those on their way."),
        Entry(
            path: "uploads.max_datasets_per_owner", flag: nil, standard: "100000",
            kind: .integer(1...10_000_000), summary: "Datasets of an owner; one more is 413."),
        Entry(
            path: "uploads.max_unfinished_per_owner", flag: nil, standard: "100",
            kind: .integer(1...100_000), summary: "Unfinished resumable uploads of an owner."),
        Entry(
            path: "uploads.unfinished_hours", flag: nil, standard: "24",
            kind: .number(0.001...8760),
            summary: "Hours after its last byte when an unfinished upload is forgotten."),
        Entry(
            path: "jobs.workers", flag: "--workers", standard: "2", kind: .integer(1...64),
            summary: "Jobs that run at the same time."),
        Entry(
            path: "jobs.max_interruptions", flag: nil, standard: "10", kind: .integer(1...1000),
            summary: "Deaths of the process a job may see before it fails."),
        Entry(
            path: "jobs.memory_bytes", flag: nil, standard: "0", kind: .integer(0...(1 << 50)),
            summary: "Memory that all jobs may take together; 0 for three quarters of what the "
                + "process may have. An eighth of it, at most 256 MiB, is kept for small jobs."),
        Entry(
            path: "jobs.cores", flag: nil, standard: "0", kind: .integer(0...4096),
            summary: "Cores that all jobs may take together; 0 for twice the machine's."),
        Entry(
            path: "jobs.max_queued_per_owner", flag: nil, standard: "5000",
            kind: .integer(1...10_000_000),
            summary: "Queued jobs of an owner; a request that makes more is answered 429."),
        Entry(
            path: "jobs.stall_s", flag: nil, standard: "3600", kind: .number(1...1e7),
            summary: "Seconds without progress after which a running job is ended."),
        Entry(
            path: "jobs.abandon_s", flag: nil, standard: "120", kind: .number(1...1e6),
            summary: "Seconds that a job gets to end when told to; then it is given up."),
        Entry(
            path: "jobs.deadline_h.view", flag: nil, standard: "48", kind: .number(0.0001...8760),
            summary: "Hours that a job of this kind may run."),
        Entry(
            path: "jobs.deadline_h.segmentation", flag: nil, standard: "12",
            kind: .number(0.0001...8760),
            summary: "Hours that a job of this kind may run."),
        Entry(
            path: "jobs.deadline_h.representation", flag: nil, standard: "48",
            kind: .number(0.0001...8760),
            summary: "Hours that a job of this kind may run."),
        Entry(
            path: "jobs.deadline_h.clustering", flag: nil, standard: "24",
            kind: .number(0.0001...8760),
            summary: "Hours that a job of this kind may run."),
        Entry(
            path: "jobs.deadline_h.embedding", flag: nil, standard: "12",
            kind: .number(0.0001...8760),
            summary: "Hours that a job of this kind may run."),
        Entry(
            path: "jobs.deadline_h.diff", flag: nil, standard: "12", kind: .number(0.0001...8760),
            summary: "Hours that a job of this kind may run."),
        Entry(
            path: "retention.results_days", flag: nil, standard: "0", kind: .number(0...36_500),
            summary: "Days after which results go that were neither made nor read since; 0 keeps "
                + "them."),
        Entry(
            path: "retention.failed_days", flag: nil, standard: "0", kind: .number(0...36_500),
            summary: "Days after which failed and cancelled jobs go; 0 keeps them."),
        Entry(
            path: "webhooks.allowed", flag: nil, standard: "", kind: .list,
            summary: "host:port of those who may be told of the ends of jobs (notify)."),
        Entry(
            path: "webhooks.secret", flag: nil, standard: "", kind: .text,
            summary: "The key that signs notices; without one none is sent.", isSecret: true),
        Entry(
            path: "webhooks.attempts", flag: nil, standard: "8", kind: .integer(1...100),
            summary: "Tries before a notice is given up."),
        Entry(
            path: "webhooks.timeout_s", flag: nil, standard: "10", kind: .number(0.1...300),
            summary: "Seconds that a try may take."),
        Entry(
            path: "shutdown.grace_s", flag: nil, standard: "20", kind: .number(0...3600),
            summary: "Seconds that requests and jobs get to end when the service stops."),
    ]
}
