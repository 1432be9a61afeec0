import Bytes
import Foundation
import Ingest

/// Makes small imzML pairs, also wrong ones.
struct ImzMLFixture {
    struct Spectrum {
        var x: Int
        var y: Int
        var z: Int?
        var masses: [Double]
        var intensities: [Double]
    }

    var isContinuous = false
    var isProfile = false
    var isCompressed = false
    /// The terms of the numbers' types.
    var massType = "MS:1000523"
    var intensityType = "MS:1000521"
    var checksum = "SHA-1"
    var spectra: [Spectrum] = []
    var uuid = "00112233-4455-6677-8899-AABBCCDDEEFF"
    /// Changes the XML text.
    var change: (String) -> String = { $0 }

    private static func encoded(_ values: [Double], _ type: String) -> [UInt8] {
        func bytes<T: FixedWidthInteger>(_ number: T) -> [UInt8] {
            withUnsafeBytes(of: number.littleEndian) { Array($0) }
        }
        return values.flatMap { value in
            switch type {
            case "MS:1000521": bytes(Float(value).bitPattern)
            case "MS:1000523": bytes(value.bitPattern)
            case "IMS:1100000": bytes(Int8(value))
            case "IMS:1100001": bytes(Int16(value))
            case "MS:1000519": bytes(Int32(value))
            default: bytes(Int64(value))
            }
        }
    }

    /// The two files.
    func files() -> (xml: [UInt8], ibd: [UInt8]) {
        var ibd: [UInt8] = [0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77]
        ibd += [0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF]
        var list = ""
        var shared: String?
        func array(_ values: [Double], _ type: String, _ group: String) -> String {
            let raw = Self.encoded(values, type)
            let stored = isCompressed ? Deflate.compress(raw) : raw
            defer { ibd += stored }
            return """
                <binaryDataArray encodedLength="0"><referenceableParamGroupRef ref="\(group)"/>
                <cvParam accession="IMS:1000103" value="\(values.count)"/>
                <cvParam accession="IMS:1000102" value="\(ibd.count)"/>
                <cvParam accession="IMS:1000104" value="\(stored.count)"/><binary/></binaryDataArray>
                """
        }
        for (index, spectrum) in spectra.enumerated() {
            let masses =
                isContinuous
                ? shared ?? array(spectrum.masses, massType, "mz")
                : array(spectrum.masses, massType, "mz")
            shared = masses
            let z = spectrum.z.map { "<cvParam accession=\"IMS:1000052\" value=\"\($0)\"/>" } ?? ""
            list += """
                <spectrum id="s\(index)"><cvParam accession="MS:1000129" name="negative scan"/>
                <scanList><scan><cvParam accession="IMS:1000050" value="\(spectrum.x)"/>
                <cvParam accession="IMS:1000051" value="\(spectrum.y)"/>\(z)</scan></scanList>
                <binaryDataArrayList>\(masses)
                \(array(spectrum.intensities, intensityType, "counts"))</binaryDataArrayList>
                </spectrum>
                """
        }
        var sha1 = SHA1()
        sha1.update(ibd)
        var md5 = MD5()
        md5.update(ibd)
        let sum =
            switch checksum {
            case "SHA-1":
                "<cvParam accession=\"IMS:1000091\" value=\"\(Hexadecimal.text(sha1.finalized()).uppercased())\"/>"
            case "MD5":
                "<cvParam accession=\"IMS:1000090\" value=\"\(Hexadecimal.text(md5.finalized()))\"/>"
            default: ""
            }
        let packing = isCompressed ? "MS:1000574" : "MS:1000576"
        let text = """
            <?xml version="1.0" encoding="ISO-8859-1"?>
            <mzML xmlns="http://psi.hupo.org/ms/mzml" version="1.1"><fileDescription><fileContent>
            <cvParam accession="\(isProfile ? "MS:1000128" : "MS:1000127")"/>
            <cvParam accession="IMS:1000080" value="{\(uuid)}"/>\(sum)
            <cvParam accession="\(isContinuous ? "IMS:1000030" : "IMS:1000031")"/>
            </fileContent></fileDescription><referenceableParamGroupList count="2">
            <referenceableParamGroup id="mz"><cvParam accession="MS:1000514"/>
            <cvParam accession="\(massType)"/><cvParam accession="\(packing)"/>
            </referenceableParamGroup><referenceableParamGroup id="counts">
            <cvParam accession="MS:1000515"/><cvParam accession="\(intensityType)"/>
            <cvParam accession="\(packing)"/></referenceableParamGroup>
            </referenceableParamGroupList><scanSettingsList><scanSettings id="a">
            <cvParam accession="IMS:1000046" value="2.5" unitAccession="UO:0000017"/>
            <cvParam accession="IMS:1000047" value="2.5" unitAccession="UO:0000017"/>
            </scanSettings></scanSettingsList><run><spectrumList count="\(spectra.count)">
            \(list)</spectrumList></run></mzML>
            """
        return (Array(change(text).utf8), ibd)
    }

    /// The pair as two files of a form.
    func upload(damage: (inout [UInt8]) -> Void = { _ in }) -> Upload {
        var (xml, ibd) = files()
        damage(&ibd)
        let upload = Upload()
        upload.add("liver.imzML", xml)
        upload.add("liver.ibd", ibd)
        return upload
    }

    /// Four pixels of three ions on one axis.
    static var continuous: ImzMLFixture {
        var fixture = ImzMLFixture(isContinuous: true)
        for (index, place) in [(1, 1), (2, 1), (1, 2), (2, 2)].enumerated() {
            fixture.spectra.append(
                Spectrum(
                    x: place.0, y: place.1, masses: [10.25, 20.5, 30],
                    intensities: [Double(index), 2, Double(index * 300)]))
        }
        return fixture
    }
}
