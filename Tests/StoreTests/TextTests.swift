import Store
import Testing

struct TextTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000000Z"), (-1, "1969-12-31T23:59:59.999999Z"),
        (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
        (1_709_210_096_123_456, "2024-02-29T12:34:56.123456Z"),
        (4_107_542_399_999_999, "2100-02-28T23:59:59.999999Z"),
        (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"),
        (Int64.max, "9999-12-31T23:59:59.999999Z"), (Int64.min, "0001-01-01T00:00:00.000000Z"),
    ])
    func `an instant is written as RFC 3339 with six decimals`(_ instant: Int64, _ text: String) {
        #expect(Timestamp.text(microseconds: instant) == text)
    }

    @Test func `a later instant sorts after an earlier one`() {
        #expect(Timestamp.now() < Timestamp.now(adding: 1))
        #expect(Timestamp.now(adding: -1) < Timestamp.now(adding: .nan))
        #expect(Timestamp.now(adding: .infinity) > Timestamp.now(adding: 1e9))
    }

    @Test func `identifiers are distinct, of one form, and ascend`() async {
        let many = (0..<5000).map { _ in Identifier.make(prefix: "ds") }
        #expect(many == many.sorted())
        #expect(Set(many).count == 5000)
        let alphabet = Set("0123456789abcdefghjkmnpqrstvwxyz")
        for id in many.prefix(100) {
            #expect(id.count == 29)
            #expect(id.dropFirst(3).allSatisfy { alphabet.contains($0) })
        }
        let others = await withTaskGroup(of: [String].self) { group in
            for _ in 0..<4 {
                group.addTask { (0..<500).map { _ in Identifier.make(prefix: "job") } }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(others).count == 2000)
    }
}
