#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif
import Kernels

/// What tells the types of nuclei apart: fold changes, and ions that are there in some nuclei only.
struct TypeSignatures: Sendable {
    /// Mean fold change of an ion inside the nuclei of a type against no type: `fold[type][ion]`.
    private(set) var fold: [[Double]]
    /// For an ion a type holds in two states: half of its nuclei have 1 + b times the mean, half
    /// 1 - b; 0 elsewhere. `bimodal[type][ion]`.
    private(set) var bimodal: [[Double]]

    init(types: [CellType], catalogue: IonCatalogue, parameters: SectionParameters) {
        let ions = catalogue.mz.count
        fold = [[Double]](repeating: [Double](repeating: 1, count: ions), count: types.count)
        bimodal = fold.map { $0.map { _ in 0 } }
        let plain = (0..<ions).filter { catalogue.nuclear[$0] == 0 }
        let programme = max(1, ions / 25)
        addShared(types, plain: plain, count: programme, seed: parameters.seed)
        for type in types.indices {
            var random = Stage.signatures.stream(parameters.seed, type + 1)
            addOwn(type, plain: plain, nuclear: catalogue.nuclear, ions: ions, random: &random)
            if parameters.bimodal {
                for _ in 0..<max(1, ions / 50) {
                    let ion = plain[random.index(below: plain.count)]
                    bimodal[type][ion] = random.uniform(0.55, 0.85)
                }
            }
            for ion in 0..<ions where fold[type][ion] != 1 {
                fold[type][ion] = exp(parameters.effect * log(fold[type][ion]))
            }
        }
    }

    /// Ions that hepatocytes share, and ions that all other cells share.
    private mutating func addShared(_ types: [CellType], plain: [Int], count: Int, seed: UInt64) {
        var random = Stage.signatures.stream(seed)
        let chosen = (0..<2 * count).map { _ in plain[random.index(below: plain.count)] }
        let strength = (0..<2 * count).map { _ in random.uniform(1.35, 2) }
        for type in types.indices {
            if case .field = types[type].niche { continue }
            let hepatic = if case .parenchyma = types[type].niche { true } else { false }
            for index in hepatic ? 0..<count : count..<2 * count {
                fold[type][chosen[index]] = strength[index]
            }
        }
    }

    private mutating func addOwn(
        _ type: Int, plain: [Int], nuclear: [Double], ions: Int, random: inout Philox
    ) {
        for ion in 0..<ions where nuclear[ion] > 0 || random.uniformDouble() < 0.08 {
            fold[type][ion] *= exp(0.08 * random.normal(within: 2.5))
        }
        for _ in 0..<max(5, ions / 20) {
            fold[type][plain[random.index(below: plain.count)]] = exp(random.uniform(0.42, 0.98))
        }
        for _ in 0..<max(2, ions / 40) {
            fold[type][plain[random.index(below: plain.count)]] = exp(-random.uniform(0.4, 1.2))
        }
    }
}
