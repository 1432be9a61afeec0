import Dispatch
import Jobs
import Synchronization
import Testing

struct ChangeSignalTests {
    private struct Refusal: Error {}

    @Test func `a condition that holds needs no wait`() {
        #expect(ChangeSignal().wait(for: "x", seconds: 0) { true })
        #expect(ChangeSignal().wait(for: "x", seconds: -1) { false } == false)
        #expect(ChangeSignal().wait(for: "x", seconds: .nan) { false } == false)
    }

    @Test func `a wait ends when its time is up`() {
        let signal = ChangeSignal()
        let before = DispatchTime.now().uptimeNanoseconds
        #expect(signal.wait(for: "x", seconds: 0.1) { false } == false)
        let waited = Double(DispatchTime.now().uptimeNanoseconds - before) / 1e9
        #expect(waited >= 0.1 && waited < 3)
        #expect(signal.waiterCount == 0)
    }

    @Test func `a waiter is woken by its own identifier only`() {
        let signal = ChangeSignal()
        let looks = Atomic<Int>(0)
        let value = Atomic<Bool>(false)
        let done = DispatchSemaphore(value: 0)
        DispatchQueue.global().async {
            let held = signal.wait(for: "x", seconds: 20) {
                looks.add(1, ordering: .sequentiallyConsistent)
                return value.load(ordering: .sequentiallyConsistent)
            }
            #expect(held)
            done.signal()
        }
        while looks.load(ordering: .sequentiallyConsistent) == 0 {}
        for _ in 0..<100 { signal.notify("y") }
        #expect(looks.load(ordering: .sequentiallyConsistent) == 1)
        value.store(true, ordering: .sequentiallyConsistent)
        signal.notify("x")
        #expect(done.wait(timeout: .now() + 10) == .success)
    }

    @Test func `an error of the condition comes through and leaves nobody registered`() {
        let signal = ChangeSignal()
        #expect(throws: Refusal.self) {
            try signal.wait(for: "x", seconds: 5) { () throws(Refusal) in throw Refusal() }
        }
        #expect(signal.waiterCount == 0)
    }

    @Test func `no wake-up is lost between many waiters and many changes`() {
        let signal = ChangeSignal()
        let rounds = 2000
        let turn = Atomic<Int>(0)
        let done = DispatchSemaphore(value: 0)
        // Two threads hand a number to and fro; one lost wake-up would end in the time limit.
        for parity in 0..<2 {
            DispatchQueue.global().async {
                for round in stride(from: parity, to: rounds, by: 2) {
                    let mine = signal.wait(for: "turn", seconds: 20) {
                        turn.load(ordering: .sequentiallyConsistent) == round
                    }
                    guard mine else { break }
                    turn.add(1, ordering: .sequentiallyConsistent)
                    signal.notify("turn")
                }
                done.signal()
            }
        }
        for _ in 0..<2 { #expect(done.wait(timeout: .now() + 25) == .success) }
        #expect(turn.load(ordering: .sequentiallyConsistent) == rounds)
    }

    @Test func `everybody can be woken at once`() {
        let signal = ChangeSignal()
        let ending = Atomic<Bool>(false)
        let done = DispatchSemaphore(value: 0)
        for index in 0..<5 {
            DispatchQueue.global().async {
                _ = signal.wait(for: "\(index)", seconds: 20) {
                    ending.load(ordering: .sequentiallyConsistent)
                }
                done.signal()
            }
        }
        ending.store(true, ordering: .sequentiallyConsistent)
        for _ in 0..<5 {
            signal.notifyAll()
        }
        // Those that begin to wait after this find the condition true.
        for _ in 0..<5 { #expect(done.wait(timeout: .now() + 10) == .success) }
    }
}
