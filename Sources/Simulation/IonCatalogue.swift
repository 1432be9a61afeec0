#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif
import Kernels

/// The ions of a section: their masses, their abundance and how they follow nuclei, vein and band.
struct IonCatalogue: Sendable {
    /// m/z with two decimals, ascending.
    private(set) var mz: [Double] = []
    /// Expected count in cytoplasm far from everything.
    private(set) var base: [Double] = []
    /// Excess in nuclei: 0 for an ion that is not nuclear, 2 for three times the cytoplasm.
    private(set) var nuclear: [Double] = []
    /// Logarithmic change at the wall of the vein.
    private(set) var zonation: [Double] = []
    /// Logarithmic change in the fibrotic band.
    private(set) var fibrosis: [Double] = []
    /// Share of the cytoplasm's signal that bare ground gives.
    private(set) var bare: [Double] = []
    /// Index of adenine, m/z 134.05.
    private(set) var adenine = 0

    /// Fragments of nucleic acids in negative mode, the most telling first: adenine, phosphates,
    /// the other bases and their fragments.
    private static let nucleicAcid: [Double] = [
        134.05, 78.96, 158.93, 62.96, 96.97, 106.03, 66.01, 92.03, 107.04, 65.01, 90.01, 133.04,
        64.01, 110.04, 111.02, 125.04, 150.04, 176.94, 128.03, 181.01, 195.01,
    ]

    init(count: Int, seed: UInt64) {
        var random = Stage.catalogue.stream(seed)
        let nucleic = Self.nucleicAcid.prefix(max(3, min(Self.nucleicAcid.count, count / 3)))
        mz = Self.masses(count, with: Array(nucleic), random: &random)
        adenine = mz.firstIndex(of: 134.05) ?? 0
        let nuclearMasses = Set(nucleic)
        base = Self.abundances(count, random: &random)
        for index in 0..<count {
            let isNuclear = nuclearMasses.contains(mz[index])
            if isNuclear { base[index] = 0.95 * exp(0.75 * random.normal(within: 1.8)) }
            nuclear.append(isNuclear ? random.uniform(1.4, 2.7) : 0)
            let zoned = random.uniformDouble() < 0.35 && !isNuclear
            zonation.append(
                (zoned ? 0.5 : 0.08) * random.normal(within: 2.2))
            let fibrous = random.uniformDouble() < 0.45 && !isNuclear
            fibrosis.append((fibrous ? 0.5 : 0.15) * random.normal(within: 2.2) - 0.25)
            bare.append(0.27 * exp(0.45 * random.normal(within: 2)))
        }
        base[adenine] = 2.35
        nuclear[adenine] = 2.4
    }

    /// Distinct masses of 50...500: the wanted ones and others, denser at low mass, each with the mass
    /// defect of an oxygen-rich or of a hydrogen-rich ion.
    private static func masses(
        _ count: Int, with wanted: [Double], random: inout Philox
    ) -> [Double] {
        var hundredths = Set(wanted.map { Int(($0 * 100).rounded()) })
        let nominal = Set(wanted.map { Int($0.rounded()) })
        while hundredths.count < count {
            let mass = 50 + 440 * random.uniformDouble() * (0.35 + 0.65 * random.uniformDouble())
            let whole = Int(mass)
            let hydrogenRich = random.uniformDouble() < 0.6
            let defect = (hydrogenRich ? 0.0008 : 0.0002) * Double(whole) + 0.012 * random.normal()
            let value = Int(((Double(whole) + max(defect, 0)) * 100).rounded())
            let near = nominal.contains(Int((Double(value) / 100).rounded()))
            if !near || random.uniformDouble() < 0.1 {
                if (-2...2).allSatisfy({ !hundredths.contains(value + $0) }) {
                    hundredths.insert(value)
                }
            }
        }
        return hundredths.sorted().map { Double($0) / 100 }
    }

    /// Log-normal abundances, one from each of `count` equal slices of probability in random order, so
    /// that every section has about the same total.
    private static func abundances(_ count: Int, random: inout Philox) -> [Double] {
        var draws = (0..<20 * count).map { _ in random.normal(within: 2.6) }
        draws.sort()
        var values = (0..<count).map { 0.8 * exp(1.15 * draws[20 * $0 + 10]) }
        for index in stride(from: count - 1, to: 0, by: -1) {
            values.swapAt(index, random.index(below: index + 1))
        }
        return values
    }
}
