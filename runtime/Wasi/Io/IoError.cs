namespace Tapedeck.Wasi.Io;

/// <summary>
/// <c>resource error</c> of <c>wasi:io/error</c>: why an operation of a stream failed. What it was underneath, an error code of the file system, of sockets or
/// of HTTP, is asked for with the functions of those interfaces.
/// </summary>
/// <param name="Cause">A value of the WIT type that the interface behind the stream has for its errors; null where it has none.</param>
/// <param name="Message">For people; names nothing of the host.</param>
internal sealed record IoError(object? Cause, string Message);
