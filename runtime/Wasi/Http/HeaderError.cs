namespace Tapedeck.Wasi.Http;

/// <summary><c>variant header-error</c>, in its order, and <see cref="None"/> for success.</summary>
internal enum HeaderError
{
    None = -1,
    InvalidSyntax,
    Forbidden,
    Immutable,
}
