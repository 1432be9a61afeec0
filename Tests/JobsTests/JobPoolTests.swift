import Dispatch
import Jobs
import Synchronization
import Testing

/// A list that many threads append to.
final class Log: Sendable {
    private let entries = Mutex<[String]>([])
    func add(_ text: String) { entries.withLock { $0.append(text) } }
    var all: [String] { entries.withLock { $0 } }
}

/// A pool of one worker that is held until `release`, so that an order can be set up.
struct HeldPool {
    let pool: JobPool
    private let gate = DispatchSemaphore(value: 0)

    init(workers: Int = 1) {
        pool = JobPool(workers: workers, name: "test")
        let gate = gate
        let started = DispatchSemaphore(value: 0)
        for worker in 0..<workers {
            pool.submit(id: "hold \(worker)", owner: "hold") { _ in
                started.signal()
                gate.wait()
            }
        }
        for _ in 0..<workers { started.wait() }
        self.workers = workers
    }

    private let workers: Int

    func release() { for _ in 0..<workers { gate.signal() } }
}

struct JobPoolTests {
    @Test func `owners take turns and a new owner waits for one job of each at most`() {
        let held = HeldPool()
        let log = Log()
        let done = DispatchSemaphore(value: 0)
        for index in 0..<4 {
            held.pool.submit(id: "a\(index)", owner: "a") { log.add($0.id) }
        }
        for owner in ["b", "c"] {
            held.pool.submit(id: owner + "0", owner: owner) { log.add($0.id) }
        }
        held.pool.submit(id: "b1", owner: "b") { log.add($0.id) }
        held.pool.submit(id: "end", owner: "a", priority: -1) { _ in done.signal() }
        #expect(held.pool.waiting.prefix(4) == ["a0", "a1", "a2", "a3"])
        held.release()
        done.wait()
        #expect(log.all == ["a0", "b0", "c0", "a1", "b1", "a2", "a3"])
    }

    @Test func `inside an owner the higher priority comes first, then the earlier submission`() {
        let held = HeldPool()
        let log = Log()
        let done = DispatchSemaphore(value: 0)
        for (id, priority) in [("p0", 0), ("q5", 5), ("r0", 0), ("s5", 5), ("t-1", -1), ("u9", 9)] {
            held.pool.submit(id: id, owner: "a", priority: priority) { log.add($0.id) }
        }
        held.pool.submit(id: "end", owner: "a", priority: Int.min) { _ in done.signal() }
        held.release()
        done.wait()
        #expect(log.all == ["u9", "q5", "s5", "p0", "r0", "t-1"])
    }

    @Test func `a cancelled waiting job never runs`() {
        let held = HeldPool()
        let log = Log()
        let done = DispatchSemaphore(value: 0)
        for id in ["a", "b", "c"] {
            held.pool.submit(id: id, owner: id == "c" ? "other" : "me") { log.add($0.id) }
        }
        held.pool.submit(id: "end", owner: "other", priority: -1) { _ in done.signal() }
        #expect(held.pool.cancel("a"))
        #expect(held.pool.cancel("c"))
        #expect(held.pool.cancel("c") == false)
        #expect(held.pool.cancel("none") == false)
        #expect(held.pool.waiting == ["b", "end"])
        held.release()
        done.wait()
        #expect(log.all == ["b"])
    }

    @Test func `a running job learns that and why it is cancelled`() {
        let pool = JobPool(workers: 1, name: "test")
        let log = Log()
        let started = DispatchSemaphore(value: 0)
        let done = DispatchSemaphore(value: 0)
        pool.submit(id: "x", owner: "me") { context in
            log.add("\(context.reason)")
            started.signal()
            while !context.isCancelled {}
            log.add("\(context.reason)")
            done.signal()
        }
        started.wait()
        #expect(pool.running == ["x"])
        #expect(pool.submit(id: "x", owner: "me") { _ in log.add("twice") } == false)
        #expect(pool.cancel("x"))
        done.wait()
        #expect(log.all == ["none", "requested"])
    }

    @Test func `a job whose time is up is told so`() {
        let pool = JobPool(workers: 1, name: "test")
        let log = Log()
        let done = DispatchSemaphore(value: 0)
        pool.submit(id: "x", owner: "me", deadline: 0.05) { context in
            while !context.isCancelled {}
            log.add("\(context.reason)")
            done.signal()
        }
        #expect(done.wait(timeout: .now() + 5) == .success)
        #expect(log.all == ["deadline"])
    }

    @Test func `a stopped pool ends what runs, drops what waits and takes nothing new`() {
        let pool = JobPool(workers: 1, name: "test")
        let log = Log()
        let started = DispatchSemaphore(value: 0)
        pool.submit(id: "runs", owner: "me") { context in
            started.signal()
            while !context.isCancelled {}
            log.add("\(context.reason)")
        }
        pool.submit(id: "waits", owner: "me") { log.add($0.id) }
        started.wait()
        #expect(pool.stop(grace: 5))
        #expect(log.all == ["stopping"])
        #expect(pool.running == [])
        #expect(pool.waiting == [])
        #expect(pool.submit(id: "late", owner: "me") { log.add($0.id) } == false)
        #expect(pool.stop(grace: 0))
    }

    @Test func `a stop waits no longer than its grace`() {
        let held = HeldPool()
        let before = DispatchTime.now().uptimeNanoseconds
        #expect(held.pool.stop(grace: 0.1) == false)
        let waited = Double(DispatchTime.now().uptimeNanoseconds - before) / 1e9
        #expect(waited >= 0.1 && waited < 3)
        held.release()
        #expect(held.pool.stop(grace: 5))
    }

    @Test(arguments: [1, 2, 7])
    func `a thousand tiny jobs each run once on no more workers than allowed`(workers: Int) {
        let pool = JobPool(workers: workers, name: "test")
        let done = DispatchSemaphore(value: 0)
        let ran = Mutex<[String: Int]>([:])
        let now = Atomic<Int>(0)
        let most = Atomic<Int>(0)
        for index in 0..<1000 {
            pool.submit(id: "\(index)", owner: "o\(index % 13)", priority: index % 3) { context in
                let running = now.add(1, ordering: .sequentiallyConsistent).newValue
                most.max(running, ordering: .sequentiallyConsistent)
                ran.withLock { $0[context.id, default: 0] += 1 }
                now.subtract(1, ordering: .sequentiallyConsistent)
                done.signal()
            }
        }
        for _ in 0..<1000 { #expect(done.wait(timeout: .now() + 20) == .success) }
        #expect(ran.withLock { $0.count } == 1000)
        #expect(ran.withLock { $0.values.allSatisfy { $0 == 1 } })
        #expect(most.load(ordering: .sequentiallyConsistent) <= workers)
        #expect(pool.stop(grace: 5))
    }

    @Test func `progress never goes back and an estimate comes with time`() throws {
        let pool = JobPool(workers: 1, name: "test")
        let reported = DispatchSemaphore(value: 0)
        let go = DispatchSemaphore(value: 0)
        pool.submit(id: "x", owner: "me") { context in
            context.report(0.5, stage: "cut", message: "half")
            context.report(0.25, stage: "cut", message: "later")
            context.report(.nan, stage: "cut", message: "later still")
            reported.signal()
            go.wait()
            context.report(7, stage: "end", message: "over")
            reported.signal()
            go.wait()
        }
        reported.wait()
        let half = try #require(pool.progress("x"))
        #expect(half.fraction == 0.5)
        #expect(half.message == "later still")
        #expect(half.etaSeconds == nil)
        #expect(half.startedAt > 0)
        go.signal()
        reported.wait()
        #expect(pool.progress("x")?.fraction == 1)
        go.signal()
        #expect(pool.stop(grace: 5))
        #expect(pool.progress("x") == nil)
    }

    @Test func `the estimate follows the pace so far`() throws {
        let pool = JobPool(workers: 1, name: "test")
        let reported = DispatchSemaphore(value: 0)
        let go = DispatchSemaphore(value: 0)
        pool.submit(id: "x", owner: "me") { context in
            _ = go.wait(timeout: .now() + 0.6)
            context.report(0.25, stage: "", message: "")
            reported.signal()
            go.wait()
        }
        reported.wait()
        let eta = try #require(pool.progress("x")?.etaSeconds)
        #expect(eta > 1.2 && eta < 9)  // three times the 0.6 s so far, less what has passed since
        go.signal()
    }
}
