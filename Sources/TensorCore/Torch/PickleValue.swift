/// A value in a pickle of tensors. Nothing of it runs: an object of a class that is not known is refused.
enum PickleValue {
    case dictionary(PickleDictionary)
    /// With the number of tuples in one another, which is limited.
    case tuple([PickleValue], depth: Int)
    case text(String)
    case number(Int)
    /// A class or function.
    case global(TorchGlobal)
    case storage(TorchStorage)
    case tensor(TorchTensor)
    /// A value that says nothing about tensors: none, a float, a list, a training tool's object.
    case other
    /// Begins the items of what comes next.
    case mark
}

/// A dictionary, which may be filled after it was put into another.
final class PickleDictionary {
    var items: [(key: String, value: PickleValue)] = []
}

/// Part of one stored file as elements.
struct TorchStorage {
    let file: String
    let dtype: DType
    let count: Int
}

/// A tensor as `torch._utils._rebuild_tensor_v2` describes it, in elements of its storage.
struct TorchTensor {
    let storage: TorchStorage
    let offset: Int
    let shape: [Int]
    let strides: [Int]
}

/// The classes and functions that a pickle of tensors may name.
enum TorchGlobal {
    case orderedDictionary
    case rebuildTensor
    case rebuildParameter
    case storage(DType)
    /// Known to hold no tensors and to be of no meaning here.
    case passedOver

    /// Nil for anything else.
    init?(module: String, name: String) {
        switch (module, name) {
        case ("collections", "OrderedDict"): self = .orderedDictionary
        case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
        case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
        case ("torch", _):
            guard let dtype = Self.storages[name] else { return nil }
            self = .storage(dtype)
        // What PyTorch Lightning writes beside the weights of Stable Diffusion 1.x: its callbacks' classes, and scores.
        case ("numpy.core.multiarray", "scalar"), ("numpy._core.multiarray", "scalar"), ("numpy", "dtype"),
            ("_codecs", "encode"):
            self = .passedOver
        default:
            guard module.hasPrefix("pytorch_lightning.") else { return nil }
            self = .passedOver
        }
    }

    private static let storages: [String: DType] = [
        "FloatStorage": .float32, "HalfStorage": .float16, "BFloat16Storage": .bfloat16, "DoubleStorage": .float64,
        "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16, "CharStorage": .int8,
        "ByteStorage": .uint8, "BoolStorage": .uint8,
    ]
}
