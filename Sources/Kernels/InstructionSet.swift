import KernelsBase

#if arch(x86_64)
    import KernelsAVX2
#endif

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Which compilation of the inner loops this process uses.
///
/// Results of the two differ in the last bits, so results tell the name as part of where they come from.
public enum InstructionSet {
    /// `avx2` (x86-64-v3) or `base` (every processor; also by `SEAM_KERNELS=base`).
    public static var name: String { active.name }

    static let active = choose()

    private static func choose() -> KernelTable {
        #if arch(x86_64)
            let forced = getenv("SEAM_KERNELS").map { String(cString: $0) }
            if forced != "base", hasWideVectors() { return .avx2 }
        #endif
        return .base
    }

    #if arch(x86_64)
        /// Whether the processor and the system have what x86-64-v3 needs, by Linux's list.
        private static func hasWideVectors() -> Bool {
            guard let file = fopen("/proc/cpuinfo", "r") else { return false }
            defer { fclose(file) }
            var line = [CChar](repeating: 0, count: 16_384)
            while fgets(&line, Int32(line.count), file) != nil {
                let text = String(
                    decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                guard text.hasPrefix("flags") else { continue }
                let flags = Set(text.split { $0 == " " || $0 == "\n" || $0 == "\t" })
                return ["avx2", "fma", "bmi1", "bmi2", "f16c", "movbe", "abm"]
                    .allSatisfy { flags.contains($0) }
            }
            return false
        }
    #endif
}

/// The inner loops of one compilation.
struct KernelTable: Sendable {
    let name: String
    let tileRows: Int
    let tileColumns: Int
    let product:
        @Sendable (
            Int, Int, Int, Float, UnsafePointer<Float>, UnsafePointer<Float>,
            UnsafeMutablePointer<Float>, Int
        ) -> Void
    let productInPlace:
        @Sendable (
            Int, Int, Int, Float, UnsafePointer<Float>, Int, Int, Int, UnsafePointer<Float>,
            UnsafeMutablePointer<Float>, Int, Bool
        ) -> Void
    let doubleTileColumns: Int
    let doubleProduct:
        @Sendable (
            Int, Int, Int, Double, UnsafePointer<Double>, UnsafePointer<Double>,
            UnsafeMutablePointer<Double>, Int
        ) -> Void
    let symmetricColumn:
        @Sendable (
            UnsafePointer<Double>, UnsafePointer<Double>, UnsafeMutablePointer<Double>, Double, Int
        ) -> Double
    let subtractTwo:
        @Sendable (
            UnsafeMutablePointer<Double>, UnsafePointer<Double>, UnsafePointer<Double>, Double,
            Double, Int
        ) -> Void
    let philox:
        @Sendable (
            UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, Int, UnsafeMutablePointer<UInt32>
        ) -> Void
    let uniforms: @Sendable (UnsafePointer<UInt32>, UnsafeMutablePointer<Float>, Int) -> Void
    let normals: @Sendable (UnsafeMutablePointer<Float>, Int) -> Void
    let scan:
        @Sendable (
            UnsafePointer<Float>, UnsafePointer<Float>, Int, Float, UnsafeMutablePointer<Int32>
        ) -> Int
    let squaredDistance: @Sendable (UnsafePointer<Float>, UnsafePointer<Float>, Int) -> Float
    let exp: @Sendable (UnsafeMutablePointer<Float>, Int) -> Void
    let log: @Sendable (UnsafeMutablePointer<Float>, Int) -> Void
    let sigmoid: @Sendable (UnsafeMutablePointer<Float>, Int) -> Void
    let softplus: @Sendable (UnsafeMutablePointer<Float>, Int) -> Void

    static let base = KernelTable(
        name: "base", tileRows: KernelsBase.MicroKernels.tileRows,
        tileColumns: KernelsBase.MicroKernels.tileColumns,
        product: {
            KernelsBase.MicroKernels.product(
                rows: $0, columns: $1, depth: $2, alpha: $3, a: $4, b: $5, c: $6, stride: $7)
        },
        productInPlace: KernelsBase.MicroKernels.product(
            rows:columns:depth:alpha:a:panel:line:step:b:c:stride:adding:),
        doubleTileColumns: KernelsBase.MicroKernels.doubleTileColumns,
        doubleProduct: {
            KernelsBase.MicroKernels.product(
                rows: $0, columns: $1, depth: $2, alpha: $3, a: $4, b: $5, c: $6, stride: $7)
        },
        symmetricColumn: KernelsBase.MicroKernels.symmetricColumn,
        subtractTwo: KernelsBase.MicroKernels.subtractTwo,
        philox: KernelsBase.MicroKernels.philox,
        uniforms: KernelsBase.MicroKernels.uniforms,
        normals: KernelsBase.MicroKernels.normals,
        scan: KernelsBase.MicroKernels.scan,
        squaredDistance: KernelsBase.MicroKernels.squaredDistance,
        exp: KernelsBase.MicroKernels.exp, log: KernelsBase.MicroKernels.log,
        sigmoid: KernelsBase.MicroKernels.sigmoid, softplus: KernelsBase.MicroKernels.softplus)

    #if arch(x86_64)
        static let avx2 = KernelTable(
            name: "avx2", tileRows: KernelsAVX2.MicroKernels.tileRows,
            tileColumns: KernelsAVX2.MicroKernels.tileColumns,
            product: {
                KernelsAVX2.MicroKernels.product(
                    rows: $0, columns: $1, depth: $2, alpha: $3, a: $4, b: $5, c: $6, stride: $7)
            },
            productInPlace: KernelsAVX2.MicroKernels.product(
                rows:columns:depth:alpha:a:panel:line:step:b:c:stride:adding:),
            doubleTileColumns: KernelsAVX2.MicroKernels.doubleTileColumns,
            doubleProduct: {
                KernelsAVX2.MicroKernels.product(
                    rows: $0, columns: $1, depth: $2, alpha: $3, a: $4, b: $5, c: $6, stride: $7)
            },
            symmetricColumn: KernelsAVX2.MicroKernels.symmetricColumn,
            subtractTwo: KernelsAVX2.MicroKernels.subtractTwo,
            philox: KernelsAVX2.MicroKernels.philox,
            uniforms: KernelsAVX2.MicroKernels.uniforms,
            normals: KernelsAVX2.MicroKernels.normals,
            scan: KernelsAVX2.MicroKernels.scan,
            squaredDistance: KernelsAVX2.MicroKernels.squaredDistance,
            exp: KernelsAVX2.MicroKernels.exp, log: KernelsAVX2.MicroKernels.log,
            sigmoid: KernelsAVX2.MicroKernels.sigmoid, softplus: KernelsAVX2.MicroKernels.softplus)
    #endif
}
