import Jobs
import Testing

/// A day of arrivals at a busy facility, by a virtual clock over the scheduler that the pool uses.
private struct Day {
    /// A job that will be submitted.
    struct Arrival {
        let id: String
        let owner: Int
        let at: Double
        let seconds: Double
        let need: JobNeed
    }

    var scheduler: Scheduler
    var arrivals: [Arrival]
    /// Seconds that each owner's jobs waited, and got on workers, while everybody had work waiting.
    var waits: [[Double]]
    var served: [Double]
    var deepest = 0

    init(budget: JobBudget, arrivals: [Arrival], owners: Int) {
        scheduler = Scheduler(budget)
        self.arrivals = arrivals.sorted { ($0.at, $0.id) < ($1.at, $1.id) }
        waits = .init(repeating: [], count: owners)
        served = .init(repeating: 0, count: owners)
    }

    /// Runs until `end`; what a job gets after that does not count.
    mutating func run(until end: Double) {
        var jobs: [String: Arrival] = [:]
        var ends: [(at: Double, id: String)] = []
        var next = 0
        var now = 0.0
        while now < end {
            while next < arrivals.count, arrivals[next].at <= now {
                let job = arrivals[next]
                jobs[job.id] = job
                scheduler.add(
                    job.id, owner: "owner\(job.owner)", priority: 0, need: job.need, at: now)
                next += 1
            }
            deepest = max(deepest, scheduler.waitingCount)
            while let start = scheduler.startNext(at: now) {
                guard let job = jobs[start.id] else { continue }
                waits[job.owner].append(start.waited)
                served[job.owner] += min(job.seconds, end - now) * Double(job.need.cores)
                ends.append((now + job.seconds, job.id))
            }
            let soonest = ends.min { ($0.at, $0.id) < ($1.at, $1.id) }?.at ?? .infinity
            let coming = next < arrivals.count ? arrivals[next].at : .infinity
            now = min(soonest, coming)
            for finished in ends where finished.at <= now { scheduler.end(finished.id, at: now) }
            ends.removeAll { $0.at <= now }
        }
    }

    /// Jain's index: 1 where all have the same, 1/n where one has everything.
    static func jain(_ values: [Double]) -> Double {
        let sum = values.reduce(0, +)
        let squares = values.reduce(0) { $0 + $1 * $1 }
        return squares > 0 ? sum * sum / (Double(values.count) * squares) : 1
    }
}

/// Pseudo-random numbers 0..<1 of a seed (SplitMix64), the same in every run.
private struct Numbers {
    var state: UInt64
    mutating func next() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((z ^ (z >> 31)) >> 11) / 9_007_199_254_740_992
    }
}

struct FairnessTests {
    private static let budget = JobBudget(
        workers: 4, memory: 16_000, cores: 8, smallMemory: 500, patience: 120)
    private static let hours = 3600.0

    /// A job as facilities have them: most are short, few take hours; memory goes with the time.
    private func job(_ id: String, _ owner: Int, _ at: Double, _ random: inout Numbers)
        -> Day.Arrival
    {
        let scale = random.next()
        let seconds = 5 + 600 * scale * scale * scale
        return Day.Arrival(
            id: id, owner: owner, at: at, seconds: seconds,
            need: JobNeed(
                memory: Int(200 + 8000 * scale * random.next()), cores: scale > 0.5 ? 2 : 1))
    }

    /// Jobs of each owner at any time of the day.
    private func allDay(_ owners: Range<Int>, each: Int, _ random: inout Numbers)
        -> [Day.Arrival]
    {
        var arrivals: [Day.Arrival] = []
        for owner in owners {
            for number in 0..<each {
                let at = random.next() * 24 * Self.hours
                arrivals.append(job("o\(owner)-\(number)", owner, at, &random))
            }
        }
        return arrivals
    }

    @Test func `fifty owners of equal demand get equal shares of a day`() {
        var random = Numbers(state: 1)
        var arrivals: [Day.Arrival] = []
        // Far more than a day's work, 100 jobs an owner at once and others all day: 5,000 wait.
        for owner in 0..<50 {
            for number in 0..<100 {
                arrivals.append(job("o\(owner)-\(number)", owner, 0, &random))
            }
            for number in 0..<100 {
                let at = random.next() * 24 * Self.hours
                arrivals.append(job("o\(owner)+\(number)", owner, at, &random))
            }
        }
        var day = Day(budget: Self.budget, arrivals: arrivals, owners: 50)
        day.run(until: 24 * Self.hours)
        #expect(day.deepest >= 5000)
        let index = Day.jain(day.served)
        #expect(index >= 0.95, "Jain's index of the time on workers is \(index)")
        // No owner's first job waits longer than the others'.
        let firsts = day.waits.compactMap(\.first)
        #expect(firsts.count == 50)
    }

    @Test func `owners who come and go all day wait alike`() {
        var random = Numbers(state: 2)
        let arrivals = allDay(0..<50, each: 30, &random)
        var day = Day(budget: Self.budget, arrivals: arrivals, owners: 50)
        day.run(until: 48 * Self.hours)
        #expect(day.waits.allSatisfy { $0.count == 30 }, "every job has run")
        let slowdowns = day.waits.map { 300 + $0.reduce(0, +) / Double($0.count) }
        #expect(Day.jain(slowdowns) >= 0.95)
    }

    @Test func `one owner's flood does not reach the others`() {
        var random = Numbers(state: 3)
        let quiet = allDay(1..<50, each: 5, &random)
        var calm = Day(budget: Self.budget, arrivals: quiet, owners: 50)
        calm.run(until: 48 * Self.hours)
        let flood = (0..<4000).map { job("flood\($0)", 0, 0, &random) }
        var busy = Day(budget: Self.budget, arrivals: quiet + flood, owners: 50)
        busy.run(until: 48 * Self.hours)
        func longest(_ day: Day) -> Double { day.waits[1...].flatMap { $0 }.max() ?? 0 }
        // What runs already takes ten minutes at most; nobody waits for more of it than that, and for
        // memory until the line is held.
        #expect(longest(busy) <= longest(calm) + 2 * 605 + Self.budget.patience)
    }
}
