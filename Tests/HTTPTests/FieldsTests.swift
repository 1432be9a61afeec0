import HTTP
import Testing

struct FieldsTests {
    @Test func `names are compared without case and order is kept`() {
        var headers = HTTPHeaders([("A", "1"), ("b", "2"), ("a", "3")])
        #expect(headers["a"] == "1, 3")
        #expect(headers.values("A") == ["1", "3"])
        #expect(headers["c"] == nil)
        headers.set("A", "4")
        headers.add("C", "5")
        #expect(headers.fields.map { "\($0.name)\($0.value)" } == ["A4", "b2", "C5"])
        headers.remove("B")
        #expect(headers["b"] == nil)
    }

    @Test(arguments: [
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (951_827_696, "Tue, 29 Feb 2000 12:34:56 GMT"), (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
        (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
    ])
    func `dates are written and read`(_ seconds: Int, _ text: String) {
        #expect(HTTPDate.format(seconds) == text)
        #expect(HTTPDate.parse(text) == seconds)
    }

    @Test func `the two old forms of a date are read`() {
        #expect(HTTPDate.parse("Sunday, 06-Nov-94 08:49:37 GMT") == 784_111_777)
        #expect(HTTPDate.parse("Sun Nov  6 08:49:37 1994") == 784_111_777)
    }

    @Test(arguments: [
        "", "yesterday", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:49:37 PST", "Sun, 06 Nov 99999999999999999999 08:49:37 GMT",
        "Sun, -6 Nov 1994 08:49:37 GMT", "1, 2, 3, 4, 5, 6",
    ])
    func `what is no date is not read`(_ text: String) {
        #expect(HTTPDate.parse(text) == nil)
    }

    @Test(
        arguments: [
            (nil, "application/json"), ("", "application/json"), ("*/*", "application/json"),
            ("text/csv", "text/csv"), ("TEXT/CSV", "text/csv"), ("text/*", "text/csv"),
            ("text/csv;q=0.5, application/json;q=0.4", "text/csv"),
            ("application/json;q=0, */*", "text/csv"), ("*/*;q=0.1, image/png", "image/png"),
            ("text/csv;q=0.5,application/*", "application/json"), ("video/mp4", nil),
            ("application/json;q=0", nil), ("*/*;q=0", nil), ("text/csv;q=1.001", nil),
            ("nonsense", nil), ("text/csv;charset=utf-8", "text/csv"), ("text/csv;charset=x", nil),
            ("*/json", nil), ("a;b=\",\", image/png", "image/png"),
        ] as [(String?, String?)])
    func `the best representation is chosen`(_ accept: String?, _ expected: String?) {
        let offered = ["application/json", "text/csv; charset=utf-8", "image/png"]
        let best = Negotiation.best(of: offered, accept: accept)
        #expect(best == expected.map { $0 == "text/csv" ? "text/csv; charset=utf-8" : $0 })
    }

    @Test func `content codings are taken as the client says`() {
        let cases: [(String?, Bool)] = [
            (nil, false), ("", false), ("gzip", true), ("GZIP;q=0.1", true), ("gzip;q=0", false),
            ("*", true), ("*;q=0", false), ("br, *;q=0.5", true), ("gzip;q=0, *", false),
            ("deflate", false),
        ]
        for (field, expected) in cases {
            #expect(
                Negotiation.accepts(encoding: "gzip", in: field) == expected, "\(field ?? "none")")
        }
    }
}
