import Bytes
public import Imaging

/// Results as `.npy` files (version 1.0, C order, little-endian).
public enum NumpyExport {
    /// A label image: int32, shape (height, width).
    public static func labels(_ labels: LabelImage) -> [UInt8] {
        NPY.encode(
            NPYArray(int32: labels.values, shape: [labels.grid.height, labels.grid.width]))
    }

    /// One image in the type its values are held in: shape (height, width).
    ///
    /// - Precondition: one value a pixel.
    public static func image(_ values: PixelValues, grid: PixelGrid) -> [UInt8] {
        precondition(values.count == grid.count, "one value a pixel")
        let shape = [grid.height, grid.width]
        let array =
            switch values {
            case .uint8(let v): NPYArray(uint8: v, shape: shape)
            case .uint16(let v): NPYArray(uint16: v, shape: shape)
            case .uint32(let v): NPYArray(uint32: v, shape: shape)
            case .float32(let v): NPYArray(float32: v, shape: shape)
            case .float64(let v): NPYArray(float64: v, shape: shape)
            }
        return NPY.encode(array)
    }

    /// Colours of a view: uint8, shape (height, width, 3), sRGB.
    ///
    /// - Precondition: three bytes a pixel.
    public static func colors(_ rgb: [UInt8], grid: PixelGrid) -> [UInt8] {
        precondition(rgb.count == 3 * grid.count, "three bytes a pixel")
        return NPY.encode(NPYArray(uint8: rgb, shape: [grid.height, grid.width, 3]))
    }

    /// A matrix: float32, shape (rows, columns).
    ///
    /// - Precondition: rows x columns values, row-major.
    public static func matrix(_ values: [Float], rows: Int, columns: Int) -> [UInt8] {
        precondition(values.count == rows * columns, "rows x columns values")
        return NPY.encode(NPYArray(float32: values, shape: [rows, columns]))
    }
}
