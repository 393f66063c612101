import FilesOnDisk
import Foundation
import TensorCore

/// The way from a text's token states to its vector: the modules that sentence-transformers lists behind the network.
struct SentenceModules: Sendable {
    private enum Module: Sendable {
        case dense(DenseModule)
        case normalize
    }

    private let pooling: TokenPooling
    private let modules: [Module]
    /// Length of the vector.
    let outputs: Int

    /// Reads `modules.json` and the folders that it names; without it, the mean is brought to length 1.
    ///
    /// - Parameter width: Of the token states.
    /// - Throws: `FileContentError` or `TensorFileError`, naming the file.
    init(contentsOf folder: URL, width: Int, precision: Precision) throws {
        guard let list = try ModuleList.optional(folder.appending(path: "modules.json")) else {
            (pooling, modules, outputs) = (.mean, [.normalize], width)
            return
        }
        let place = folder.appending(path: list.modules[1].path)
        let pooling = try TokenPooling(contentsOf: place.appending(path: "config.json"), width: width)
        var length = width * pooling.parts
        modules = try list.modules.dropFirst(2).map { entry in
            guard entry.kind == "Dense" else { return .normalize }
            let dense = try DenseModule(
                contentsOf: folder.appending(path: entry.path), inputs: length, precision: precision)
            length = dense.outputs
            return .dense(dense)
        }
        (self.pooling, outputs) = (pooling, length)
    }

    /// `[tokens, width]` → `[outputs]`.
    func callAsFunction(_ states: Tensor) -> Tensor {
        modules.reduce(pooling(states)) { vector, module in
            switch module {
            case .dense(let dense): dense(vector)
            case .normalize: vector.normalized()
            }
        }
    }
}

/// A `modules.json`.
private struct ModuleList: CheckedJSON {
    let modules: [Entry]

    struct Entry: Decodable {
        let path: String
        let type: String

        /// The class without the package that it is in.
        var kind: String { type.split(separator: ".").last.map(String.init) ?? "" }
    }

    init(from decoder: any Decoder) throws {
        modules = try decoder.singleValueContainer().decode([Entry].self)
    }

    func validate(_ check: FieldCheck) throws {
        let kinds = modules.map(\.kind)
        try check.require(
            kinds.prefix(2) == ["Transformer", "Pooling"] && modules[0].path.isEmpty, "[0]",
            "a Transformer in the folder itself, followed by a Pooling")
        for (index, entry) in modules.enumerated().dropFirst(2) {
            try check.require(
                ["Dense", "Normalize"].contains(entry.kind), "[\(index)].type",
                "Dense or Normalize, not “\(entry.type.onOneLine)”")
        }
        for (index, entry) in modules.enumerated().dropFirst() {
            let isInside = !entry.path.hasPrefix("/") && !entry.path.split(separator: "/").contains("..")
            try check.require(isInside, "[\(index)].path", "a folder inside, not “\(entry.path.onOneLine)”")
        }
    }
}

/// A `Dense` of sentence-transformers.
private struct DenseModule: Sendable {
    private let linear: Linear
    private let isBounded: Bool
    var outputs: Int { linear.outputs }

    private struct Config: CheckedJSON {
        let inputs: Int
        let outputs: Int
        let hasBias: Bool?
        let activation: String

        private enum CodingKeys: String, CodingKey {
            case inputs = "in_features"
            case outputs = "out_features"
            case hasBias = "bias"
            case activation = "activation_function"
        }

        func validate(_ check: FieldCheck) throws {
            try check.require(outputs, in: 1...16_384, "out_features")
            try check.require(
                ["Tanh", "Identity"].contains(where: activation.hasSuffix), "activation_function",
                "Tanh or Identity of PyTorch, not “\(activation.onOneLine)”")
        }
    }

    init(contentsOf folder: URL, inputs: Int, precision: Precision) throws {
        let url = folder.appending(path: "config.json")
        let config = try Config(contentsOf: url)
        guard config.inputs == inputs else {
            throw FileContentError.field(
                file: url.path(percentEncoded: false), field: "in_features",
                expected: "the \(inputs) numbers before it, not \(config.inputs)")
        }
        linear = try WeightReader.read(TensorFile.open(TensorFile.weights(in: folder))) {
            try $0.linear("linear", inputs, config.outputs, hasBias: config.hasBias ?? true, precision)
        }
        isBounded = config.activation.hasSuffix("Tanh")
    }

    func callAsFunction(_ vector: Tensor) -> Tensor {
        let y = linear(vector.reshaped([1, vector.count])).item(0)
        return isBounded ? Tensor(y.floats.map { tanh($0) }, shape: y.shape) : y
    }
}
