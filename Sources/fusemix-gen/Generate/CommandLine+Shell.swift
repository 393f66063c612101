import FilesOnDisk
import SoundBridge

extension CommandLine {
    /// This command as a shell reads it, a random seed given as the one that was drawn, with the candidates that it would
    /// have without a seed.
    static func shellWords(drawn settings: GenerationSettings, for given: PictureOptions) -> String {
        var words = ["fusemix-gen"] + arguments.dropFirst().map(\.shellQuoted)
        if given.seed == .random {
            words += ["--seed", "\(settings.seed)"]
            if given.candidates == nil, let candidates = settings.candidates {
                words += ["--candidates", "\(candidates)"]
            }
        }
        return words.joined(separator: " ")
    }
}
