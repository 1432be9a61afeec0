import Foundation
import Kernels
import Synchronization
import Testing

/// Loops by helpers that are kept between them.
struct ParallelTests {
    @Test(arguments: [1, 2, 3, 8, 300])
    func `every index comes once`(threads: Int) {
        Parallel.withThreads(threads) {
            for count in [0, 1, 2, 7, 1_000] {
                var seen = [Int](repeating: 0, count: count)
                seen.withUnsafeMutableBufferPointer { seen in
                    nonisolated(unsafe) let seen = seen
                    Parallel.forEach(count) { seen[$0] += 1 }
                }
                #expect(seen == [Int](repeating: 1, count: count))
            }
        }
    }

    @Test func `loops inside loops inside loops end`() {
        let sum = Atomic<Int>(0)
        Parallel.withThreads(4) {
            Parallel.forEach(9) { a in
                Parallel.forEach(7) { b in
                    Parallel.forEach(5) { c in
                        sum.add(a * 35 + b * 5 + c, ordering: .relaxed)
                    }
                }
            }
        }
        #expect(sum.load(ordering: .relaxed) == (0..<315).reduce(0, +))
    }

    @Test func `many threads start loops at the same time`() {
        let sums = Atomic<Int>(0)
        let group = DispatchGroup()
        for starter in 0..<100 {
            Thread.detachNewThread(in: group) {
                Parallel.withThreads(1 + starter % 4) {
                    for _ in 0..<20 {
                        let sum = Atomic<Int>(0)
                        Parallel.forEach(50) { sum.add($0, ordering: .relaxed) }
                        if sum.load(ordering: .relaxed) == 1_225 {
                            sums.add(1, ordering: .relaxed)
                        }
                    }
                }
            }
        }
        group.wait()
        #expect(sums.load(ordering: .relaxed) == 100 * 20)
    }

    @Test func `a loop starts inside a helper`() {
        // Both pieces of a loop of two threads wait for each other, so one of them is a helper's.
        let arrived = Atomic<Int>(0)
        let sum = Atomic<Int>(0)
        Parallel.withThreads(3) {
            Parallel.forEach(2) { _ in
                arrived.add(1, ordering: .acquiringAndReleasing)
                while arrived.load(ordering: .acquiring) < 2 { usleep(100) }
                Parallel.forEach(40) { sum.add($0, ordering: .relaxed) }
            }
        }
        #expect(sum.load(ordering: .relaxed) == 2 * 780)
    }

    @Test func `loops go on after the helpers have slept`() {
        Parallel.withThreads(2) {
            for _ in 0..<3 {
                let arrived = Atomic<Int>(0)
                // Ends only with a helper.
                Parallel.forEach(2) { _ in
                    arrived.add(1, ordering: .acquiringAndReleasing)
                    while arrived.load(ordering: .acquiring) < 2 { usleep(100) }
                }
                usleep(20_000)
            }
        }
    }

    @Test func `an owner waits for a helper that takes long`() {
        let arrived = Atomic<Int>(0)
        let ended = Atomic<Int>(0)
        let owner = pthread_self()
        Parallel.withThreads(2) {
            Parallel.forEach(2) { _ in
                arrived.add(1, ordering: .acquiringAndReleasing)
                while arrived.load(ordering: .acquiring) < 2 { usleep(100) }
                if pthread_equal(pthread_self(), owner) == 0 { usleep(30_000) }
                ended.add(1, ordering: .relaxed)
            }
        }
        #expect(ended.load(ordering: .relaxed) == 2)
    }

    @Test func `a limit of one thread stays on its thread`() {
        let owner = pthread_self()
        let elsewhere = Atomic<Int>(0)
        Parallel.withThreads(1) {
            Parallel.forEach(1_000) { _ in
                if pthread_equal(pthread_self(), owner) == 0 {
                    elsewhere.add(1, ordering: .relaxed)
                }
            }
        }
        #expect(elsewhere.load(ordering: .relaxed) == 0)
    }

    @Test(arguments: [2, 3, 8])
    func `loops inside loops keep to the limit together`(threads: Int) {
        let now = Atomic<Int>(0)
        let most = Atomic<Int>(0)
        Parallel.withThreads(threads) {
            Parallel.forEach(12) { _ in
                #expect(Parallel.threads == threads)
                Parallel.withThreads(8) {
                    Parallel.forEach(6) { _ in
                        let count = now.add(1, ordering: .relaxed).newValue
                        most.max(count, ordering: .relaxed)
                        usleep(200)
                        now.subtract(1, ordering: .relaxed)
                    }
                }
            }
        }
        #expect((1...threads).contains(most.load(ordering: .relaxed)))
    }

    @Test func `a short loop inside a long piece uses a helper that became free`() {
        let helped = Atomic<Bool>(false)
        Parallel.withThreads(2) {
            Parallel.forEach(2) { piece in
                // Whoever has piece 0 goes on until another thread took part in a loop of its.
                guard piece == 0 else { return }
                let here = pthread_self()
                for _ in 0..<20_000 where !helped.load(ordering: .relaxed) {
                    Parallel.forEach(4) { _ in
                        usleep(50)
                        if pthread_equal(pthread_self(), here) == 0 {
                            helped.store(true, ordering: .relaxed)
                        }
                    }
                }
            }
        }
        let gotHelp = helped.load(ordering: .relaxed)
        #expect(gotHelp)
    }

    @Test func `what a loop wrote is seen after it`() {
        let count = 5_000
        Parallel.withThreads(4) {
            for round in 0..<50 {
                var values = [Int](repeating: 0, count: count)
                values.withUnsafeMutableBufferPointer { values in
                    nonisolated(unsafe) let values = values
                    Parallel.forEachRange(count, grain: 97) { range in
                        for index in range { values[index] = index + round }
                    }
                }
                #expect(values == (0..<count).map { $0 + round })
            }
        }
    }
}

extension Thread {
    /// A thread of its own, with a place in a group.
    fileprivate static func detachNewThread(
        in group: DispatchGroup, _ body: @escaping @Sendable () -> Void
    ) {
        group.enter()
        detachNewThread {
            body()
            group.leave()
        }
    }
}
