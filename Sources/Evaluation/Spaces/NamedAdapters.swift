import Foundation
import FuseMix
import SoundBridge

/// A pair of adapters with the name of its component.
public struct NamedAdapters: Sendable {
    public let name: String
    private let pair: AdapterPair

    /// Reads a pair of adapters. Throws `ModelError.component`.
    public init(contentsOf folder: URL, precision: Precision) throws {
        name = folder.lastPathComponent
        do {
            pair = try AdapterPair(contentsOf: folder, precision: precision)
        } catch {
            throw ModelError.component(error)
        }
    }

    public var x: SpaceMap { .adapter(pair.x, of: name, encoder: pair.configuration.xEncoder) }
    public var y: SpaceMap { .adapter(pair.y, of: name, encoder: pair.configuration.yEncoder) }

    /// Names of the two encoders whose latents the adapters take.
    public var encoders: (x: String, y: String) { (pair.configuration.xEncoder, pair.configuration.yEncoder) }

    /// Returns the side that takes the given latents and the other side, with the name of its encoder.
    /// Throws `SpaceError.noSide` when neither takes them, or both do.
    public func sides(for kind: LatentKind) throws -> (own: SpaceMap, other: SpaceMap, otherEncoder: String) {
        let (isX, isY) = (fitsX(kind), fitsY(kind))
        guard isX != isY else { throw noSide(kind) }
        return isX ? (x, y, encoders.y) : (y, x, encoders.x)
    }

    /// Returns the sides for latents of two sets: x for the first when that fits, else the other way round.
    /// Throws `SpaceError.noSide` when neither way fits.
    public func sides(for first: LatentKind, and second: LatentKind) throws -> (first: SpaceMap, second: SpaceMap) {
        if fitsX(first), fitsY(second) { return (x, y) }
        guard fitsY(first), fitsX(second) else { throw noSide(fitsX(first) || fitsY(first) ? second : first) }
        return (y, x)
    }

    private func fitsX(_ kind: LatentKind) -> Bool { kind.fits(encoder: encoders.x, channels: pair.x.inputSize) }
    private func fitsY(_ kind: LatentKind) -> Bool { kind.fits(encoder: encoders.y, channels: pair.y.inputSize) }

    private func noSide(_ kind: LatentKind) -> SpaceError {
        let sides = [(encoders.x, pair.x.inputSize), (encoders.y, pair.y.inputSize)]
        if kind.modality == .audio, let found = kind.channels,
            let (encoder, width) = sides.first(where: { $0.0 == kind.encoder })
        {
            return .features(adapters: name, encoder: encoder, takes: width, found: found)
        }
        return SpaceError.noSide(
            adapters: name,
            takes: "\(encoders.x)'s vectors of \(pair.x.inputSize) numbers and \(encoders.y)'s of \(pair.y.inputSize)",
            found: kind.description)
    }
}
