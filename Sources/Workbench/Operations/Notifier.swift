import Bytes
import Foundation
import Dispatch
import Store
import Synchronization

/// Tells other programs of the ends of jobs, so that they need not ask again and again.
///
/// Notices are rows of the store, so that a restart loses none; each is sent at least once, and again
/// with growing pauses while nobody takes it. A receiver knows a notice it has had by `webhook-id`.
/// Signed as the Standard Webhooks specification has it: `webhook-signature: v1,` and the base64 of
/// HMAC-SHA256 of `id.timestamp.body`.
final class Notifier: Sendable {
    private let rules: NoticeRules
    private let store: Store
    private let metrics: JobMetrics
    private let log: @Sendable (String) -> Void
    private let queue = DispatchQueue(label: "seam.notices", qos: .utility)
    private let isArmed = Atomic(false)
    private let isStopped = Atomic(false)

    init(
        rules: NoticeRules, store: Store, metrics: JobMetrics,
        log: @escaping @Sendable (String) -> Void
    ) {
        (self.rules, self.store, self.metrics, self.log) = (rules, store, metrics, log)
    }

    private var isOn: Bool { !rules.allowed.isEmpty && !rules.secret.isEmpty }

    /// Sends what an earlier process has left.
    func start() { look("") }

    /// Begins no further try.
    func stop() { isStopped.store(true, ordering: .relaxed) }

    /// Whether somebody may be told at this URL.
    ///
    /// - Throws: `.invalid` saying why not.
    func check(_ url: String) throws(WorkbenchError) {
        guard isOn else {
            throw .invalid([.init("/notify", "this service sends no notices (webhooks.allowed)")])
        }
        guard let target = NoticeTarget(url) else {
            throw .invalid([.init("/notify", "expected a URL http://host:port/path")])
        }
        guard rules.allows(target) else {
            throw .invalid([
                .init(
                    "/notify",
                    "\(target.place) is not among those that may be told (webhooks.allowed)")
            ])
        }
    }

    /// A job has changed: somebody may have to be told. Returns at once.
    func look(_ id: String) {
        guard isOn, !isStopped.load(ordering: .relaxed),
            !isArmed.exchange(true, ordering: .sequentiallyConsistent)
        else { return }
        queue.async { [weak self] in self?.pass() }
    }

    private func pass() {
        isArmed.store(false, ordering: .sequentiallyConsistent)
        do throws(StoreError) {
            while !isStopped.load(ordering: .relaxed) {
                let due = try store.dueNotices()
                for notice in due where !isStopped.load(ordering: .relaxed) {
                    try deliver(notice)
                }
                if due.isEmpty { break }
            }
            guard let next = try store.nextNotice().flatMap(Timestamp.microseconds) else { return }
            let seconds = Double(next - Timestamp.microsecondsNow()) / 1e6
            later(min(max(seconds, 0.1), 3600))
        } catch {
            if case .closed = error { return }
            log("notices could not be looked at: \(error)")
            later(10)
        }
    }

    private func later(_ seconds: Double) {
        queue.asyncAfter(deadline: .now() + seconds) { [weak self] in self?.look("") }
    }

    private func deliver(_ notice: NoticeRecord) throws(StoreError) {
        guard let job = try store.job(notice.job) else { return }
        let id = "\(notice.job)-\(notice.row)"
        let who = "notice=\(id) job=\(notice.job) owner=\(notice.owner) to="
        guard let target = NoticeTarget(notice.target), rules.allows(target) else {
            log("\(who)- is no longer allowed and given up")
            metrics.noticed("given_up")
            return try store.deleteNotice(notice.row)
        }
        do throws(NoticeSender.Failure) {
            let body = Self.body(job).encoded
            try NoticeSender(target: target, seconds: rules.seconds)
                .post(body, fields: fields(id: id, body))
            log("\(who)\(target.place) delivered")
            metrics.noticed("delivered")
            try deleted(notice)
        } catch {
            try failed(notice, "\(who)\(target.place)", error.text)
        }
    }

    private func deleted(_ notice: NoticeRecord) throws(NoticeSender.Failure) {
        do {
            try store.deleteNotice(notice.row)
        } catch {
            throw NoticeSender.Failure(text: "delivered, but not noted: \(error)")
        }
    }

    private func failed(
        _ notice: NoticeRecord, _ who: String, _ reason: String
    ) throws(StoreError) {
        guard notice.attempts + 1 < rules.attempts else {
            log("\(who) given up: \(reason)")
            metrics.noticed("given_up")
            return try store.deleteNotice(notice.row)
        }
        log("\(who) failed: \(reason)")
        metrics.noticed("failed")
        // 2 s, 8 s, 32 s … at most an hour.
        var pause = 2.0
        for _ in 0..<notice.attempts { pause = min(pause * 4, 3600) }
        try store.postponeNotice(notice.row, until: Timestamp.now(adding: pause))
    }

    private func fields(id: String, _ body: [UInt8]) -> [(String, String)] {
        let time = String(Timestamp.microsecondsNow() / 1_000_000)
        let code = HMAC.sha256(
            Array("\(id).\(time).".utf8) + body, key: Array(rules.secret.utf8))
        return [
            ("webhook-id", id), ("webhook-timestamp", time),
            ("webhook-signature", "v1," + Data(code).base64EncodedString()),
        ]
    }

    /// What a receiver is told: which job, how it ended, where to look.
    private static func body(_ job: JobRecord) -> JSON {
        [
            "type": .string("job.\(job.state.rawValue)"), "timestamp": .optional(job.finishedAt),
            "data": [
                "job": .string(job.id), "kind": .string(job.kind),
                "dataset": .optional(job.dataset), "owner": .string(job.owner),
                "state": .string(job.state.rawValue),
                "error": job.errorJSON.map(Workbench.parse) ?? .null,
                "finished_at": .optional(job.finishedAt), "href": .string("/v1/jobs/\(job.id)"),
            ],
        ]
    }
}
