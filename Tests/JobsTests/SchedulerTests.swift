import Jobs
import Testing

/// Starts everything that may start, and returns the identifiers.
private func startAll(_ scheduler: inout Scheduler, at now: Double) -> [String] {
    var started: [String] = []
    while let start = scheduler.startNext(at: now) { started.append(start.id) }
    return started
}

/// The one job that starts, or nil.
private func startOne(_ scheduler: inout Scheduler, at now: Double) -> String? {
    scheduler.startNext(at: now)?.id
}

struct SchedulerTests {
    @Test func `a thousand jobs of one owner delay another's first by what runs already`() {
        var scheduler = Scheduler(JobBudget(workers: 2))
        for number in 0..<1000 {
            scheduler.add("a\(number)", owner: "a", priority: 5, need: JobNeed(), at: 0)
        }
        var now = 0.0
        for round in 0..<50 {
            for id in startAll(&scheduler, at: now) { #expect(id.hasPrefix("a"), "round \(round)") }
            now += 10
            for id in scheduler.running.keys.sorted() { scheduler.end(id, at: now) }
        }
        _ = startAll(&scheduler, at: now)
        scheduler.add("b", owner: "b", priority: 0, need: JobNeed(), at: now + 1)
        #expect(scheduler.startNext(at: now + 1) == nil)
        scheduler.end(scheduler.running.keys.sorted()[0], at: now + 2)
        #expect(scheduler.startNext(at: now + 2)?.id == "b")
    }

    @Test func `an owner with long jobs gets no more of the machine than one with short ones`() {
        var scheduler = Scheduler(JobBudget(workers: 1))
        for number in 0..<2000 {
            scheduler.add("long\(number)", owner: "long", priority: 0, need: JobNeed(), at: 0)
            scheduler.add("short\(number)", owner: "short", priority: 0, need: JobNeed(), at: 0)
        }
        var now = 0.0
        var work = ["long": 0.0, "short": 0.0]
        while now < 5000 {
            guard let start = scheduler.startNext(at: now) else { break }
            let owner = start.id.hasPrefix("long") ? "long" : "short"
            let seconds = owner == "long" ? 60.0 : 3.0
            now += seconds
            work[owner, default: 0] += seconds
            scheduler.end(start.id, at: now)
        }
        #expect(abs(work["long", default: 0] - work["short", default: 0]) <= 60)
    }

    @Test func `who comes back after idling has saved nothing up`() {
        var scheduler = Scheduler(JobBudget(workers: 1))
        scheduler.add("b0", owner: "b", priority: 0, need: JobNeed(), at: 0)
        #expect(scheduler.startNext(at: 0)?.id == "b0")
        scheduler.end("b0", at: 1)
        for number in 0..<100 {
            scheduler.add("a\(number)", owner: "a", priority: 0, need: JobNeed(), at: 1)
        }
        var now = 1.0
        for _ in 0..<20 {
            guard let start = scheduler.startNext(at: now) else { break }
            now += 100
            scheduler.end(start.id, at: now)
        }
        for number in 1..<100 {
            scheduler.add("b\(number)", owner: "b", priority: 0, need: JobNeed(), at: now)
        }
        var turns: [Character] = []
        for _ in 0..<10 {
            guard let start = scheduler.startNext(at: now), let owner = start.id.first else {
                break
            }
            turns.append(owner)
            now += 100
            scheduler.end(start.id, at: now)
        }
        #expect(turns.filter { $0 == "a" }.count == 5)
    }

    @Test func `what does not fit now waits, and not for ever`() {
        var scheduler = Scheduler(JobBudget(workers: 4, memory: 100, patience: 60))
        for number in 0..<3 {
            scheduler.add(
                "s\(number)", owner: "small", priority: 0, need: JobNeed(memory: 30), at: 0)
        }
        #expect(startAll(&scheduler, at: 0) == ["s0", "s1", "s2"])
        scheduler.add("big", owner: "big", priority: 0, need: JobNeed(memory: 90), at: 1)
        #expect(scheduler.startNext(at: 1) == nil)
        // Others pass for a minute, then no more.
        scheduler.end("s0", at: 30)
        scheduler.add("s3", owner: "small", priority: 0, need: JobNeed(memory: 30), at: 30)
        #expect(startAll(&scheduler, at: 30) == ["s3"])
        scheduler.end("s1", at: 61)
        scheduler.add("s4", owner: "small", priority: 0, need: JobNeed(memory: 30), at: 61)
        #expect(scheduler.startNext(at: 61) == nil)
        scheduler.end("s2", at: 70)
        #expect(scheduler.startNext(at: 70) == nil)
        scheduler.end("s3", at: 80)
        #expect(startAll(&scheduler, at: 80) == ["big"])
        scheduler.end("big", at: 90)
        #expect(startAll(&scheduler, at: 90) == ["s4"])
        #expect(scheduler.memory == 30)
    }

    @Test func `a job behind one of its owner that does not fit may start`() {
        var scheduler = Scheduler(JobBudget(workers: 2, memory: 100))
        scheduler.add("a", owner: "x", priority: 0, need: JobNeed(memory: 60), at: 0)
        #expect(scheduler.startNext(at: 0)?.id == "a")
        scheduler.add("b", owner: "x", priority: 1, need: JobNeed(memory: 60), at: 0)
        scheduler.add("c", owner: "x", priority: 0, need: JobNeed(memory: 40), at: 0)
        #expect(scheduler.startNext(at: 0)?.id == "c")
    }

    @Test func `cores are a limit as memory is, and a job that wants more than there are gets all`()
    {
        var scheduler = Scheduler(JobBudget(workers: 8, cores: 4))
        for number in 0..<3 {
            scheduler.add("\(number)", owner: "x", priority: 0, need: JobNeed(cores: 2), at: 0)
        }
        #expect(startAll(&scheduler, at: 0) == ["0", "1"])
        #expect(scheduler.cores == 4)
        scheduler.end("0", at: 1)
        scheduler.end("1", at: 1)
        #expect(startAll(&scheduler, at: 1) == ["2"])
        scheduler.end("2", at: 2)
        scheduler.add("wide", owner: "x", priority: 0, need: JobNeed(cores: 64), at: 2)
        #expect(startAll(&scheduler, at: 2) == ["wide"])
        #expect(scheduler.cores == 4)
    }

    @Test func `small work never waits for large work`() {
        var scheduler = Scheduler(JobBudget(workers: 1, memory: 100, smallMemory: 10))
        let small = JobNeed(memory: 8, isSmall: true)
        for number in 0..<5 {
            scheduler.add(
                "big\(number)", owner: "a", priority: 9, need: JobNeed(memory: 100), at: 0)
        }
        #expect(startAll(&scheduler, at: 0) == ["big0"])
        scheduler.add("s0", owner: "a", priority: 0, need: small, at: 1)
        scheduler.add("s1", owner: "b", priority: 0, need: small, at: 1)
        scheduler.add(
            "s2", owner: "b", priority: 0, need: JobNeed(memory: 11, isSmall: true), at: 1)
        // One at a time, the owner first for whom nothing runs.
        #expect(startAll(&scheduler, at: 1) == ["s1"])
        #expect(scheduler.memory == 100)
        scheduler.end("s1", at: 2)
        #expect(startAll(&scheduler, at: 2) == ["s0"])
        scheduler.end("s0", at: 3)
        #expect(scheduler.startNext(at: 3) == nil, "what is too large for the place waits")
        scheduler.end("big0", at: 4)
        #expect(startAll(&scheduler, at: 4) == ["s2"])
    }

    @Test func `the memory of an abandoned job is not given away before it lets go`() {
        var scheduler = Scheduler(JobBudget(workers: 1, memory: 100, patience: 10))
        scheduler.add("hung", owner: "a", priority: 0, need: JobNeed(memory: 60), at: 0)
        #expect(scheduler.startNext(at: 0)?.id == "hung")
        let ticket = scheduler.abandon("hung", at: 5)
        #expect(scheduler.running.isEmpty && scheduler.memory == 60)
        scheduler.add("big", owner: "b", priority: 0, need: JobNeed(memory: 50), at: 5)
        scheduler.add("fits", owner: "c", priority: 0, need: JobNeed(memory: 40), at: 5)
        #expect(scheduler.startNext(at: 5)?.id == "fits")
        scheduler.end("fits", at: 50)
        // A job of the same name may run again meanwhile.
        scheduler.add("hung", owner: "a", priority: 0, need: JobNeed(memory: 40), at: 50)
        #expect(
            scheduler.startNext(at: 50)?.id == "hung", "nobody waits for memory that may never come"
        )
        scheduler.end("hung", at: 60)
        #expect(scheduler.memory == 60)
        scheduler.release(ticket ?? 0)
        #expect(scheduler.memory == 0)
        #expect(scheduler.startNext(at: 60)?.id == "big")
    }

    @Test func `a job that waits can be taken out, also the one that others wait for`() {
        var scheduler = Scheduler(JobBudget(workers: 2, memory: 10, patience: 1))
        scheduler.add("a", owner: "a", priority: 0, need: JobNeed(memory: 5), at: 0)
        #expect(scheduler.startNext(at: 0)?.id == "a")
        scheduler.add("big", owner: "b", priority: 0, need: JobNeed(memory: 10), at: 0)
        scheduler.add("c", owner: "c", priority: 0, need: JobNeed(memory: 20 - 15), at: 0)
        #expect(scheduler.startNext(at: 0)?.id == "c")
        scheduler.end("c", at: 5)
        scheduler.add("d", owner: "c", priority: 0, need: JobNeed(memory: 5), at: 5)
        #expect(scheduler.startNext(at: 5) == nil)
        let (removed, again) = (scheduler.remove("big"), scheduler.remove("big"))
        #expect(removed && !again)
        #expect(scheduler.startNext(at: 5)?.id == "d")
        #expect(scheduler.waitingCount == 0)
    }
}
