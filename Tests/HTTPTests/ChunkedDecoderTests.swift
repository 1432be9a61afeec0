import HTTP
import Testing

/// What a decoder makes of a body, in a form that can be compared.
enum Decoded: Equatable {
    case whole(String, consumed: Int)
    case broken
    case needMore(String)

    init(_ pieces: [[UInt8]]) {
        var decoder = ChunkedDecoder()
        var data: [UInt8] = []
        var before = 0
        for piece in pieces {
            var rest = piece[...]
            reading: while !rest.isEmpty {
                switch Array(rest).withUnsafeBufferPointer({ decoder.next($0) }) {
                case .needMore:
                    before += rest.count
                    break reading
                case .data(let skip, let count):
                    data += rest.dropFirst(skip).prefix(count)
                    rest = rest.dropFirst(skip + count)
                    before += skip + count
                case .end(let consumed):
                    self = .whole(Self.text(data), consumed: before + consumed)
                    return
                case .malformed:
                    self = .broken
                    return
                }
            }
        }
        self = .needMore(Self.text(data))
    }

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}

private let bodies: [(String, Decoded)] = [
    ("0\r\n\r\n", .whole("", consumed: 5)),
    ("5\r\nhello\r\n0\r\n\r\nGET", .whole("hello", consumed: 15)),
    ("5\r\nhello\r\n000A\r\n0123456789\r\n0\r\n\r\n", .whole("hello0123456789", consumed: 33)),
    ("a;name=value;b=\"c\"\r\n0123456789\r\n0;x\r\n\r\n", .whole("0123456789", consumed: 39)),
    ("1 ;a\r\nx\r\n0\r\n\r\n", .whole("x", consumed: 14)),
    ("1\r\nx\r\n0\r\nTrailer: a\r\nB: c\r\n\r\n", .whole("x", consumed: 29)),
    ("00000000000000000000001\r\nx\r\n0\r\n\r\n", .whole("x", consumed: 33)),
    ("3\r\nab", .needMore("ab")),
    ("3\r\nabc\r\n0\r\n", .needMore("abc")),
    ("\r\n", .broken),
    ("x\r\n", .broken),
    ("0x5\r\nhello\r\n", .broken),
    ("-1\r\n", .broken),
    ("+5\r\nhello\r\n0\r\n\r\n", .broken),
    (" 5\r\nhello\r\n0\r\n\r\n", .broken),
    ("5 \r\nhello\r\n0\r\n\r\n", .broken),
    ("1;\r\nx\r\n0\r\n\r\n", .broken),
    ("1;;a\r\nx\r\n0\r\n\r\n", .broken),
    ("1;a=\r\nx\r\n0\r\n\r\n", .broken),
    ("1;a=\"b\r\nx\r\n0\r\n\r\n", .broken),
    ("1;a(\r\nx\r\n0\r\n\r\n", .broken),
    ("1;a \r\nx\r\n0\r\n\r\n", .broken),
    ("1 ; a = \"b\\\"\" ;c\r\nx\r\n0\r\n\r\n", .whole("x", consumed: 26)),
    ("0\r\nContent-Length: 5\r\n\r\n", .broken),
    ("0\r\ntransfer-encoding: chunked\r\n\r\n", .broken),
    ("0\r\nHost: b\r\n\r\n", .broken),
    ("5\nhello\r\n0\r\n\r\n", .broken),
    ("5\r\nhello\n0\r\n\r\n", .broken),
    ("5\r\nhello0\r\n\r\n", .broken),
    ("5\r\nhelloXX0\r\n\r\n", .broken),
    ("5\r\nhell\r\n0\r\n\r\n", .broken),
    ("10000000000000000\r\n", .broken),
    ("ffffffffffffffff\r\n", .broken),
    ("8000000000000000\r\n", .broken),
    ("5,\r\nhello\r\n", .broken),
    ("5\r;\nhello\r\n", .broken),
    ("5;\u{0}\r\nhello\r\n", .broken),
    ("0\r\nA : b\r\n\r\n", .broken),
    ("0\r\nA: b\r\n c\r\n\r\n", .broken),
    ("0\r\nA: b\n\r\n", .broken),
    ("0\r\n\n", .broken),
]

struct ChunkedDecoderTests {
    @Test func `decodes or refuses`() {
        for (body, expected) in bodies {
            #expect(Decoded([Array(body.utf8)]) == expected, "\(body.debugDescription)")
        }
    }

    @Test func `every split means the same`() {
        for (body, expected) in bodies {
            let bytes = Array(body.utf8)
            #expect(Decoded(bytes.map { [$0] }) == expected, "byte by byte: \(body)")
            for cut in 0...bytes.count {
                let parts = [Array(bytes[..<cut]), Array(bytes[cut...])]
                #expect(Decoded(parts) == expected, "cut at \(cut): \(body)")
            }
        }
    }

    @Test func `a chunk line and trailers have limits`() {
        let long = "1;" + String(repeating: "a", count: 5000)
        #expect(Decoded([Array(long.utf8)]) == .broken)
        let trailers = "0\r\n" + String(repeating: "A: b\r\n", count: 65)
        #expect(Decoded([Array(trailers.utf8)]) == .broken)
    }
}
