namespace Tapedeck.Oci;

/// <summary>The disk fails while content is written to it; told apart from a network that fails. Caught by the repository.</summary>
internal sealed class StorageException(IOException inner) : Exception(inner.Message, inner);
