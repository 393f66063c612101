import Foundation

/// Why a model cannot be loaded; each case reads as one sentence.
public enum ModelError: Error, Sendable, LocalizedError, CustomStringConvertible {
    /// No bundle of that name, or no folder of that path.
    case notFound(name: String, searched: [String])
    /// A `bundle.json` that cannot be read, or a field of it that is wrong.
    case badBundle(file: String, reason: String)
    /// A component's files do not make the network they should.
    case badComponent(path: String, reason: String)
    /// A bundle that lacks what was asked of it.
    case lacks(bundle: String, component: String)
    /// bf16 asked for on a processor that does not multiply it.
    case noBFloat16

    public var description: String {
        switch self {
        case .notFound(let name, let searched):
            "No model “\(name)” was found; looked in \(searched.joined(separator: ", "))."
        case .badBundle(let file, let reason):
            "\(file) is not a valid model bundle: \(reason)."
        case .badComponent(let path, let reason):
            "The component \(path) cannot be loaded: \(reason)"
        case .lacks(let bundle, let component):
            "The model “\(bundle)” has no \(component), which this needs."
        case .noBFloat16:
            "This processor does not multiply bfloat16; --precision f32 or auto is expected."
        }
    }

    public var errorDescription: String? { description }
}
