/// Paths of pictures below the folder of a run, which must not lead out of it.
enum PicturePath {
    /// Whether it ends in `.png` and is made of names alone: no part is empty, `.` or `..`.
    static func isBelowAFolder(_ path: some StringProtocol) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return path.lowercased().hasSuffix(".png") && !parts.contains { ["", ".", ".."].contains($0) }
    }
}
