import Bytes
import Testing

private func parse(_ text: String) throws -> JSON { try JSON.parse(Array(text.utf8)) }

@Test(
    arguments: [
        ("null", JSON.null), (" true ", true), ("-0", 0), ("3.5e2", 350.0), ("1E400x", nil),
        ("\"a\\u00e9\\ud83d\\ude00\\n\"", "aé😀\n"), ("[1, [], {}]", [1, [], [:]]),
        ("{\"b\": 1, \"a\": {\"c\": null}}", ["b": 1, "a": ["c": nil]]),
        ("9223372036854775808", 9.223372036854775808e18),
    ] as [(String, JSON?)])
func `a text is parsed to its value`(text: String, value: JSON?) {
    #expect((try? parse(text)) == value)
}

@Test(arguments: [
    "", "nul", "01", "1.", ".5", "-", "+1", "1e", "[1,]", "[1 2]", "{\"a\" 1}", "{a: 1}",
    "{\"a\":1,}",
    "{\"a\":1,\"a\":2}", "\"\u{1}\"", "\"\\x\"", "\"\\ud800\"", "\"\\udc00\"", "\"abc", "1 2",
    "1e999",
    "\u{FEFF}1", "NaN", "[", "{",
])
func `a text that is not JSON is refused`(text: String) {
    #expect(throws: JSONError.self) { try parse(text) }
}

@Test func `nesting has a limit`() throws {
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: JSONError.self) { try parse(deep) }
    #expect(try parse("[[[1]]]") == [[[1]]])
}

@Test func `invalid UTF-8 in a string is refused`() {
    #expect(throws: JSONError.self) { try JSON.parse([0x22, 0xC3, 0x28, 0x22]) }
}

@Test func `what is written reads back as the same value`() throws {
    let value: JSON = [
        "text": "a\"\\\u{1}\n€", "numbers": [0, -1, 0.1, 1e-300, 12345678.25], "none": nil,
        "empty": [:],
    ]
    #expect(try JSON.parse(value.encoded) == value)
    #expect(try JSON.parse(value.pretty) == value)
    #expect(JSON.double(.nan).text == "null")
    #expect(JSON.double(2).text == "2")
}

@Test func `canonical text does not depend on the order of members`() throws {
    #expect(
        try parse("{\"b\":1,\"a\":2}").canonical.text == parse("{\"a\":2,\"b\":1}").canonical.text)
}

@Test func `a table is written as RFC 4180 with formulas disarmed`() {
    var table = CSVTable(columns: ["label", "mz", "n"])
    table.append([.text("=SUM(A1)"), .double(134.05), .int(-3)])
    table.append([.text("a,\"b\"\n"), .missing, .double(.nan)])
    #expect(
        String(decoding: table.encoded, as: UTF8.self)
            == "label,mz,n\r\n'=SUM(A1),134.05,-3\r\n\"a,\"\"b\"\"\n\",,\r\n")
}
