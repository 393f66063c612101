import Foundation

/// One sound of a run and the pictures to be made of it.
public struct RunItem: Sendable, Hashable {
    public let source: RunSource
    /// The sound's path within the run, parts separated by `/`: below the folder that was given, or
    /// the name of a file that was given. `stdin` for standard input, empty without a sound.
    public let relativePath: String
    /// At least one, in the order of their seeds.
    public let pictures: [RunPicture]
}
