import Foundation

/// The most memory that this process has held, as Linux counts it.
enum PeakMemory {
    /// Begins to count anew; false where the system does not allow it.
    static func reset() -> Bool {
        (try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))) != nil
    }

    /// Bytes since the last reset; nil where they are not told.
    static var bytes: Int? {
        let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line?.split(separator: " ").compactMap { Int($0) }.first.map { $0 * 1024 }
    }
}
