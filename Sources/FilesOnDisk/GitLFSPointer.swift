/// The small text that Git leaves in place of a large file that was not fetched (git-lfs, `docs/spec.md`).
package enum GitLFSPointer {
    /// Completes “… cannot be read:”.
    package static let sentence = "it is a Git LFS pointer, not the file itself; run git lfs pull"

    private static let beginning = Array("version https://git-lfs.github.com/spec/".utf8)

    /// Whether a file that begins with these bytes is one.
    package static func begins(_ bytes: some Sequence<UInt8>) -> Bool { bytes.starts(with: beginning) }
}
