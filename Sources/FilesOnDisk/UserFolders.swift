import Foundation

/// The user's own folders, by the XDG Base Directory Specification.
package enum UserFolders {
    /// For what can be made again; nil where there is no home.
    package static func cache(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> URL? {
        folder("XDG_CACHE_HOME", ".cache", environment)
    }

    /// For what is to be kept; nil where there is no home.
    package static func data(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> URL? {
        folder("XDG_DATA_HOME", ".local/share", environment)
    }

    /// Relative paths are to be ignored, says the specification.
    private static func folder(_ variable: String, _ usual: String, _ environment: [String: String]) -> URL? {
        let named = environment[variable].flatMap { $0.hasPrefix("/") ? URL(filePath: $0) : nil }
        let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? URL(filePath: $0) : nil }
        return (named ?? home?.appending(path: usual))?.appending(path: "fusemix-gen", directoryHint: .isDirectory)
    }
}
