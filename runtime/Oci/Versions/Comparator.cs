namespace Tapedeck.Oci.Versions;

/// <summary>One condition of a range: versions from <paramref name="From"/> on and below <paramref name="Below"/>, both of which may be open.</summary>
/// <param name="Not">True where everything else is meant.</param>
internal sealed record Comparator(SemanticVersion? From, SemanticVersion? Below, bool Not, bool NamesPrerelease)
{
    internal bool Holds(SemanticVersion version) => Not != ((From is null || version >= From) && (Below is null || version < Below));
}
