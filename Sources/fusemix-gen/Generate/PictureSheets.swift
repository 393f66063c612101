import BatchRuns
import FilesOnDisk
import Foundation
import PictureFiles

/// Sheets that show the pictures of each item of a plan in one PNG beside them, once all of them exist. In a batch an
/// existing sheet stays, as pictures do, unless outputs are replaced.
struct PictureSheets {
    let plan: RunPlan
    let overwrites: Bool

    /// Writes the sheets, and returns a sentence about each one that could not be written.
    func write() -> [String] {
        plan.items.compactMap { item in
            do {
                try write(item)
                return nil
            } catch {
                return "\(error)"
            }
        }
    }

    /// Writes no sheet for an item of one picture, or with a missing one, which has been reported already.
    private func write(_ item: RunItem) throws {
        let files = item.pictures.compactMap { picture -> String? in
            guard case .file(let path) = picture.destination else { return nil }
            return path
        }
        guard files.count >= 2, files.allSatisfy(FileManager.default.fileExists(atPath:)),
            let sheet = Self.name(beside: files[0], seed: item.pictures[0].seed)
        else { return }
        if plan.isBatch, !overwrites, FileManager.default.fileExists(atPath: sheet) { return }
        let pictures = try files.map { try Picture(contentsOf: URL(filePath: $0, directoryHint: .notDirectory)) }
        try Picture.sheet(of: pictures).write(
            to: URL(filePath: sheet, directoryHint: .notDirectory), overwrite: overwrites)
    }

    /// Returns `dog-grid.png` for `dog-7.png`.
    private static func name(beside file: String, seed: UInt64) -> String? {
        let ending = "-\(seed).png"
        return file.lowercased().hasSuffix(ending) ? file.dropLast(ending.count) + "-grid.png" : nil
    }
}
