import Bytes

/// A spectrum while its parameters come in.
struct PendingSpectrum {
    private enum Kind { case masses, intensities }

    /// A spectrum, or why there is none.
    enum Outcome {
        case spectrum(Spectrum)
        case problem(String)
    }

    private var x: Int32?
    private var y: Int32?
    private var z: Int32?
    private var masses: SpectrumArray?
    private var intensities: SpectrumArray?
    private var array = SpectrumArray()
    private var kind: Kind?
    private var unread: String?

    /// Most numbers of one array.
    private static let mostNumbers = 1 << 24

    /// Starts an array.
    mutating func beginArray() {
        array = SpectrumArray()
        kind = nil
        unread = nil
    }

    /// Ends an array; answers what is wrong with it.
    mutating func endArray() -> String? {
        switch kind {
        case .masses?:
            if let unread { return unread }
            guard masses == nil else { return "a spectrum with two m/z arrays" }
            masses = array
        case .intensities?:
            if let unread { return unread }
            guard intensities == nil else { return "a spectrum with two intensity arrays" }
            intensities = array
        case nil: break
        }
        return nil
    }

    /// Takes in a parameter of a scan; answers what is wrong with it.
    mutating func takePosition(_ param: ImzMLParam) -> String? {
        guard ["IMS:1000050", "IMS:1000051", "IMS:1000052"].contains(param.accession) else {
            return nil
        }
        // Some writers give whole numbers a decimal point.
        guard let value = Double(param.value), value.rounded() == value, abs(value) <= 1e9 else {
            return "a position is a whole number, found \(printable(param.value, limit: 40))"
        }
        let place = Int32(value)
        switch param.accession {
        case "IMS:1000050": x = place
        case "IMS:1000051": y = place
        default: z = place
        }
        return nil
    }

    /// Takes in a parameter of an array; answers what is wrong with it.
    mutating func takeArray(_ param: ImzMLParam) -> String? {
        switch param.accession {
        case "MS:1000514": kind = .masses
        case "MS:1000515": kind = .intensities
        case "MS:1000521": array.number = .float32
        case "MS:1000523": array.number = .float64
        case "IMS:1100000": array.number = .int8
        case "IMS:1100001": array.number = .int16
        case "MS:1000519", "IMS:1000141": array.number = .int32
        case "MS:1000522", "IMS:1000142": array.number = .int64
        case "MS:1000576": array.isCompressed = false
        case "MS:1000574": array.isCompressed = true
        case "IMS:1000102": return Self.set(&array.offset, param, "an offset")
        case "IMS:1000103": return Self.set(&array.count, param, "an array's length")
        case "IMS:1000104": return Self.set(&array.encodedSize, param, "an encoded length")
        case "MS:1002312", "MS:1002313", "MS:1002314", "MS:1002746", "MS:1002747", "MS:1002748":
            unread = "arrays compressed by MS-Numpress, which is not read; export them with zlib"
        default: break
        }
        return nil
    }

    private static func set(
        _ number: inout Int, _ param: ImzMLParam, _ what: String
    ) -> String? {
        guard let value = Int(param.value), value >= 0 else {
            return "\(what) is a whole number from 0, found \(printable(param.value, limit: 40))"
        }
        number = value
        return nil
    }

    /// The spectrum from its parts.
    func finished() -> Outcome {
        guard let x, let y else { return .problem("it has no position x and y") }
        guard let masses, let intensities else {
            return .problem("it lacks an m/z array or an intensity array")
        }
        for array in [masses, intensities] {
            guard array.number != nil else {
                return .problem("the type of an array's numbers is not given or not known")
            }
            guard array.count <= Self.mostNumbers else {
                return .problem("an array of \(array.count) numbers; most are \(Self.mostNumbers)")
            }
        }
        guard masses.count == intensities.count else {
            return .problem(
                "\(masses.count) m/z values and \(intensities.count) intensities")
        }
        return .spectrum(
            Spectrum(x: x, y: y, z: z ?? 1, masses: masses, intensities: intensities))
    }
}
