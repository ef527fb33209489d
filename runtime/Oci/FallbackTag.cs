namespace Tapedeck.Oci;

/// <summary>The tag under which clients list referrers where a registry cannot.
/// <see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#referrers-tag-schema"/></summary>
internal static class FallbackTag
{
    /// <summary>Algorithm, a hyphen, the hash; both cut to the lengths that the specification names, so that it is a tag.</summary>
    internal static string Of(Digest digest) => $"{Cut(digest.Algorithm, 32)}-{Cut(digest.Hex, 64)}";

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..most];
}
