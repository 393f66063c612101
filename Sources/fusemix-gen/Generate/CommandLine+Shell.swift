import FilesOnDisk

extension CommandLine {
    /// This command as a shell reads it, a random seed given as the one that was drawn.
    static func shellWords(drawn seed: UInt64, for given: Seed?) -> String {
        let words = ["fusemix-gen"] + arguments.dropFirst().map(\.shellQuoted)
        return (given == .random ? words + ["--seed", "\(seed)"] : words).joined(separator: " ")
    }
}
