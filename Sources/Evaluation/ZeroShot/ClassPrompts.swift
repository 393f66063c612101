import FilesOnDisk
import Foundation
import FrozenEncoders

/// Sentences for each class: its name put into every template.
public struct ClassPrompts: Sendable, Equatable {
    /// Labels, in the order of the results.
    public let labels: [String]
    /// Name of each class in the sentences.
    public let names: [String]
    /// Templates; each holds `{}` once.
    public let templates: [String]

    /// Placeholder for a class's name.
    public static let placeholder = "{}"

    /// Makes the sentences. Underscores in labels are read as spaces where no name is given.
    ///
    /// - Parameter names: Names for some of the labels.
    /// - Throws: `DatasetError.badTemplate`.
    public init(labels: [String], names: [String: String] = [:], templates: [String]) throws {
        for template in templates where template.components(separatedBy: Self.placeholder).count != 2 {
            throw DatasetError.badTemplate(template)
        }
        precondition(!templates.isEmpty && Set(labels).count == labels.count, "templates, and different labels")
        self.labels = labels
        self.names = labels.map { names[$0] ?? $0.replacingOccurrences(of: "_", with: " ") }
        self.templates = templates
    }

    /// Reads classes from a file: lines of a label, or of a label, a tab and its name. Throws `DatasetError`.
    public init(classesAt url: URL, templates: [String]) throws {
        let file = url.path(percentEncoded: false)
        var labels: [String] = []
        var names: [String: String] = [:]
        for (line, fields) in try AnnotationText.tabbed(at: url) {
            guard fields.count <= 2, fields.allSatisfy({ !$0.isEmpty }), !labels.contains(fields[0]) else {
                throw DatasetError.malformed(
                    file: file, place: "Line \(line)", expected: "a new label, and perhaps a tab and its name")
            }
            labels.append(fields[0])
            if fields.count == 2 { names[fields[0]] = fields[1] }
        }
        guard !labels.isEmpty else { throw DatasetError.noLabels(file: file) }
        try self.init(labels: labels, names: names, templates: templates)
    }

    /// Returns the default template for items of a modality.
    static func template(for modality: Modality?) -> String {
        switch modality {
        case .audio: "the sound of {}"
        case .image: "a picture of {}"
        case .text, nil: "{}"
        }
    }

    /// The sentences of each class, one for each template.
    public var sentences: [[String]] {
        names.map { name in templates.map { $0.replacingOccurrences(of: Self.placeholder, with: name) } }
    }

    /// Reads templates from a file, one per line. Throws `DatasetError`.
    public static func templates(at url: URL) throws -> [String] {
        let lines = try AnnotationText.lines(at: url).filter { !$0.isEmpty }
        guard !lines.isEmpty else { throw DatasetError.noLabels(file: url.path(percentEncoded: false)) }
        return lines
    }
}
