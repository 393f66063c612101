import Foundation

/// What the pictures of a run are called.
enum PictureNames {
    /// For each sound the path of its picture below the output, without `.png`.
    ///
    /// It is the sound's path without its extension, or with it where two sounds would claim the same.
    /// That may claim what a third sound has (`dog.wav.mp3`), so it is done until nothing changes.
    ///
    /// - Throws: `RunPlanError.sameOutput` where even full paths are the same.
    static func stems(for sounds: [FoundSounds.Sound]) throws -> [String] {
        var stems = sounds.map { withoutExtension($0.relativePath) }
        var isFull = [Bool](repeating: false, count: sounds.count)
        while true {
            // Keyed by bytes: strings that differ only in the form of an accent are different files.
            let claims = Dictionary(grouping: sounds.indices) { Array(stems[$0].utf8) }
            let contested = claims.values.filter { $0.count > 1 }
            if contested.isEmpty { return stems }
            for claimants in contested {
                let full = claimants.filter { isFull[$0] }
                if full.count > 1 {
                    throw RunPlanError.sameOutput(first: sounds[full[0]].path, second: sounds[full[1]].path)
                }
                for i in claimants {
                    stems[i] = sounds[i].relativePath
                    isFull[i] = true
                }
            }
        }
    }

    /// `count` pictures at `stem`, a path without `.png`; several have their seeds in their names.
    static func pictures(_ stem: String, first seed: UInt64, count: Int) -> [RunPicture] {
        EffectiveSeed.sequence(from: seed, count: count).map {
            let path = count > 1 ? "\(stem)-\($0).png" : "\(stem).png"
            return RunPicture(seed: $0, destination: .file(URL(filePath: path, directoryHint: .notDirectory)))
        }
    }

    /// The path without what follows the last dot of its last part, unless that dot begins the part.
    static func withoutExtension(_ path: String) -> String {
        let start = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        guard let dot = path[start...].lastIndex(of: "."), dot > start else { return path }
        return String(path[..<dot])
    }
}
