import Kernels

/// A nucleus that is to be placed: its type's index (or a zone to be told by place) and its ground.
struct NucleusOrder: Sendable {
    /// How the type is told.
    enum Choice: Sendable, Hashable {
        case type(Int)
        /// A hepatocyte: its type follows from where it comes to lie.
        case hepatocyte
        /// A cultured cell: its type follows from the field it comes to lie in.
        case line
    }

    let choice: Choice
    let ground: Ground.Kind
    /// Whether it lies in the wall of the vein.
    var inVeinWall = false
}

/// How many nuclei of which type are wanted where, in the order of placing.
struct NucleusPlan: Sendable {
    private(set) var orders: [NucleusOrder] = []

    init(
        types: [CellType], anatomy: Anatomy, ground: Ground, style: TissueStyle,
        random: inout Philox
    ) {
        if style.culture {
            add(.line, on: .tissue, wanted(.tissue, ground, style))
            return
        }
        let wall = types.firstIndex { $0.niche == .veinWall }
        if let wall, anatomy.veinRadius > 0 {
            let count = Int(2 * Double.pi * anatomy.veinRadius / 9)
            for _ in 0..<count {
                orders.append(
                    NucleusOrder(choice: .type(wall), ground: .tissue, inVeinWall: true))
            }
        }
        // Large nuclei first: small ones find room between them.
        addBand(.fibrotic, types, ground, style, random: &random)
        addBand(.portal, types, ground, style, random: &random)
        addParenchyma(types, anatomy, ground, style)
    }

    private func wanted(_ kind: Ground.Kind, _ ground: Ground, _ style: TissueStyle) -> Int {
        Int((Double(ground.places(kind).count) * style.density).rounded())
    }

    private mutating func add(_ choice: NucleusOrder.Choice, on kind: Ground.Kind, _ count: Int) {
        for _ in 0..<count { orders.append(NucleusOrder(choice: choice, ground: kind)) }
    }

    private mutating func addParenchyma(
        _ types: [CellType], _ anatomy: Anatomy, _ ground: Ground, _ style: TissueStyle
    ) {
        let count = wanted(.tissue, ground, style)
        let others = types.indices.filter { index in
            switch types[index].niche {
            case .sinusoid: true
            case .fibrotic: ground.places(.fibrotic).isEmpty
            case .inflamed: ground.places(.fibrotic).isEmpty && ground.places(.portal).isEmpty
            case .veinWall: anatomy.veinRadius == 0
            default: false
            }
        }
        let share = others.isEmpty ? 0 : min(0.36, 0.06 + 0.08 * Double(others.count))
        let small = Int((Double(count) * share).rounded())
        add(.hepatocyte, on: .tissue, count - small)
        for index in 0..<small {
            add(.type(others[index % others.count]), on: .tissue, 1)
        }
    }

    /// The fibrotic band or the portal tracts: their own types, with a few strays.
    private mutating func addBand(
        _ kind: Ground.Kind, _ types: [CellType], _ ground: Ground, _ style: TissueStyle,
        random: inout Philox
    ) {
        let count = wanted(kind, ground, style)
        guard count > 0 else { return }
        let own = types.indices.filter {
            types[$0].niche == .inflamed || (kind == .fibrotic && types[$0].niche == .fibrotic)
        }
        for index in 0..<count {
            let stray = own.isEmpty || random.uniformDouble() < 0.08
            add(stray ? .hepatocyte : .type(own[index % own.count]), on: kind, 1)
        }
    }
}
