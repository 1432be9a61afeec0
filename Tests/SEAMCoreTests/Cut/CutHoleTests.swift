import SEAMCore
import Testing

@Suite("SIMS-Cut: holes")
struct CutHoleTests {
    /// Draws a mask of digits and dots, fills its holes and draws it again.
    private func filled(_ rows: [String], largest: Int = .max) -> [String] {
        let width = rows[0].count
        var labels = rows.joined().map { Int32(String($0)) ?? 0 }
        let count = Int(labels.max() ?? 0)
        let before = labels.count { $0 == 0 }
        let number = HoleFilling.fill(
            &labels, count: count, width: width, height: rows.count, largest: largest)
        #expect(number == before - labels.count { $0 == 0 })
        return stride(from: 0, to: labels.count, by: width).map { start in
            labels[start..<start + width].map { $0 == 0 ? "." : String($0) }.joined()
        }
    }

    @Test func `a hole in one nucleus is filled`() {
        #expect(
            filled([".1111.", "11.111", "111111", "11..11", ".1111."])
                == [".1111.", "111111", "111111", "111111", ".1111."])
    }

    @Test func `what two nuclei enclose together stays open`() {
        let rows = ["111222", "11.222", "111222"]
        #expect(filled(rows) == rows)
    }

    @Test func `what reaches the edge of the image is no hole`() {
        let rows = ["11.1", "1..1", "1111"]
        #expect(filled(rows) == rows)
    }

    @Test func `a hole above a quarter of the nucleus is tissue`() {
        #expect(filled(["111", "1.1", "111"]) == ["111", "111", "111"])
        let ring = ["11111", "1...1", "1...1", "11111"]
        #expect(filled(ring) == ring)
    }

    @Test func `a corner is no way out`() {
        #expect(
            filled([".1111", "1.111", "11111", "11111"])
                == [".1111", "11111", "11111", "11111"])
    }

    @Test func `no nucleus grows above the largest area`() {
        let rows = ["11111", "1.1.1", "11111"]
        #expect(filled(rows, largest: 13) == rows)
        #expect(filled(rows, largest: 14) == ["11111", "111.1", "11111"])
        #expect(filled(rows, largest: 15) == ["11111", "11111", "11111"])
    }

    @Test func `a mask without nuclei stays empty`() {
        #expect(filled(["...", "..."]) == ["...", "..."])
    }
}
