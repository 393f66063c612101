/// What the pictures of a run are called.
enum PictureNames {
    /// What a picture is to be called after.
    struct Claim {
        /// The sound as it was given.
        let input: String
        /// The sound's path within the run.
        let relativePath: String
        /// The path that was asked for, without `.png`; nil to be called after the sound.
        var stem: String?
    }

    /// For each claim the path of its picture below the output, without `.png`.
    ///
    /// It is the sound's path without its extension, or with it where two sounds would claim the same.
    /// That may claim what a third sound has (`dog.wav.mp3`), so it is done until nothing changes.
    ///
    /// - Throws: `RunPlanError.sameOutput` where even full paths are the same.
    static func stems(for claims: [Claim]) throws -> [String] {
        var stems = claims.map { $0.stem ?? withoutExtension($0.relativePath) }
        var isFinal = claims.map { $0.stem != nil }
        while true {
            // Keyed by bytes: strings that differ only in the form of an accent are different files.
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

    /// `count` pictures at `stem`, a path without `.png`; several have their seeds in their names.
    static func pictures(_ stem: String, first seed: UInt64, count: Int) -> [RunPicture] {
        EffectiveSeed.sequence(from: seed, count: count).map {
            RunPicture(seed: $0, destination: .file(count > 1 ? "\(stem)-\($0).png" : "\(stem).png"))
        }
    }

    /// The path without what follows the last dot of its last part, unless that dot begins the part.
    static func withoutExtension(_ path: String) -> String {
        let start = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        guard let dot = path[start...].lastIndex(of: "."), dot > start else { return path }
        return String(path[..<dot])
    }
}

/// Paths of pictures below the folder of a run, which must not lead out of it.
enum PicturePath {
    /// Whether it ends in `.png` and is made of names alone: no part is empty, `.` or `..`.
    static func isBelowAFolder(_ path: some StringProtocol) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return path.lowercased().hasSuffix(".png") && !parts.contains { ["", ".", ".."].contains($0) }
    }
}
