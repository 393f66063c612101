/// What an encoder reads.
public enum Modality: String, Sendable, Codable, CaseIterable {
    case audio, text, image
}
