using System.Collections.Immutable;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy.Wassette;

/// <summary>A Wassette policy as one of ours.</summary>
/// <param name="Spec">Null where the text is no policy of version 1.</param>
/// <param name="Notes">Every entry that does not mean the same in both, in the order of the file.</param>
public sealed record WassetteConversion(CapabilityPolicySpec? Spec, ImmutableArray<WassetteNote> Notes, ImmutableArray<Problem> Problems)
{
    /// <summary>For people.</summary>
    public string Report => string.Concat(Notes.Select(note => note + "\n"));
}
