/// How the windows of a sound become one latent.
public enum WindowPooling: String, CaseIterable, Codable, Sendable {
    /// The mean of all windows.
    case mean
    /// The window with the greatest mean square, the first of equals.
    case loudest
    /// The first window.
    case first
}
