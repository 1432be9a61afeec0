import Bytes
import Testing

@Suite struct XMLReaderTests {
    /// The events of a text: `+name key=value` and `-`.
    private static func events(
        _ bytes: [UInt8], attribute: String = "a", limits: XMLLimits = XMLLimits()
    ) throws -> [String] {
        let folder = TemporaryFolder()
        let file = try ReadableFile(path: folder.file(bytes))
        var reader = XMLReader(file, in: 0..<file.size, limits: limits)
        var events: [String] = []
        while let event = try reader.next() {
            switch event {
            case .start(let tag):
                events.append("+\(tag.name)" + (tag[attribute].map { " \($0)" } ?? ""))
            case .end: events.append("-")
            }
        }
        return events
    }

    private static func error(_ text: String, limits: XMLLimits = XMLLimits()) -> XMLError? {
        do {
            _ = try events(Array(text.utf8), limits: limits)
            return nil
        } catch { return error as? XMLError }
    }

    @Test func `elements, attributes, entities, comments and text are read`() throws {
        let text = """
            \u{FEFF}<?xml version="1.0" encoding="UTF-8"?>
            <!-- <x> -- -->
            <n:root xmlns:n='u' a="1 &lt;&gt; &amp;&quot;&apos;&#65;&#x42;">
              <b a='"'/>text &unknown; <![CDATA[<c>]]><d a = "é"></d >
            </n:root>
            <!-- end -->
            """
        #expect(
            try Self.events(Array(text.utf8)) == [
                "+root 1 <> &\"'AB", "+b \"", "-", "+d é", "-", "-",
            ])
    }

    @Test func `ISO-8859-1 is read`() throws {
        var bytes = Array("<?xml version='1.0' encoding='ISO-8859-1'?><r a='".utf8)
        bytes.append(0xFC)
        bytes += "'/>".utf8
        #expect(try Self.events(bytes) == ["+r ü", "-"])
    }

    static let wrong: [(String, Int, String)] = [
        ("", 1, "no element"), ("text", 1, "outside"), ("<a>", 1, "inside an element"),
        ("<a>\n</b>", 2, "ends nothing"), ("<a/><b/>", 1, "second root"), ("<a b=1/>", 1, "quotes"),
        ("<a b/>", 1, "without a value"), ("<a b='1'c='2'/>", 1, "blank"),
        ("<a b='1", 1, "cut off"),
        ("<a b='1' b='2'/>", 1, "twice"), ("<a b='&x;'/>", 1, "entity"),
        ("<a b='&#0;'/>", 1, "entity"),
        ("<!DOCTYPE a [<!ENTITY x 'y'>]><a/>", 1, "DOCTYPE"), ("<a><!ELEMENT b></a>", 1, "DOCTYPE"),
        ("<a><![CDATA[</a>", 1, "cut off"), ("<!-- <a/>", 1, "cut off"), ("<1/>", 1, "name"),
        ("<a b='<'/>", 1, "without an end"), ("<a / >", 1, "/ inside"),
        ("<a>\u{0}</a>", 1, "byte 0"),
        ("<?xml version='1.0' encoding='UTF-16'?><a/>", 1, "utf-16"), ("<a/>x", 1, "outside"),
    ]

    @Test(arguments: wrong.indices)
    func `what is not well-formed is refused with its line`(index: Int) throws {
        let (text, line, says) = Self.wrong[index]
        let error = try #require(Self.error(text))
        #expect(error.line == line && error.description.contains(says), "\(error.description)")
    }

    @Test func `limits of depth, tags and attributes hold`() {
        var limits = XMLLimits()
        limits.depth = 3
        limits.tagSize = 50
        limits.attributes = 2
        #expect(Self.error("<a><a><a/></a></a>", limits: limits) == nil)
        #expect(Self.error("<a><a><a><a/></a></a></a>", limits: limits) != nil)
        #expect(Self.error("<a b='\(String(repeating: "x", count: 60))'/>", limits: limits) != nil)
        #expect(Self.error("<a b='' c=''/>", limits: limits) == nil)
        #expect(Self.error("<a b='' c='' d=''/>", limits: limits) != nil)
        let deep = String(repeating: "<a>", count: 1_000_000)
        #expect(Self.error(deep)?.description.contains("64") == true)
    }

    @Test func `a file larger than a piece is read, and cut off anywhere an error`() throws {
        let body = String(repeating: "<item a=\"value\"/>\n", count: 40_000)
        let text = "<root>\(body)</root>"
        #expect(try Self.events(Array(text.utf8)).count == 80_002)
        for length in stride(from: 0, to: text.utf8.count, by: 97_001) {
            #expect(Self.error(String(text.prefix(length))) != nil)
        }
    }

    @Test func `changed at random it is read or refused`() {
        let text = "<?xml version='1.0'?><r a='&amp;'><b a=\"1\"/><!-- c --><d>t</d></r>"
        var random = Seeded(5)
        var refused = 0
        for _ in 0..<3_000 {
            do { _ = try Self.events(random.mutated(Array(text.utf8))) } catch { refused += 1 }
        }
        #expect(refused > 1_000 && refused < 3_000)
    }
}
