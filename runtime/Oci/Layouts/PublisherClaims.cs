using System.Collections.Immutable;

namespace Tapedeck.Oci.Layouts;

/// <summary>
/// What the publisher says of a component: to be shown, capped and stripped, and never to be acted upon. The capabilities that it asks for are no grant.
/// </summary>
/// <param name="Annotations">Of the manifest.</param>
/// <param name="Config">The config of the CNCF's layout; null where there is none or it is of another form.</param>
/// <param name="Policy">The policy layer, as it came.</param>
public sealed record PublisherClaims(ImmutableDictionary<string, string> Annotations, WasmConfig? Config, ReadOnlyMemory<byte>? Policy)
{
    /// <summary>Bytes of a policy layer; a larger one is an error, since it asks for something that nobody would see.</summary>
    public const int MostPolicyBytes = 256 << 10;

    /// <summary>Nothing said.</summary>
    public static PublisherClaims None { get; } = new(ImmutableDictionary<string, string>.Empty, null, null);
}
