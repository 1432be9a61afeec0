import Bytes
import Ingest
import Testing

@Suite struct ImzMLErrorTests {
    private static func error(
        _ from: String, _ to: String, kind: ImportError.Kind = .malformed
    ) -> ImportError? {
        var fixture = ImzMLFixture.continuous
        fixture.change = { text in
            let parts = text.split(separator: from, omittingEmptySubsequences: false)
            precondition(parts.count > 1, "\(from) is there")
            return parts.joined(separator: to)
        }
        return fixture.upload().error()
    }

    static let changes: [(String, String, String)] = [
        ("<mzML", "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><mzML", "DOCTYPE"),
        ("</run>", "", "ends nothing"), ("MS:1000521", "MS:1", "type of an array's numbers"),
        ("ref=\"mz\"", "ref=\"other\"", "not there"), ("0011", "0012", "not a pair"),
        ("IMS:1000051", "IMS:9", "no position"), ("MS:1000515", "MS:9", "lacks an m/z array"),
        ("IMS:1000050\" value=\"2\"", "IMS:1000050\" value=\"1\"", "lies where another lies"),
        ("IMS:1000050\" value=\"2\"", "IMS:1000050\" value=\"1.5\"", "whole number"),
        ("IMS:1000103\" value=\"3\"", "IMS:1000103\" value=\"-3\"", "whole number"),
        ("IMS:1000103\" value=\"3\"", "IMS:1000103\" value=\"4000\"", "beyond"),
        ("IMS:1000103\" value=\"3\"", "IMS:1000103\" value=\"9223372036854775807\"", "most are"),
        ("IMS:1000102\" value=\"16\"", "IMS:1000102\" value=\"9223372036854775807\"", "beyond"),
        ("MS:1000576", "MS:1000574", "compressed"), ("MS:1000576", "MS:1002312", "Numpress"),
        ("mzML", "mzXML", "expected mzML"), ("<spectrumList", "<other><", "name"),
    ]

    @Test(arguments: changes.indices)
    func `a wrong description is refused, saying why`(index: Int) throws {
        let (from, to, says) = Self.changes[index]
        let error = try #require(Self.error(from, to))
        #expect(error.kind == .malformed)
        #expect(error.detail.contains(says), "\(error.detail)")
        #expect(error.places.count == (says.contains("another") ? 0 : 1))
    }

    @Test func `spectra too far apart are too large`() {
        let error = Self.error("IMS:1000050\" value=\"2\"", "IMS:1000050\" value=\"9000\"")
        #expect(error?.kind == .tooLarge)
    }

    @Test func `a damaged, short or wrong binary file is refused`() throws {
        let fixture = ImzMLFixture.continuous
        let changed = fixture.upload { $0[40] ^= 1 }
        #expect(changed.error()?.detail.contains("SHA-1") == true)
        let short = fixture.upload { $0.removeLast() }
        #expect(short.error()?.detail.contains("beyond") == true)
        let other = fixture.upload { $0[0] ^= 1 }
        #expect(other.error()?.detail.contains("not a pair") == true)
        #expect(fixture.upload { $0.removeAll() }.error()?.kind == .malformed)
    }

    @Test(arguments: [-1, .nan, .infinity] as [Double])
    func `intensities below zero or not finite are refused`(value: Double) throws {
        var fixture = ImzMLFixture.continuous
        fixture.spectra[2].intensities[1] = value
        let error = try #require(fixture.upload().error())
        #expect(error.detail.contains("spectrum 3 (x 1, y 2)"), "\(error.detail)")
    }

    @Test func `an axis that does not ascend is refused`() throws {
        var fixture = ImzMLFixture.continuous
        for masses in [[10.0, 10, 20], [20, 10, 30], [0, 1, 2], [.nan, 1, 2]] {
            fixture.spectra[0].masses = masses
            #expect(fixture.upload().error()?.detail.contains("expected") == true)
        }
    }

    @Test func `one file of a pair, or two pairs, are refused`() throws {
        let (xml, ibd) = ImzMLFixture.continuous.files()
        for names in [["a.imzML"], ["a.ibd"], ["a.imzML", "a.ibd", "b.imzML", "b.ibd"]] {
            let upload = Upload()
            for name in names { upload.add(name, name.hasSuffix("ibd") ? ibd : xml) }
            #expect(upload.error()?.detail.contains("one .imzML file") == true)
        }
    }

    @Test func `cut off anywhere either file is an error`() throws {
        var fixture = ImzMLFixture.continuous
        fixture.checksum = ""
        let (xml, ibd) = fixture.files()
        func error(_ xml: [UInt8], _ ibd: [UInt8]) -> ImportError? {
            let upload = Upload()
            upload.add("a.imzML", xml)
            upload.add("a.ibd", ibd)
            return upload.error()
        }
        for length in stride(from: 1, to: xml.count, by: 61) {
            #expect(error(Array(xml[..<length]), ibd) != nil)
        }
        for length in 1..<ibd.count { #expect(error(xml, Array(ibd[..<length])) != nil) }
    }

    @Test(arguments: [false, true])
    func `changed at random a pair is read or refused`(isCompressed: Bool) throws {
        var fixture = ImzMLFixture.continuous
        fixture.checksum = ""
        fixture.isCompressed = isCompressed
        fixture.isContinuous = !isCompressed
        let (xml, ibd) = fixture.files()
        var random = Seeded(6)
        var refused = 0
        for round in 0..<800 {
            var files = (xml, ibd)
            func change(_ bytes: inout [UInt8]) {
                for _ in 0..<3 {
                    let place = Int.random(in: 0..<bytes.count, using: &random)
                    bytes[place] = Array("0129-.<>\"/aA".utf8).randomElement(using: &random)!
                }
            }
            if round % 2 == 0 { change(&files.0) } else { change(&files.1) }
            let upload = Upload()
            upload.add("a.imzML", files.0)
            upload.add("a.ibd", files.1)
            refused += upload.error() == nil ? 0 : 1
        }
        #expect(refused > 100)
    }
}
