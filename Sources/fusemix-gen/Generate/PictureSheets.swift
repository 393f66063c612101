import BatchRuns
import FilesOnDisk
import Foundation
import PictureFiles

/// The pictures of each item of a plan in one PNG beside them, once all of them are there. In a batch a sheet that exists
/// stays, as pictures do, unless outputs are replaced.
struct PictureSheets {
    let plan: RunPlan
    let overwrites: Bool

    /// Returns sentences about those that could not be written.
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

    /// None for an item of one picture, or of which one is missing: that has been told already.
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

    /// `dog-grid.png` beside `dog-7.png`.
    private static func name(beside file: String, seed: UInt64) -> String? {
        let ending = "-\(seed).png"
        return file.lowercased().hasSuffix(ending) ? file.dropLast(ending.count) + "-grid.png" : nil
    }
}
