/// Names of the pictures of a run.
enum PictureNames {
    /// A request for a picture's name.
    struct Claim {
        /// The sound as it was given.
        let input: String
        /// The sound's path within the run.
        let relativePath: String
        /// The path that was asked for, without `.png`; nil to name the picture after the sound.
        var stem: String?
    }

    /// Returns for each claim the path of its picture below the output, without `.png`.
    ///
    /// It is the sound's path without its extension, or with it where two sounds would claim the same path. The longer
    /// path may belong to a third sound (`dog.wav.mp3`), so this is repeated until nothing changes.
    ///
    /// - Throws: `RunPlanError.sameOutput` where even full paths are the same.
    static func stems(for claims: [Claim]) throws -> [String] {
        var stems = claims.map { $0.stem ?? withoutExtension($0.relativePath) }
        var isFinal = claims.map { $0.stem != nil }
        while true {
            // Keys are bytes: strings that differ only in the form of an accent are different files.
            let claimants = Dictionary(grouping: claims.indices) { Array(stems[$0].utf8) }
            let contested = claimants.values.filter { $0.count > 1 }
            if contested.isEmpty { return stems }
            for claimants in contested {
                let final = claimants.filter { isFinal[$0] }
                if final.count > 1 {
                    throw RunPlanError.sameOutput(first: claims[final[0]].input, second: claims[final[1]].input)
                }
                for i in claimants where !isFinal[i] {
                    stems[i] = claims[i].relativePath
                    isFinal[i] = true
                }
            }
        }
    }

    /// Returns `count` pictures at `stem`, a path without `.png`; several have their seeds in their names.
    static func pictures(_ stem: String, first seed: UInt64, count: Int) -> [RunPicture] {
        EffectiveSeed.sequence(from: seed, count: count).map {
            RunPicture(seed: $0, destination: .file(count > 1 ? "\(stem)-\($0).png" : "\(stem).png"))
        }
    }

    /// Returns the path up to the last dot of its last part, unless that dot begins the part.
    static func withoutExtension(_ path: String) -> String {
        let start = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        guard let dot = path[start...].lastIndex(of: "."), dot > start else { return path }
        return String(path[..<dot])
    }
}

/// Checks of picture paths below the folder of a run, which must not lead out of it.
enum PicturePath {
    /// Whether the path ends in `.png` and consists of names alone: no part is empty, `.` or `..`.
    static func isBelowAFolder(_ path: some StringProtocol) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return path.lowercased().hasSuffix(".png") && !parts.contains { ["", ".", ".."].contains($0) }
    }
}
