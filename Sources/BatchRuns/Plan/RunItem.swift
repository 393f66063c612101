import SoundBridge

/// One sound of a run, its settings, and the pictures to be made of it.
///
/// As JSON: `{"input":"recordings/a/dog.wav","path":"a/dog.wav","pictures":[…],…}` with the settings alongside; without
/// a sound there is no `input`.
public struct RunItem: Sendable, Equatable, Codable {
    public let source: RunSource
    /// The sound's path within the run, parts separated by `/`: below the input folder, or the name of an input file.
    /// `stdin` for standard input, empty without a sound.
    public let relativePath: String
    /// Settings of the item; the seed is that of the first picture.
    public let settings: GenerationSettings
    /// The pictures, in the order of their seeds; `pictureCounts` limits their number.
    public let pictures: [RunPicture]

    public static let pictureCounts = 1...10_000

    init(source: RunSource, relativePath: String, settings: GenerationSettings, pictures: [RunPicture]) {
        (self.source, self.relativePath, self.settings, self.pictures) = (source, relativePath, settings, pictures)
    }

    private enum CodingKeys: String, CodingKey {
        case source = "input"
        case relativePath = "path"
        case pictures
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        source = RunSource(name: try values.decodeIfPresent(String.self, forKey: .source))
        relativePath = try values.decode(String.self, forKey: .relativePath)
        settings = try GenerationSettings(from: decoder)
        pictures = try values.decode([RunPicture].self, forKey: .pictures)
    }

    public func encode(to encoder: any Encoder) throws {
        try settings.encode(to: encoder)
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encodeIfPresent(source.name, forKey: .source)
        try values.encode(relativePath, forKey: .relativePath)
        try values.encode(pictures, forKey: .pictures)
    }

    /// Whether a sound's name in records is of this item: the same, another path of the same file, or a path from another
    /// folder, which leads nowhere from here, to a file of its path within the run.
    func isOf(_ input: String?) -> Bool {
        if source.name == input { return true }
        guard case .file(let path) = source, let input else { return false }
        if let recorded = FileIdentity(input) { return recorded == FileIdentity(path) }
        return ("/" + input).hasSuffix("/" + relativePath)
    }

    /// The pictures, each with the item.
    var tasks: [(item: RunItem, picture: RunPicture)] { pictures.map { (self, $0) } }

    /// Returns the settings of one of the item's pictures.
    public func settings(of picture: RunPicture) -> GenerationSettings {
        var settings = settings
        settings.seed = picture.seed
        return settings
    }
}
