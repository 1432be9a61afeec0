import Synchronization
import Testing
import Workbench

/// Two clocks that a test sets.
private final class Clocks: Sendable {
    let wall = Atomic<Int64>(1_000_000_000_000)
    let boot = Atomic<Int64>(5_000_000)

    func service(lastSeen: Int64? = nil) -> ServiceClock {
        ServiceClock(
            lastSeen: lastSeen, wall: { self.wall.load(ordering: .relaxed) },
            boot: { self.boot.load(ordering: .relaxed) })
    }

    /// Lets both go on.
    func pass(_ seconds: Int64) {
        wall.add(seconds * 1_000_000, ordering: .relaxed)
        boot.add(seconds * 1_000_000, ordering: .relaxed)
    }

    /// Sets the system's clock.
    func jump(_ seconds: Int64) { wall.add(seconds * 1_000_000, ordering: .relaxed) }

    var now: Int64 { wall.load(ordering: .relaxed) }
}

struct ServiceClockTests {
    @Test func `a clock that goes on as it should is followed`() {
        let clocks = Clocks()
        let clock = clocks.service()
        for _ in 0..<10 {
            clocks.pass(100_000)
            #expect(clock.forRemoving() == clocks.now && clock.forAdmitting() == clocks.now)
        }
    }

    @Test func `corrections of some seconds are followed at once`() {
        let clocks = Clocks()
        let clock = clocks.service()
        for _ in 0..<100 {
            clocks.pass(60)
            clocks.jump(4)
            #expect(clock.forRemoving() == clocks.now && clock.forAdmitting() == clocks.now)
        }
    }

    @Test func `a jump forward removes nothing until it has stood for an hour`() {
        let clocks = Clocks()
        let clock = clocks.service()
        let before = clocks.now
        clocks.jump(30 * 86_400)
        #expect(clock.forRemoving() == before)
        #expect(clock.forAdmitting() == clocks.now, "but lets nobody in for longer")
        clocks.pass(3599)
        #expect(clock.forRemoving() == before + 3_599_000_000)
        clocks.pass(2)
        #expect(clock.forRemoving() == clocks.now)
        clocks.pass(1)
        #expect(clock.forRemoving() == clocks.now && clock.forAdmitting() == clocks.now)
    }

    @Test func `a jump that is taken back leaves nothing behind`() {
        let clocks = Clocks()
        let clock = clocks.service()
        for _ in 0..<5 {
            clocks.jump(1_000_000)
            #expect(clock.forRemoving() == clocks.now - 1_000_000_000_000)
            clocks.pass(1800)
            clocks.jump(-1_000_000)
            #expect(clock.forRemoving() == clocks.now && clock.forAdmitting() == clocks.now)
        }
    }

    @Test func `a jump back lets nobody in again until it has stood for an hour`() {
        let clocks = Clocks()
        let clock = clocks.service()
        let before = clocks.now
        clocks.jump(-86_400)
        #expect(clock.forAdmitting() == before && clock.forRemoving() == clocks.now)
        clocks.pass(3601)
        _ = clock.forAdmitting()
        clocks.pass(1)
        #expect(clock.forAdmitting() == clocks.now && clock.forRemoving() == clocks.now)
    }

    @Test func `a clock that keeps jumping is never believed`() {
        let clocks = Clocks()
        let clock = clocks.service()
        let before = clocks.now
        for count in Int64(1)...20 {
            clocks.jump(100_000)
            clocks.pass(1000)
            #expect(clock.forRemoving() == before + count * 1_000_000_000)
        }
    }

    @Test func `after a restart it goes on from where the service was last seen`() {
        let clocks = Clocks()
        let seen = clocks.now - 7 * 86_400_000_000
        let clock = clocks.service(lastSeen: seen)
        #expect(clock.forRemoving() == seen && clock.forAdmitting() == clocks.now)
        clocks.pass(10)
        #expect(clock.forRemoving(patience: 5) == clocks.now, "a shorter patience")
        #expect(clock.forRemoving() == seen + 10_000_000)
        clocks.pass(3600)
        #expect(clock.forRemoving() == clocks.now)
    }

    @Test func `what was seen in the future does not count`() {
        let clocks = Clocks()
        let clock = clocks.service(lastSeen: clocks.now + 1_000_000_000_000)
        #expect(clock.forRemoving() == clocks.now && clock.forAdmitting() == clocks.now)
    }
}
