import FilesOnDisk
import HTTPTypes

/// Reasons why the server does not do what a request asks for, each in one sentence.
public enum ServerError: DescribedError, Equatable {
    /// A request that is not of the form that was expected.
    case malformed(String)
    /// A field with a value that cannot be; the reason ends the sentence.
    case field(String, String)
    case bodyTooLarge(bytes: Int)
    case clipTooLong(seconds: Int)
    /// As many pictures wait already as may.
    case full(capacity: Int, retryAfter: Int)
    /// As many bytes of requests are in memory already as may.
    case busy(retryAfter: Int)
    case closing
    case slow
    case noKey
    case host(String)
    case origin(String)
    case notFound
    case method(allowed: [String])
    case mediaType(String)
    case model(String, known: [String])

    public var description: String {
        switch self {
        case .malformed(let sentence): sentence
        case .field(let name, let reason): "The field “\(name)” \(reason)."
        case .bodyTooLarge(let bytes): "The request is larger than the \(bytes) bytes that this server takes."
        case .clipTooLong(let seconds): "The sound is longer than the \(seconds) seconds that this server takes."
        case .full(let capacity, let seconds):
            "As many pictures are waiting as may, \(capacity): ask again in \(seconds) seconds."
        case .busy(let seconds): "The server has its hands full: ask again in \(seconds) seconds."
        case .closing: "The server is about to end and takes no more requests."
        case .slow: "The request did not come in time."
        case .noKey: "A key is needed: “Authorization: Bearer KEY” was expected."
        case .host(let host): "The host “\(host)” is not one of this server's: \(Self.loopback)."
        case .origin(let origin): "A page of “\(origin)” may not use this server."
        case .notFound: "There is nothing at this address; /openapi.json tells what there is."
        case .method(let allowed): "This address takes \(allowed.joined(separator: ", ")) only."
        case .mediaType(let found):
            "The content type “\(found)” cannot be read: application/json or multipart/form-data was expected."
        case .model(let name, let known):
            "There is no model “\(name)” here: \(known.joined(separator: ", ")) can be chosen."
        }
    }

    private static let loopback = "its own address, localhost or a name that it was told to answer to was expected"

    /// A word for programs.
    var code: String {
        switch self {
        case .malformed: "malformed"
        case .field: "invalid_field"
        case .bodyTooLarge: "body_too_large"
        case .clipTooLong: "clip_too_long"
        case .full: "queue_full"
        case .busy: "busy"
        case .closing: "closing"
        case .slow: "timeout"
        case .noKey: "no_key"
        case .host: "wrong_host"
        case .origin: "wrong_origin"
        case .notFound: "not_found"
        case .method: "wrong_method"
        case .mediaType: "wrong_content_type"
        case .model: "unknown_model"
        }
    }

    var status: HTTPResponse.Status {
        switch self {
        case .malformed, .field, .model: .badRequest
        case .bodyTooLarge, .clipTooLong: .contentTooLarge
        case .full, .busy, .closing: .serviceUnavailable
        case .slow: .requestTimeout
        case .noKey: .unauthorized
        case .host, .origin: .forbidden
        case .notFound: .notFound
        case .method: .methodNotAllowed
        case .mediaType: .unsupportedMediaType
        }
    }
}
