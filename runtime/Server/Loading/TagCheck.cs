using Tapedeck.Oci;
using Tapedeck.Oci.Storage;

namespace Tapedeck.Server.Loading;

/// <summary>
/// Whether a tag or a range of versions has gone back to what it stood for before. Where signatures are asked for that is not followed, since the older content was
/// signed as well; elsewhere it is said. Pods pull by digest, so that this concerns laptops.
/// </summary>
/// <param name="store">Where the digests are remembered that were taken into use.</param>
/// <param name="allowed">The repositories whose tags may go back.</param>
internal sealed class TagCheck(ContentStore store, IReadOnlySet<string> allowed)
{
    private readonly TagHistory _history = new(store);

    /// <summary>What is to be said of the move; null where there is nothing to say.</summary>
    internal string? Look(Source asked, Digest digest) => asked is Source.Registry { Reference.Digest: null } registry && _history.Look(KeyOf(registry), digest) == TagMove.Back
        ? $"{asked} stands again for {digest}, which it stood for before something newer: a rollback by its owner, or a replay by somebody else"
        : null;

    internal bool IsAllowed(Source asked) => asked is Source.Registry registry && allowed.Contains(registry.Reference.Name);

    /// <summary>What to do about a move that is not followed.</summary>
    internal static string Advice(Source asked) => asked is Source.Registry registry
        ? $"if it is meant, name the digest instead, or start with --allow-rollback {registry.Reference.Name}"
        : "";

    /// <summary>Writes down that it was taken into use, which makes it the newest.</summary>
    internal OciError? Record(Source asked, Digest digest) => asked is Source.Registry { Reference.Digest: null } registry ? _history.Record(KeyOf(registry), digest) : null;

    private static string KeyOf(Source.Registry registry) =>
        registry.Range is { } range ? $"{registry.Reference.Name} {range}" : $"{registry.Reference.Name}:{registry.Reference.TagOrDigest}";
}
