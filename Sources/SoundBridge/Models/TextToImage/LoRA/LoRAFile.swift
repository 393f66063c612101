import FilesOnDisk
import Foundation
import TensorCore

/// The contents of a LoRA's file, told by the names of its tensors: those of kohya's trainers (`lora_unet_….lora_down.weight`)
/// or of diffusers and peft (`unet.….lora_A.weight`).
struct LoRAFile: Sendable {
    /// The change to one layer.
    struct Layer: Sendable {
        let name: LoRALayerName
        let down: String
        let up: String
        let rank: Int
        /// What `up · down` is multiplied by: alpha / rank, or 1.
        let factor: Float
    }

    let url: URL
    let tensors: any TensorSource
    let layers: [Layer]

    private static let forms: [(down: String, up: String)] = [
        (".lora_down.weight", ".lora_up.weight"), (".lora_A.weight", ".lora_B.weight"),
        (".lora_A.default.weight", ".lora_B.default.weight"), (".lora.down.weight", ".lora.up.weight"),
        ("_lora.down.weight", "_lora.up.weight"),
        (".lora_linear_layer.down.weight", ".lora_linear_layer.up.weight"),
    ]

    /// Parts of names by which changes of other kinds are told.
    private static let otherKinds = [
        (".hada_", "a LoHa of LyCORIS"), (".lokr_", "a LoKr of LyCORIS"), ("glora", "a GLoRA of LyCORIS"),
        (".a1.weight", "a GLoRA of LyCORIS"), (".oft_", "an OFT"), (".boft_", "a BOFT"), (".dora_scale", "a DoRA"),
        (".lora_magnitude_vector", "a DoRA"), (".lora_mid.", "a LoCon of LyCORIS in three parts"),
        (".on_input", "an IA3 of LyCORIS"), (".diff.", "a full difference of weights"),
        (".diff_b.", "a full difference of weights"),
    ]

    /// Opens the file; no weights are read. Throws `TensorFileError` or `FileContentError`, naming it, where it is not a LoRA,
    /// is one of another kind, or a tensor lacks its fellow.
    init(contentsOf url: URL) throws {
        let (path, tensors) = (url.path(percentEncoded: false), try TensorFile.open(url))
        let names = tensors.names.sorted()
        for name in names {
            guard let kind = Self.otherKinds.first(where: { "\(name).".contains($0.0) }) else { continue }
            throw TensorFileError.refused(
                path: path,
                reason:
                    "it holds “\(name.onOneLine)”, so it is \(kind.1); plain LoRAs of linear layers and convolutions are"
            )
        }
        let settings = try LoRASettings(of: url, tensors)
        var left = Set(names)
        var layers: [Layer] = []
        for name in names {
            guard let form = Self.forms.first(where: { name.hasSuffix($0.down) }) else { continue }
            let stem = String(name.dropLast(form.down.count))
            let (up, alpha) = (stem + form.up, stem + ".alpha")
            guard let rank = tensors.layout(of: name)?.shape.first, rank > 0, tensors.layout(of: up) != nil else {
                continue
            }
            let layer = LoRALayerName(stem)
            let own = left.contains(alpha) ? try Self.number(alpha, tensors) : nil
            layers.append(
                Layer(
                    name: layer, down: name, up: up, rank: rank,
                    factor: own.map { $0 / Float(rank) } ?? settings.factor(of: layer, rank: rank)))
            left.subtract([name, up, alpha])
        }
        guard !layers.isEmpty else {
            throw FileContentError.unsuitable(file: path, found: "no pairs of low rank", expected: "those of a LoRA")
        }
        guard left.isEmpty else {
            throw FileContentError.unsuitable(
                file: path, found: left.sorted().listed("tensor", "of no known use"), expected: "only those of a LoRA")
        }
        (self.url, self.tensors, self.layers) = (url, tensors, layers)
    }

    private static func number(_ name: String, _ tensors: any TensorSource) throws -> Float {
        let tensor = try tensors.tensor(name)
        guard tensor.count == 1 else {
            throw TensorFileError.unexpectedShape(path: tensors.path, tensor: name, found: tensor.shape, expected: [])
        }
        guard tensor.isFinite else { throw TensorFileError.notFinite(path: tensors.path, tensor: name) }
        return tensor.floats[0]
    }
}

extension [String] {
    /// Such as “12 tensors of no known use (“a”, “b” and so on)”: the first ten, and how many there are.
    func listed(_ noun: String, _ what: String) -> String {
        let first = prefix(10).map { "“\($0.onOneLine)”" }.joined(separator: ", ")
        return "\(count) \(noun)\(count == 1 ? "" : "s") \(what) (\(first)\(count > 10 ? " and so on" : ""))"
    }
}
