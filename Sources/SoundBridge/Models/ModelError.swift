import FilesOnDisk

/// Reasons why a model cannot be loaded; each case reads as one sentence.
public enum ModelError: DescribedError {
    /// No bundle has that name, or no folder that path.
    case notFound(name: String, searched: [String])
    /// The model that was added by that name is not there any more.
    case gone(name: String, path: String)
    /// `FUSEMIX_MODELS` names something that is no folder.
    case badEnvironment(path: String)
    /// A folder that is no model's.
    case noBundle(path: String)
    /// No component has that name, or no folder that path.
    case noComponent(name: String, searched: [String])
    /// A file of the model is missing or invalid: the error that its reader threw, which names the file.
    case component(any Error)
    /// A component does not fit the others; `reason` ends the sentence.
    case badComponent(path: String, reason: String)
    /// Parts do not fit each other; the words follow a colon.
    case misfit(String)
    /// The model lacks the component that was asked for.
    case lacks(model: String, component: String)
    /// What only a text-to-image model takes was asked of another; `asked` is a part of the sentence.
    case noTextToImage(model: String, asked: String)
    /// bf16 was asked for on a processor that does not multiply it.
    case noBFloat16

    public var exitStatus: Int32 {
        if case .noTextToImage = self { 2 } else { 3 }
    }

    public var description: String {
        switch self {
        case .notFound(let name, let searched):
            """
            No model “\(name)” was found in \(searched.joined(separator: ", ")); expected its folder there, or that \
            FUSEMIX_MODELS or the parameter of ModelSearch(models:) names the folder of models.
            """
        case .noBundle(let path):
            "\(path) is no model: it holds neither a bundle.json nor, as a folder of diffusers does, a model_index.json."
        case .gone(let name, let path):
            "The model “\(name)” was added from \(path), where nothing is any more; “fusemix-gen models remove \(name)” forgets it."
        case .badEnvironment(let path):
            "FUSEMIX_MODELS is set to \(path), but there is no such folder."
        case .noComponent(let name, let searched):
            "No component “\(name)” was found; looked in \(searched.joined(separator: ", "))."
        case .component(let error):
            "\(error)"
        case .badComponent(let path, let reason):
            "The component \(path) cannot be loaded: \(reason)"
        case .misfit(let reason):
            "The parts of the model do not fit each other: \(reason)."
        case .lacks(let model, let component):
            "The model “\(model)” has no \(component), which this needs."
        case .noTextToImage(let model, let asked):
            "“\(model)” is no Stable Diffusion model, and \(asked) can be had of those alone."
        case .noBFloat16:
            "This processor does not multiply bfloat16, so f32 is expected."
        }
    }
}

extension ModelError {
    /// Whether there is no model of that name or path, so that it may be something else's.
    package var isAboutNoModel: Bool {
        switch self {
        case .notFound, .noBundle: true
        default: false
        }
    }
}
