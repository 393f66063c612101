import Foundation

/// Templates to choose by name; a class is the mean of its sentences, so that no single wording decides.
public enum PromptSet: String, CaseIterable, Sendable {
    /// The 80 templates of CLIP for ImageNet (Radford and others, arXiv 2103.00020, and its notebook “Prompt
    /// Engineering for ImageNet”).
    case imagenet = "imagenet-80"
    /// The seven of them that its authors found as good as all, by forward selection.
    case bestOfImageNet = "imagenet-7"
    /// Sounds in scenes, beginning with LAION-CLAP's template for AudioSet's labels (arXiv 2211.06687).
    case audioSet = "audioset"
    /// Single sounds, beginning with LAION-CLAP's template for ESC-50.
    case esc

    /// The templates of a set's name, or else of a file. Throws `DatasetError`.
    static func templates(of nameOrPath: String) throws -> [String] {
        if let set = PromptSet(rawValue: nameOrPath) { return set.templates }
        guard FileManager.default.fileExists(atPath: nameOrPath) else { throw DatasetError.noPrompts(name: nameOrPath) }
        return try ClassPrompts.templates(at: URL(filePath: nameOrPath))
    }

    /// The sentences, `{}` in place of the class's name.
    public var templates: [String] {
        switch self {
        case .imagenet: Self.photographs + Self.artworks
        case .bestOfImageNet:
            [
                "itap of a {}.", "a bad photo of the {}.", "a origami {}.", "a photo of the large {}.",
                "a {} in a video game.", "art of the {}.", "a photo of the small {}.",
            ]
        case .audioSet:
            [
                "the sounds of {}.", "the sound of {}.", "this is a sound of {}.", "a recording of {}.",
                "{} can be heard.", "{} in the background.",
            ]
        case .esc:
            [
                "this is a sound of {}.", "the sound of {}.", "the sound of a {}.", "a recording of a {}.",
                "i can hear a {}.",
            ]
        }
    }

    private static let photographs =
        [
            "a photo of my {}.", "a photo of many {}.", "a photo of one {}.", "itap of my {}.",
        ]
        + ["a", "the"].flatMap { article in
            [
                "a bad photo of \(article) {}.", "a good photo of \(article) {}.", "a photo of \(article) {}.",
                "a photo of \(article) hard to see {}.", "a low resolution photo of \(article) {}.",
                "a cropped photo of \(article) {}.", "a bright photo of \(article) {}.",
                "a dark photo of \(article) {}.", "a close-up photo of \(article) {}.",
                "a black and white photo of \(article) {}.", "a pixelated photo of \(article) {}.",
                "a jpeg corrupted photo of \(article) {}.", "a blurry photo of \(article) {}.",
                "itap of \(article) {}.",
            ]
                + ["clean", "dirty", "cool", "nice", "weird", "large", "small"].map {
                    "a photo of \(article) \($0) {}."
                }
        }

    private static let artworks = ["a", "the"].flatMap { article in
        ["sculpture", "rendering", "tattoo", "drawing", "painting", "doodle", "sketch", "rendition"].map {
            "a \($0) of \(article) {}."
        }
            + ["graffiti", "art"].map { "\($0) of \(article) {}." }
            + ["embroidered", "plastic", "origami", "toy", "cartoon", "plushie"].map { "\(article) \($0) {}." }
            + ["\(article) {} in a video game."]
    }
}
