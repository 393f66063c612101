import FilesOnDisk

/// Errors about latents on disk; each case reads as one sentence.
public enum LatentError: DescribedError, Equatable {
    /// A name that ends neither in .safetensors nor in .npy.
    case unknownForm(file: String)
    /// A file that cannot be read at all.
    case unreadable(file: String, reason: String)
    /// A file that was read but has the wrong contents.
    case unsuitable(file: String, found: String, expected: String)
    /// A file with no matrix that could be latents, or with several of which none was chosen.
    case choice(file: String, tensors: [String])
    /// A file that cannot be written.
    case unwritable(file: String, reason: String)
    /// An id that another row has already.
    case repeated(id: String)
    /// The rest of an interrupted run, when the caller did not say what to do with it.
    case unfinished(file: String)
    /// The rest of a run with other settings, which this one cannot continue.
    case otherSettings(file: String)

    public var description: String {
        switch self {
        case .unknownForm(let file):
            "\(file) has an unknown ending; .safetensors or .npy is expected of latents."
        case .unreadable(let file, let reason):
            "\(file) cannot be read as latents: \(reason)."
        case .unsuitable(let file, let found, let expected):
            "\(file) has \(found), but \(expected) was expected of latents."
        case .choice(let file, let tensors) where tensors.isEmpty:
            "\(file) holds no matrix [count, channels] of numbers, as was expected of latents."
        case .choice(let file, let tensors):
            """
            \(file) holds several matrices, \(tensors.map(\.onOneLine).joined(separator: ", ")), of which --tensor must name one.
            """
        case .unwritable(let file, let reason):
            "\(file) cannot be written: \(reason)."
        case .repeated(let id):
            "The id “\(id.onOneLine)” stands for two items, but ids must differ."
        case .unfinished(let file):
            "\(file) is left of a run that did not finish: it can be resumed or overwritten."
        case .otherSettings(let file):
            "\(file) is left of a run with other settings, so it cannot be resumed; the same settings were expected."
        }
    }
}
