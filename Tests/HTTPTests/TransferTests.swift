import HTTP
import Synchronization
import Testing

/// A reader that takes so many bytes a call, and blocks after each.
private final class SlowSink: ByteSink {
    var taken: [UInt8] = []
    let step: Int
    var mayTake = true

    init(step: Int) { self.step = step }

    func send(_ bytes: UnsafeRawBufferPointer, isMoreToCome: Bool) -> Transfer {
        guard mayTake else { return .blocked }
        mayTake = false
        taken += bytes.prefix(step)
        return .moved(min(step, bytes.count))
    }

    func send(file: Int32, offset: Int, length: Int) -> Transfer { .broken }
}

struct TransferTests {
    @Test func `a transfer ends by a stall and by a mean rate, and not before`() {
        var pace = Pace(stall: 10, rate: 100, now: 0)
        #expect(pace.deadline == 10)
        pace.reach(1, now: 9)
        #expect(abs(pace.deadline - 10.01) < 1e-9)
        pace.reach(1000, now: 10)
        #expect(pace.deadline == 20)
        pace.reach(1000, now: 15)
        #expect(pace.deadline == 20, "the same bytes again are no progress")
        pace.reach(100_000, now: 19)
        #expect(pace.deadline == 29)
    }

    @Test func `a slow but honest transfer lives for hours`() {
        var pace = Pace(stall: 20, rate: 128, now: 0)
        for second in 1...20_000 {
            #expect(Double(second) < pace.deadline)
            pace.reach(second * 150, now: Double(second))
        }
    }

    @Test func `keys are told once, in time and never early`() {
        for (count, step) in [(8, 0.125), (512, 0.125), (16, 1.0)] {
            var wheel = TimerWheel(slotSeconds: step, slotCount: count, now: 100)
            var times: [UInt64: Double] = [:]
            for key in UInt64(0)..<50 {
                let time = 100 + Double(key) * 0.31
                let told = wheel.add(key, at: time)
                #expect(told <= max(time, 100) + step)
                times[key] = time
            }
            var now = 100.0
            while now < 130 {
                for key in wheel.advance(to: now) {
                    guard let time = times[key] else {
                        Issue.record("key \(key) came twice")
                        continue
                    }
                    if time > now {
                        // Beyond the wheel's span: it has to be added again.
                        _ = wheel.add(key, at: time)
                        continue
                    }
                    #expect(now - time <= step + 0.1)
                    times[key] = nil
                }
                now += 0.1
            }
            #expect(times.isEmpty)
            #expect(wheel.isEmpty)
        }
    }

    @Test func `an output keeps its order and its place, whatever the reader takes`() {
        for step in [1, 3, 1000] {
            var output = Output()
            output.append(Array("head ".utf8))
            output.append([])
            output.append(Array("body".utf8))
            #expect(output.memory == 9)
            let sink = SlowSink(step: step)
            var turns = 0
            while output.flush(to: sink, budget: 1000) == .blocked {
                sink.mayTake = true
                turns += 1
                #expect(turns < 100)
            }
            #expect(String(decoding: sink.taken, as: UTF8.self) == "head body")
            #expect(output.isEmpty && output.written == 9 && output.memory == 0)
        }
    }

    @Test func `a turn of writing ends at its budget`() {
        var output = Output()
        output.append([UInt8](repeating: 1, count: 100))
        let sink = SlowSink(step: 1000)
        #expect(output.flush(to: sink, budget: 30) == .more)
        #expect(sink.taken.count == 30)
        #expect(output.memory == 70)
    }

    @Test func `a tally holds its bound and forgets what is gone`() {
        var tally = Tally(limit: 2)
        let added = ["a", "a", "b", "a"].map { tally.add($0) }
        #expect(added == [true, true, true, false])
        tally.remove("a")
        let again = tally.add("a")
        #expect(again)
        tally.remove("unknown")
    }

    @Test(arguments: [
        ("10.0.0.9", "X-Forwarded-For: 1.2.3.4", "10.0.0.9"),
        ("127.0.0.1", "X-Forwarded-For: 1.2.3.4", "1.2.3.4"),
        ("127.0.0.1", "X-Forwarded-For: 9.9.9.9, 1.2.3.4", "1.2.3.4"),
        ("127.0.0.1", "X-Forwarded-For: 1.2.3.4, 127.0.0.1", "1.2.3.4"),
        ("127.0.0.1", "X-Forwarded-For: 1.2.3.4:5678", "1.2.3.4"),
        ("127.0.0.1", "X-Forwarded-For: evil, 127.0.0.1", "127.0.0.1"),
        ("127.0.0.1", "X-Forwarded-For: ", "127.0.0.1"),
        ("127.0.0.1", "Forwarded: for=192.0.2.60;proto=http", "192.0.2.60"),
        ("127.0.0.1", "Forwarded: for=\"[2001:db8::1]:47\", for=127.0.0.1", "2001:db8::1"),
        ("127.0.0.1", "Forwarded: for=_hidden", "127.0.0.1"),
        ("127.0.0.1", "Accept: a", "127.0.0.1"),
    ])
    func `the client behind a trusted proxy is known`(
        _ peer: String, _ field: String, _ client: String
    ) {
        let parts = field.split(separator: ": ", maxSplits: 1, omittingEmptySubsequences: false)
        let headers = HTTPHeaders([(String(parts[0]), String(parts[1]))])
        #expect(
            ForwardedAddress.client(headers, peer: peer, trusted: ["127.0.0.1"]) == client)
    }
}
