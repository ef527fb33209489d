namespace Tapedeck.Oci.Storage;

/// <summary>What a collection leaves.</summary>
/// <param name="MostBytes">Of all blobs together. Blobs in use count, and are left in any case.</param>
/// <param name="MostAge">Since a blob was last read or written.</param>
public sealed record StoreLimits(long MostBytes, TimeSpan MostAge);
