import Dispatch
import Jobs
import Testing

struct JobWatchTests {
    @Test
    func `a job that reports nothing is told to end, and its place goes to others if it does not`()
    {
        let pool = JobPool(
            budget: JobBudget(workers: 1, memory: 100, patience: 0), name: "test", clock: { 0 })
        let log = Log()
        let (started, release) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        pool.submit(id: "hung", owner: "a", need: JobNeed(memory: 60)) { context in
            started.signal()
            release.wait()
            log.add("\(context.reason)")
        }
        started.wait()
        #expect(pool.check(stall: 1e6, patience: 0).told.isEmpty)
        let first = pool.check(stall: 0, patience: 0)
        #expect(first.told.map(\.id) == ["hung"] && first.told.first?.reason == .stalled)
        #expect(first.abandoned.isEmpty, "it gets its time to end")
        let second = pool.check(stall: 0, patience: 0)
        #expect(second.told.isEmpty)
        #expect(second.abandoned.map(\.id) == ["hung"])
        #expect(pool.running.isEmpty && pool.load.abandoned == 1 && pool.load.memoryInUse == 60)
        // The same job may run again, and another one beside what the lost one holds.
        let done = DispatchSemaphore(value: 0)
        #expect(
            pool.submit(id: "hung", owner: "a", need: JobNeed(memory: 40)) { _ in done.signal() })
        done.wait()
        #expect(pool.stop(grace: 5), "nobody waits for what was given up")
        release.signal()
        while pool.load.abandoned > 0 {}
        #expect(pool.load.memoryInUse == 0 && log.all == ["stalled"])
    }

    @Test func `a job that does what it is told in time is left alone`() {
        let pool = JobPool(workers: 1, name: "test")
        let (started, ended) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        pool.submit(id: "x", owner: "a", deadline: 0) { context in
            started.signal()
            while !context.isCancelled {}
            ended.signal()
        }
        started.wait()
        ended.wait()
        #expect(pool.check(stall: 1e6, patience: 1e6).abandoned.isEmpty)
        #expect(pool.stop(grace: 5))
        #expect(pool.load.abandoned == 0)
    }

    @Test func `what never fits is not taken`() {
        let pool = JobPool(budget: JobBudget(workers: 1, memory: 10), name: "test")
        #expect(!pool.submit(id: "x", owner: "a", need: JobNeed(memory: 11)) { _ in })
        #expect(!pool.holds("x") && pool.load.waiting == 0)
        #expect(pool.stop(grace: 5))
    }

    @Test func `what runs is listed with what it stated`() {
        let pool = JobPool(
            budget: JobBudget(workers: 1, memory: 10, cores: 2), name: "test", clock: { 5 })
        let (started, release) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        pool.submit(id: "x", owner: "ada", need: JobNeed(memory: 7, cores: 4)) { context in
            context.report(0.5, stage: "view", message: "half")
            started.signal()
            release.wait()
        }
        started.wait()
        let running = pool.runningJobs
        #expect(running.map(\.id) == ["x"] && running.first?.owner == "ada")
        #expect(running.first?.need == JobNeed(memory: 7, cores: 2))
        #expect(running.first?.progress.fraction == 0.5)
        release.signal()
        #expect(pool.stop(grace: 5))
    }
}
