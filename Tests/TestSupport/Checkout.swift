import Foundation

/// The checkout that the tests were built in.
public enum Checkout {
    public static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    public static let models = root.appending(path: "Models")
    public static let samples = root.appending(path: "Samples")

    /// Returns a bundled component's folder.
    public static func component(_ name: String) -> URL { models.appending(path: "components/\(name)") }
}
