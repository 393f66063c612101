import Foundation

/// Identity of a file, by which two paths are recognised as the same file.
struct FileIdentity: Hashable {
    let device: UInt
    let node: UInt

    /// Reads the identity; nil where there is no file.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = UInt(status.st_dev)
        node = UInt(status.st_ino)
    }
}
