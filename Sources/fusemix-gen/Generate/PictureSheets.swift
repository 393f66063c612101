import BatchRuns
import FilesOnDisk
import Foundation
import PictureFiles

/// Sheets that show the pictures of each item of a plan in one PNG beside them, once all of them exist. In a batch an
/// existing sheet stays, as pictures do, unless outputs are replaced.
struct PictureSheets {
    let plan: RunPlan
    let overwrites: Bool

    /// Checks whether the sheet of a run without records can be written. Throws `AtomicFileError`.
    func check() throws {
        for item in plan.items {
            guard let sheet = Self.path(for: item), FileManager.default.fileExists(atPath: sheet) else { continue }
            try AtomicFile.check(URL(filePath: sheet, directoryHint: .notDirectory), overwrite: overwrites)
        }
    }

    /// Writes the sheets. Returns their paths, and a sentence about each one that could not be written.
    func write() -> (sheets: [String], failures: [String]) {
        var result: (sheets: [String], failures: [String]) = ([], [])
        for item in plan.items {
            do {
                if let sheet = try write(item) { result.sheets.append(sheet) }
            } catch {
                result.failures.append("\(error)")
            }
        }
        return result
    }

    /// Writes no sheet for an item of one picture, or with a missing one, which has been reported already.
    private func write(_ item: RunItem) throws -> String? {
        let files = Self.files(of: item)
        guard files.allSatisfy(FileManager.default.fileExists(atPath:)), let sheet = Self.path(for: item) else {
            return nil
        }
        if plan.isBatch, !overwrites, FileManager.default.fileExists(atPath: sheet) { return nil }
        let pictures = try files.map { try Picture(contentsOf: URL(filePath: $0, directoryHint: .notDirectory)) }
        try Picture.sheet(of: pictures).write(
            to: URL(filePath: sheet, directoryHint: .notDirectory), overwrite: overwrites)
        return sheet
    }

    private static func files(of item: RunItem) -> [String] {
        item.pictures.compactMap { picture in
            guard case .file(let path) = picture.destination else { return nil }
            return path
        }
    }

    /// Returns the place of the item's sheet: `dog-grid.png` beside `dog-7.png`; nil for a single picture.
    private static func path(for item: RunItem) -> String? {
        let (files, ending) = (files(of: item), "-\(item.pictures[0].seed).png")
        guard files.count >= 2, files[0].lowercased().hasSuffix(ending) else { return nil }
        return files[0].dropLast(ending.count) + "-grid.png"
    }
}
