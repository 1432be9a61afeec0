import Glibc
import HTTP
import Testing

/// Random and mutated bytes: nothing may trap, and no split may change the outcome.
struct ParserFuzzTests {
    private static let fragments: [String] = [
        "GET", " ", "/", "HTTP/1.1", "HTTP/1.0", "\r\n", "\n", "\r", ":", "Host", "a", "[::1]",
        "Content-Length", "Transfer-Encoding", "chunked", "0", "ffffffffffffffff", "%2e", "%00",
        "%", "..", "?", "&", "=", "+", ",", ";", "\"", "\t", "\u{0}", "é", "Expect: 100-continue",
        "*", "http://", "Connection: close\r\n", "5\r\nhello\r\n", "0\r\n\r\n", "#",
    ]

    private static let seeds = [
        "GET /a%20b/../c?x=1&y=2 HTTP/1.1\r\nHost: a:80\r\nAccept: */*\r\n\r\n",
        "POST http://a/b HTTP/1.1\r\nHost: [::1]\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\n",
        "PUT / HTTP/1.0\r\nContent-Length: 12\r\nConnection: keep-alive\r\n\r\n",
    ]

    /// `SEAM_FUZZ_CASES` sets how many; the seed of each case is its number.
    private static let cases =
        getenv("SEAM_FUZZ_CASES").flatMap { Int(String(cString: $0)) } ?? 20_000

    @Test func `no head traps the parser, whatever its pieces`() {
        for number in 0..<Self.cases {
            var generator = TestGenerator(state: UInt64(number))
            let bytes = Self.makeBytes(&generator)
            let whole = Parsed([bytes])
            let pieces = Self.cut(bytes, &generator)
            let parts = Parsed(pieces)
            if whole != parts {
                Issue.record("case \(number): \(whole) but \(parts) in pieces")
                return
            }
        }
    }

    @Test func `no body traps the chunked decoder, whatever its pieces`() {
        for number in 0..<Self.cases {
            var generator = TestGenerator(state: UInt64(number) &+ 1 << 40)
            var bytes = Self.makeBytes(&generator)
            if number % 2 == 0 {
                bytes = Array("5\r\nhello\r\n3;x\r\nabc\r\n0\r\nA: b\r\n\r\n".utf8)
                Self.mutate(&bytes, &generator)
            }
            let whole = Decoded([bytes])
            let pieces = Self.cut(bytes, &generator)
            let parts = Decoded(pieces)
            if whole != parts {
                Issue.record("case \(number): \(whole) but \(parts) in pieces")
                return
            }
        }
    }

    @Test func `no connection traps the session, whatever its pieces`() {
        var limits = Session.Limits()
        limits.bufferedBody = 16
        limits.drain = 8
        limits.maximumBody = 64
        for number in 0..<Self.cases {
            var generator = TestGenerator(state: UInt64(number) &+ 1 << 41)
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                bytes += Self.makeBytes(&generator)
                if Bool.random(using: &generator) {
                    bytes += Array("GET /z HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
                }
            }
            let words = { (pieces: [[UInt8]]) in
                sessionWords(pieces, limits: limits, ends: true)
                    .filter { $0 != "continue" }.map { $0.prefix { $0 != "=" } }
            }
            let pieces = Self.cut(bytes, &generator)
            // A body that goes to its handler takes with it what happens to be there.
            let (whole, parts) = (words([bytes]), words(pieces.isEmpty ? [[]] : pieces))
            if whole != parts {
                Issue.record("case \(number): \(whole) but \(parts) in pieces")
                return
            }
        }
    }

    private static func makeBytes(_ generator: inout TestGenerator) -> [UInt8] {
        if Bool.random(using: &generator) {
            let count = Int.random(in: 0..<24, using: &generator)
            return (0..<count).flatMap { _ in
                Array((fragments.randomElement(using: &generator) ?? "").utf8)
            }
        }
        var bytes = Array((seeds.randomElement(using: &generator) ?? "").utf8)
        mutate(&bytes, &generator)
        return bytes
    }

    private static func mutate(_ bytes: inout [UInt8], _ generator: inout TestGenerator) {
        for _ in 0..<Int.random(in: 0..<4, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes.insert(.random(in: 0...255, using: &generator), at: place)
            case 1 where place < bytes.count: bytes.remove(at: place)
            case 2 where place < bytes.count:
                bytes[place] = .random(in: 0...255, using: &generator)
            default:
                let piece = fragments.randomElement(using: &generator) ?? ""
                bytes.insert(contentsOf: Array(piece.utf8), at: place)
            }
        }
    }

    private static func cut(
        _ bytes: [UInt8], _ generator: inout TestGenerator
    ) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var start = 0
        while start < bytes.count {
            let count = min(Int.random(in: 1...8, using: &generator), bytes.count - start)
            pieces.append(Array(bytes[start..<start + count]))
            start += count
        }
        return pieces
    }
}
