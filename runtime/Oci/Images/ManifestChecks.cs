namespace Tapedeck.Oci.Images;

/// <summary>The one door for manifests, wherever they come from.</summary>
internal static class ManifestChecks
{
    /// <param name="expected">The digest that was asked for; null where a tag was.</param>
    internal static Outcome<ManifestContent> Accept(byte[] bytes, string? contentType, Digest? expected, string where)
    {
        if (expected?.Matches(bytes) == false)
        {
            return new TerminalError(OciErrorKind.DigestMismatch, $"the manifest that came does not have the digest {expected}", where,
                "do not use it: the registry, or something before it, answers with other content");
        }
        var document = DocumentReader.Read(bytes, contentType, where);
        return document.IsOk
            ? new ManifestContent(new Descriptor(document.Value.MediaType, expected ?? Digest.Sha256(bytes), bytes.Length), bytes, document.Value)
            : document.Error;
    }
}
