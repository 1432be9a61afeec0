public import Bytes
public import Imaging

/// Writes images as an imzML 1.1 pair in continuous mode into an archive: one spectrum a pixel on one
/// m/z axis of 64-bit floats (Schramm et al., J. Proteomics 75, 5106, 2012; imzML 1.1.0).
///
/// Spectra come in blocks and are written at once; check sum and UUID are those of the `.ibd` file.
public struct ImzMLWriter {
    private let name: String
    private let grid: PixelGrid
    private let masses: [Double]
    private let type: ImageType
    private let polarity: String?
    private let software: (name: String, version: String)
    private let uuid: [UInt8]
    private var zip: ZipWriter
    private var sha1 = SHA1()
    private var done = 0

    /// Starts a pair.
    ///
    /// - Parameters:
    ///   - name: of both files, without an ending.
    ///   - masses: the m/z axis, ascending.
    ///   - type: of the intensities, one of the two floating-point types.
    ///   - polarity: `positive`, `negative` or nil.
    ///   - seed: text that the UUID is made of: other data, another UUID.
    public init(
        name: String, grid: PixelGrid, masses: [Double], type: ImageType, polarity: String?,
        software: (name: String, version: String), seed: String, into zip: ZipWriter
    ) throws(FileError) {
        precondition(type == .float32 || type == .float64, "a floating-point type")
        (self.name, self.grid, self.masses, self.type) = (name, grid, masses, type)
        (self.polarity, self.software, self.zip) = (polarity, software, zip)
        var hash = SHA256()
        hash.update(Array(seed.utf8))
        var uuid = Array(hash.finalized().prefix(16))
        // RFC 9562, 5.8: a UUID of one's own making.
        uuid[6] = uuid[6] & 0x0F | 0x80
        uuid[8] = uuid[8] & 0x3F | 0x80
        self.uuid = uuid
        try self.zip.begin(name + ".ibd")
        try put(uuid + masses.map(\.bitPattern.littleEndian).withUnsafeBytes { Array($0) })
    }

    /// Adds the spectra of the next pixels.
    ///
    /// - Precondition: they follow those before, with a value a mass.
    public mutating func add(_ block: SpectraBlock) throws(FileError) {
        precondition(block.pixels.lowerBound == done, "the next pixels")
        precondition(block.channels == masses.count, "a value a mass")
        try put(block.bytes)
        done = block.pixels.upperBound
    }

    /// The archive with the pair.
    ///
    /// - Precondition: the spectra of all pixels have been added.
    public mutating func finish() throws(FileError) -> ZipWriter {
        precondition(done == grid.count, "a spectrum a pixel")
        try zip.end()
        try zip.begin(name + ".imzML")
        try zip.write(Array(head.utf8))
        let width = masses.count * type.size
        let start = 16 + 8 * masses.count
        let pieces = spectrum.split(separator: "@", omittingEmptySubsequences: false)
            .map { Array($0.utf8) }
        for row in 0..<grid.height {
            var text: [UInt8] = []
            for x in 0..<grid.width {
                let pixel = row * grid.width + x
                let numbers = [pixel + 1, pixel, x + 1, row + 1, start + pixel * width]
                for place in numbers.indices {
                    text += pieces[place]
                    text += String(numbers[place]).utf8
                }
                text += pieces[numbers.count]
            }
            try zip.write(text)
        }
        try zip.write(Array("    </spectrumList>\n  </run>\n</mzML>\n".utf8))
        try zip.end()
        return zip
    }

    private mutating func put(_ bytes: [UInt8]) throws(FileError) {
        sha1.update(bytes)
        try zip.write(bytes)
    }

    /// The element of a spectrum, an `@` for each of: its number from 1, from 0, x, y, the offset of its
    /// intensities.
    private var spectrum: String {
        """
              <spectrum id="Scan=@" index="@" defaultArrayLength="0">
                <referenceableParamGroupRef ref="spectrum"/>
                <scanList count="1">
                  \(Self.term("MS:1000795", "no combination"))
                  <scan>
                    \(Self.term("IMS:1000050", "position x", "@"))
                    \(Self.term("IMS:1000051", "position y", "@"))
                  </scan>
                </scanList>
                <binaryDataArrayList count="2">
        \(array("mzArray", count: masses.count, offset: "16", size: 8 * masses.count))\
        \(array("intensities", count: masses.count, offset: "@", size: masses.count * type.size))\
                </binaryDataArrayList>
              </spectrum>

        """
    }

    private func array(_ group: String, count: Int, offset: String, size: Int) -> String {
        """
                  <binaryDataArray encodedLength="0">
                    <referenceableParamGroupRef ref="\(group)"/>
                    \(Self.term("IMS:1000103", "external array length", "\(count)"))
                    \(Self.term("IMS:1000104", "external encoded length", "\(size)"))
                    \(Self.term("IMS:1000102", "external offset", offset))
                    <binary/>
                  </binaryDataArray>

        """
    }

    private var head: String {
        let id = Hexadecimal.text(uuid)
        let sum = Hexadecimal.text(sha1.finalized()).uppercased()
        let number =
            type == .float32 ? ("MS:1000521", "32-bit float") : ("MS:1000523", "64-bit float")
        let sign =
            switch polarity {
            case "positive": "\n      " + Self.term("MS:1000130", "positive scan")
            case "negative": "\n      " + Self.term("MS:1000129", "negative scan")
            default: ""
            }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <mzML xmlns="http://psi.hupo.org/ms/mzml" version="1.1">
              <cvList count="3">
                <cv id="MS" fullName="Proteomics Standards Initiative Mass Spectrometry Ontology" URI="http://psidev.info/ms/mzML/psi-ms.obo"/>
                <cv id="UO" fullName="Unit Ontology" URI="http://ontologies.berkeleybop.org/uo.obo"/>
                <cv id="IMS" fullName="Mass Spectrometry Imaging Ontology" URI="https://raw.githubusercontent.com/imzML/imzML/master/imagingMS.obo"/>
              </cvList>
              <fileDescription>
                <fileContent>
                  \(Self.term("MS:1000579", "MS1 spectrum"))
                  \(Self.term("MS:1000127", "centroid spectrum"))
                  \(Self.term("IMS:1000030", "continuous"))
                  \(Self.term("IMS:1000080", "universally unique identifier", "{\(id)}"))
                  \(Self.term("IMS:1000091", "ibd SHA-1", sum))
                </fileContent>
              </fileDescription>
              <referenceableParamGroupList count="3">
                <referenceableParamGroup id="mzArray">
                  \(Self.term("MS:1000576", "no compression"))
                  <cvParam cvRef="MS" accession="MS:1000514" name="m/z array" value="" unitCvRef="MS" unitAccession="MS:1000040" unitName="m/z"/>
                  \(Self.term("MS:1000523", "64-bit float"))
                  \(Self.term("IMS:1000101", "external data", "true"))
                </referenceableParamGroup>
                <referenceableParamGroup id="intensities">
                  \(Self.term("MS:1000576", "no compression"))
                  <cvParam cvRef="MS" accession="MS:1000515" name="intensity array" value="" unitCvRef="MS" unitAccession="MS:1000131" unitName="number of detector counts"/>
                  \(Self.term(number.0, number.1))
                  \(Self.term("IMS:1000101", "external data", "true"))
                </referenceableParamGroup>
                <referenceableParamGroup id="spectrum">
                  \(Self.term("MS:1000579", "MS1 spectrum"))
                  \(Self.term("MS:1000511", "ms level", "1"))
                  \(Self.term("MS:1000127", "centroid spectrum"))\(sign)
                </referenceableParamGroup>
              </referenceableParamGroupList>
              <softwareList count="1">
                <software id="software" version="\(XMLText.escaped(software.version))">
                  \(Self.term("MS:1000799", "custom unreleased software tool", software.name))
                </software>
              </softwareList>
              <scanSettingsList count="1">
                <scanSettings id="scanSettings">
                  \(Self.term("IMS:1000401", "top down"))
                  \(Self.term("IMS:1000413", "flyback"))
                  \(Self.term("IMS:1000480", "horizontal line scan"))
                  \(Self.term("IMS:1000491", "linescan left right"))
                  \(Self.term("IMS:1000042", "max count of pixels x", "\(grid.width)"))
                  \(Self.term("IMS:1000043", "max count of pixels y", "\(grid.height)"))\(sizes)
                </scanSettings>
              </scanSettingsList>
              <instrumentConfigurationList count="1">
                <instrumentConfiguration id="instrument">
                  \(Self.term("MS:1000031", "instrument model"))
                </instrumentConfiguration>
              </instrumentConfigurationList>
              <dataProcessingList count="1">
                <dataProcessing id="export">
                  <processingMethod order="0" softwareRef="software">
                    \(Self.term("MS:1000544", "Conversion to mzML"))
                  </processingMethod>
                </dataProcessing>
              </dataProcessingList>
              <run id="run" defaultInstrumentConfigurationRef="instrument">
                <spectrumList count="\(grid.count)" defaultDataProcessingRef="export">

            """
    }

    /// The terms of the pixel's size, where it is known.
    private var sizes: String {
        guard let size = grid.pixelSizeMicrometres else { return "" }
        func term(_ accession: String, _ name: String, _ value: Double) -> String {
            "\n      <cvParam cvRef=\"IMS\" accession=\"\(accession)\" name=\"\(name)\" value=\"\(value)\""
                + " unitCvRef=\"UO\" unitAccession=\"UO:0000017\" unitName=\"micrometer\"/>"
        }
        return term("IMS:1000044", "max dimension x", size * Double(grid.width))
            + term("IMS:1000045", "max dimension y", size * Double(grid.height))
            + term("IMS:1000046", "pixel size (x)", size)
            + term("IMS:1000047", "pixel size y", size)
    }

    private static func term(_ accession: String, _ name: String, _ value: String = "") -> String {
        let vocabulary = accession.prefix { $0 != ":" }
        return "<cvParam cvRef=\"\(vocabulary)\" accession=\"\(accession)\" name=\"\(name)\""
            + " value=\"\(XMLText.escaped(value))\"/>"
    }
}
