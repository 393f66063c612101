import CKernels

/// A dense row-major array: a shape over shared, immutable storage.
///
/// Pictures are `[batch, height, width, channels]`, sequences `[batch, tokens, channels]`. Networks compute on
/// `.float32` tensors; other element types come from files and are converted once. Shapes that do not fit are
/// programming errors and stop the program; file contents are checked where they are read.
public struct Tensor: Sendable {
    public let shape: [Int]
    public let dtype: DType
    let storage: TensorStorage
    private let byteOffset: Int

    init(storage: TensorStorage, byteOffset: Int, shape: [Int], dtype: DType) {
        self.storage = storage
        self.byteOffset = byteOffset
        self.shape = shape
        self.dtype = dtype
    }

    /// Makes a float tensor; `fill` must write all of its memory, which starts uninitialised.
    public init(shape: [Int], fill: (UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows {
        let count = shape.reduce(1, *)
        let storage = TensorStorage(byteCount: count * MemoryLayout<Float>.size)
        try fill(.init(start: storage.base.bindMemory(to: Float.self, capacity: count), count: count))
        self.init(storage: storage, byteOffset: 0, shape: shape, dtype: .float32)
    }

    public init(zeros shape: [Int]) {
        self.init(shape: shape) { $0.update(repeating: 0) }
    }

    /// Makes a tensor of `values` in row-major order; as many as the shape says.
    public init(_ values: [Float], shape: [Int]) {
        precondition(values.count == shape.reduce(1, *), "\(values.count) values for shape \(shape)")
        self.init(shape: shape) { _ = $0.update(fromContentsOf: values) }
    }

    public var count: Int { shape.reduce(1, *) }

    /// Length of the last axis; 1 for a scalar.
    public var channels: Int { shape.last ?? 1 }

    /// Product of all axes but the last.
    public var rows: Int { shape.dropLast().reduce(1, *) }

    /// The elements under another shape of the same count; no copy.
    public func reshaped(_ shape: [Int]) -> Tensor {
        precondition(shape.reduce(1, *) == count, "\(self.shape) cannot become \(shape)")
        return Tensor(storage: storage, byteOffset: byteOffset, shape: shape, dtype: dtype)
    }

    /// One entry of the leading axis, without that axis; no copy.
    public func item(_ index: Int) -> Tensor {
        precondition(shape.first.map { 0..<$0 ~= index } ?? false, "item \(index) of shape \(shape)")
        let rest = Array(shape.dropFirst())
        let offset = byteOffset + index * rest.reduce(1, *) * dtype.size
        return Tensor(storage: storage, byteOffset: offset, shape: rest, dtype: dtype)
    }

    /// Entries `range` of the leading axis; no copy.
    public func items(_ range: Range<Int>) -> Tensor {
        precondition(shape.first.map { 0...$0 ~= range.upperBound } ?? false, "items \(range) of shape \(shape)")
        let rest = Array(shape.dropFirst())
        let offset = byteOffset + range.lowerBound * rest.reduce(1, *) * dtype.size
        return Tensor(storage: storage, byteOffset: offset, shape: [range.count] + rest, dtype: dtype)
    }

    /// Equal float shapes under a new leading axis.
    public static func stacked(_ items: [Tensor]) -> Tensor {
        concatenated(items.map { $0.reshaped([1] + $0.shape) })
    }

    /// Float tensors joined along the leading axis; the other axes are equal.
    public static func concatenated(_ items: [Tensor]) -> Tensor {
        precondition(!items.isEmpty, "nothing to join")
        let rest = Array(items[0].shape.dropFirst())
        precondition(items.allSatisfy { Array($0.shape.dropFirst()) == rest }, "shapes to join differ")
        let length = items.reduce(0) { $0 + $1.shape[0] }
        return Tensor(shape: [length] + rest) { joined in
            var start = 0
            for item in items {
                item.withFloats { _ = joined[start...].update(fromContentsOf: $0) }
                start += item.count
            }
        }
    }

    /// A float matrix `[rows, columns]` as `[columns, rows]`.
    public func transposed() -> Tensor {
        precondition(shape.count == 2, "a matrix, not \(shape)")
        let (height, width) = (shape[0], shape[1])
        return Tensor(shape: [width, height]) { transposed in
            withFloats { x in
                for row in 0..<height {
                    for column in 0..<width { transposed[column * height + row] = x[row * width + column] }
                }
            }
        }
    }

    /// The elements of a `.float32` tensor, row-major, for the duration of `body`.
    public func withFloats<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result {
        precondition(dtype == .float32, "the elements are \(dtype.rawValue), not F32")
        return try withBytes { try body($0.bindMemory(to: Float.self)) }
    }

    /// The elements as they are stored, for the duration of `body`.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        defer { withExtendedLifetime(storage) {} }
        return try body(UnsafeRawBufferPointer(start: storage.base + byteOffset, count: count * dtype.size))
    }

    /// Lets go of the memory of the file that the tensor lies in, if it does; it is read again where it is needed.
    func releasePages() { storage.releasePages() }

    /// A copy of the elements as floats, whatever they are stored as.
    public var floats: [Float] { float32().withFloats(Array.init) }

    /// The tensor itself when its elements are f32, else a converted copy.
    public func float32() -> Tensor {
        if dtype == .float32 { return self }
        return Tensor(shape: shape) { floats in
            withBytes { bytes in
                let count = Int64(floats.count)
                switch dtype {
                case .float32: break
                case .float16: ck_float16_to_float32(bytes.assumed(UInt16.self), floats.baseAddress, count)
                case .bfloat16: ck_bfloat16_to_float32(bytes.assumed(UInt16.self), floats.baseAddress, count)
                case .float64:
                    let doubles = bytes.bindMemory(to: Double.self)
                    for index in floats.indices { floats[index] = Float(doubles[index]) }
                case .int64: bytes.widen(Int64.self, into: floats)
                case .int32: bytes.widen(Int32.self, into: floats)
                case .int16: bytes.widen(Int16.self, into: floats)
                case .int8: bytes.widen(Int8.self, into: floats)
                case .uint64: bytes.widen(UInt64.self, into: floats)
                case .uint32: bytes.widen(UInt32.self, into: floats)
                case .uint16: bytes.widen(UInt16.self, into: floats)
                case .uint8: bytes.widen(UInt8.self, into: floats)
                }
            }
        }
    }

    /// Whether no element is infinite or NaN.
    package var isFinite: Bool {
        withBytes { bytes in
            let count = Int64(count)
            return switch dtype {
            case .float32: ck_all_finite(bytes.assumed(Float.self), count) != 0
            case .float16: ck_all_finite16(bytes.assumed(UInt16.self), 0x7C00, count) != 0
            case .bfloat16: ck_all_finite16(bytes.assumed(UInt16.self), 0x7F80, count) != 0
            case .float64: bytes.bindMemory(to: Double.self).allSatisfy(\.isFinite)
            case .int64, .int32, .int16, .int8, .uint64, .uint32, .uint16, .uint8: true
            }
        }
    }

    /// A copy rounded to half precision (nearest, ties to even).
    public func float16() -> Tensor {
        let source = float32()
        let storage = TensorStorage(byteCount: count * DType.float16.size)
        let halves = storage.base.bindMemory(to: UInt16.self, capacity: count)
        source.withFloats { ck_float32_to_float16($0.baseAddress, halves, Int64(count)) }
        return Tensor(storage: storage, byteOffset: 0, shape: shape, dtype: .float16)
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func assumed<Element>(_: Element.Type) -> UnsafePointer<Element>? {
        bindMemory(to: Element.self).baseAddress
    }

    fileprivate func widen<Element: BinaryInteger>(
        _: Element.Type, into floats: UnsafeMutableBufferPointer<Float>
    ) {
        let elements = bindMemory(to: Element.self)
        for index in floats.indices { floats[index] = Float(elements[index]) }
    }
}
