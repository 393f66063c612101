import FilesOnDisk
import Foundation
import TensorCore

/// The fields that peft keeps of a LoRA outside its tensors: in the file's own metadata (`lora_adapter_metadata`, by
/// diffusers) or in `adapter_config.json` beside an `adapter_model` file.
struct LoRASettings {
    private let fields: [String: Any]
    /// Whether the names of fields begin with the part's.
    private let isByPart: Bool

    /// Throws `FileContentError` for settings that are no JSON.
    init(of url: URL, _ tensors: any TensorSource) throws {
        let beside = url.deletingLastPathComponent().appending(path: "adapter_config.json")
        if let text = (tensors as? SafetensorsFile)?.metadata["lora_adapter_metadata"] {
            isByPart = true
            fields = try Self.object(Data(text.utf8), url)
        } else if url.lastPathComponent.hasPrefix("adapter_model."),
            FileManager.default.fileExists(atPath: beside.path(percentEncoded: false))
        {
            isByPart = false
            fields = try Self.object(TextFile.data(at: beside, limit: TextFile.usualLimit), beside)
        } else {
            (isByPart, fields) = (false, [:])
        }
    }

    /// alpha / rank, or alpha / √rank of a rank-stabilised LoRA; 1 where no alpha is given.
    func factor(of layer: LoRALayerName, rank: Int) -> Float {
        func field<Value>(_ name: String, _: Value.Type) -> Value? {
            fields[isByPart ? "\(layer.part.rawValue).\(name)" : name] as? Value
        }
        let pattern = field("alpha_pattern", [String: Double].self)?
            .filter { name, _ in
                let flat = LoRALayerName("\(layer.part.rawValue).\(name)").flat
                return layer.flat == flat || layer.flat.hasSuffix("_" + flat)
            }
            .max { $0.key.count < $1.key.count }?.value
        guard let alpha = pattern ?? field("lora_alpha", Double.self) else { return 1 }
        let isStabilized = field("use_rslora", Bool.self) ?? false
        return Float(isStabilized ? alpha / Double(rank).squareRoot() : alpha / Double(rank))
    }

    private static func object(_ data: Data, _ file: URL) throws -> [String: Any] {
        guard let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            throw FileContentError.unsuitable(
                file: file.path(percentEncoded: false), found: "settings of a LoRA that are no JSON object",
                expected: "those that peft writes")
        }
        return object
    }
}
